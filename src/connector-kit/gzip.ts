import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { ProviderResponseError } from "#src/errors.ts";

export interface GzipLimits {
  /** Decompressed. Default 4 GiB. */
  maxBytes?: number;
  /** Bytes out for each byte in, looked at past the first mebibyte. Logs compress 10 to 50 times. Default 200. */
  maxRatio?: number;
}

/** Below this, ratios mean nothing. */
const freeBytes = 1024 * 1024;

/**
 * Undoes gzip as it arrives, of several members as well. What is not gzip passes unchanged: an object store that names the compression as
 * Content-Encoding had it undone by `http.stream` already. Throws ProviderResponseError for broken data and beyond the limits.
 */
export async function* gunzip(
  pieces: AsyncIterable<Uint8Array>,
  { maxBytes = 4 * 1024 * 1024 * 1024, maxRatio = 200 }: GzipLimits = {},
): AsyncGenerator<Uint8Array, void, void> {
  let taken = 0;
  let given = 0;
  async function* counted(): AsyncGenerator<Uint8Array, void, void> {
    for await (const piece of pieces) {
      taken += piece.length;
      yield piece;
    }
  }
  const { head, rest } = await beginning(counted());
  const compressed = head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b;
  const source = Readable.from(rest, { objectMode: false });
  const output: Readable = compressed ? source.pipe(createGunzip()) : source;
  // `pipe` hands on data, not errors.
  if (compressed) source.on("error", (error) => output.destroy(error));
  try {
    for await (const piece of output as AsyncIterable<Uint8Array>) {
      given += piece.length;
      if (given > maxBytes)
        throw new ProviderResponseError("The file is longer than Gatehouse reads.", `byte ${maxBytes}`);
      if (compressed && given > freeBytes && given > taken * maxRatio)
        throw new ProviderResponseError("The file is compressed more than any log is.", `byte ${given}`);
      yield piece;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code?.startsWith("Z_"))
      throw new ProviderResponseError("The compressed file is broken, or ends too early.", `byte ${given}`);
    throw error;
  } finally {
    output.destroy();
    source.destroy();
  }
}

/** The first two bytes or more, and everything with them. */
async function beginning(
  pieces: AsyncGenerator<Uint8Array, void, void>,
): Promise<{ head: Buffer; rest: AsyncIterable<Uint8Array> }> {
  let head = Buffer.alloc(0);
  while (head.length < 2) {
    const { done, value } = await pieces.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  return {
    head,
    rest: (async function* () {
      if (head.length > 0) yield head;
      yield* pieces;
    })(),
  };
}
