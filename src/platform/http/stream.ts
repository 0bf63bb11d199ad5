/** Reads a body in pieces: decompressed, limited, and never waiting longer than allowed for the provider. */
import { pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { BodyBrokenError, BodyTooLargeError } from "./body.ts";

/** The provider fell silent in the middle of a body. */
export class BodyStalledError extends Error {}

export interface StreamLimits {
  /** Decompressed. */
  maxBytes: number;
  idleMs: number;
  signal: AbortSignal | undefined;
}

/**
 * The pieces of a body. Leaving it early closes the connection. Throws BodyTooLargeError, BodyStalledError, BodyBrokenError, the signal's
 * reason, or whatever broke the connection.
 */
export async function* readPieces(
  body: Readable,
  contentEncoding: string | null,
  limits: StreamLimits,
): AsyncGenerator<Uint8Array, void, void> {
  const { maxBytes, idleMs, signal } = limits;
  const abort = (): void => void body.destroy(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  let idle: NodeJS.Timeout | undefined;
  try {
    signal?.throwIfAborted();
    const pieces = decompressed(body, contentEncoding)[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    for (let size = 0; ; ) {
      // Only the provider's silence counts: while the reader works, nothing is waited for.
      idle = setTimeout(() => body.destroy(new BodyStalledError()), idleMs);
      const { done, value } = await pieces.next();
      clearTimeout(idle);
      if (done) return;
      size += value.length;
      if (size > maxBytes) throw new BodyTooLargeError();
      yield value;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw isBroken(error) ? new BodyBrokenError(false) : error;
  } finally {
    clearTimeout(idle);
    signal?.removeEventListener("abort", abort);
    body.on("error", () => {}).destroy();
  }
}

function decompressed(body: Readable, contentEncoding: string | null): Readable {
  const encodings = (contentEncoding ?? "")
    .toLowerCase()
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part && part !== "identity");
  if (encodings.length > 2) throw new BodyBrokenError(false);
  return encodings.reverse().reduce<Readable>((plain, encoding) => {
    const decoder = decoderOf(encoding);
    // The error reaches the reader through the last stream; the callback only keeps it from being thrown twice.
    return pipeline(plain, decoder, () => {});
  }, body);
}

function decoderOf(encoding: string) {
  if (encoding === "gzip" || encoding === "x-gzip") return createGunzip();
  if (encoding === "br") return createBrotliDecompress();
  if (encoding === "deflate") return createInflate();
  throw new BodyBrokenError(false);
}

/** Of zlib: `Z_DATA_ERROR`, `Z_BUF_ERROR`, `ERR__ERROR_FORMAT_…` of Brotli. */
function isBroken(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code !== undefined && code !== "Z_BUF_ERROR" && /^(Z_|ERR__ERROR|ERR_BROTLI)/.test(code);
}
