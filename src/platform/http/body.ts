/** Reads a body whole, never more than allowed, undoes its compression, and parses it. */
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw } from "node:zlib";
import { ProviderResponseError } from "#src/errors.ts";

export class BodyTooLargeError extends Error {}
/** The compressed bytes make no sense; `cut` when they merely end too early. */
export class BodyBrokenError extends Error {
  readonly cut: boolean;
  constructor(cut: boolean) {
    super("The body could not be decompressed.");
    this.cut = cut;
  }
}

const decoders = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  br: promisify(brotliDecompress),
  deflate: promisify(inflate),
  raw: promisify(inflateRaw),
};

export function readBody(stream: Readable, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    stream.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        reject(new BodyTooLargeError());
        stream.destroy();
      } else chunks.push(chunk);
    });
    stream.on("end", () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)));
    stream.on("error", reject);
  });
}

/** Throws BodyTooLargeError as soon as more than `maxBytes` have come out. */
export async function decompress(bytes: Buffer, contentEncoding: string | null, maxBytes: number): Promise<Buffer> {
  const encodings = (contentEncoding ?? "")
    .toLowerCase()
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part && part !== "identity");
  if (encodings.length === 0 || bytes.length === 0) return bytes;
  if (encodings.length > 2) throw new BodyBrokenError(false);
  let plain = bytes;
  for (const encoding of encodings.reverse()) {
    // Some servers send `deflate` without its zlib header.
    const decode =
      encoding === "deflate" && (plain[0]! & 0x0f) !== 8 ? decoders.raw : decoders[encoding as keyof typeof decoders];
    if (!decode) throw new BodyBrokenError(false);
    try {
      plain = await decode(plain, { maxOutputLength: maxBytes, chunkSize: 128 * 1024 });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ERR_BUFFER_TOO_LARGE") throw new BodyTooLargeError();
      throw new BodyBrokenError(code === "Z_BUF_ERROR");
    }
  }
  return plain;
}

/** Null when empty. Throws ProviderResponseError. */
export function readJson(bytes: Buffer, headers: Headers, status: number, label: string): unknown {
  if (bytes.length === 0) return null;
  try {
    return JSON.parse(text(bytes));
  } catch {
    // No cause: JSON.parse quotes the body in its message.
    const type = /^[\w.+-]+\/[\w.+-]+/.exec(headers.get("content-type") ?? "")?.[0] ?? "no content type";
    throw new ProviderResponseError(`${label} answered ${status} with something that is not JSON (${type}).`, "$", {
      status,
    });
  }
}

/** Error pages may be anything: JSON where it is JSON, text otherwise, null when empty. */
export function readLeniently(bytes: Buffer): unknown {
  if (bytes.length === 0) return null;
  const content = text(bytes);
  if (!/^\s*[[{"]/.test(content)) return content;
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}

function text(bytes: Buffer): string {
  const content = bytes.toString();
  return content.charCodeAt(0) === 0xfeff ? content.slice(1) : content;
}
