import { type Reading, UnreadablePart } from "./reading.ts";

export const isTar = (bytes: Uint8Array): boolean =>
  bytes.length >= 512 && Buffer.from(bytes.subarray(257, 262)).toString("latin1") === "ustar";

/** The regular files of a tar archive. Source: POSIX ustar, https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html */
export function* filesOfTar(bytes: Uint8Array, reading: Reading): Generator<{ name: string; content: Uint8Array }> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 512 <= file.length; ) {
    const header = file.subarray(at, at + 512);
    // Two empty blocks end the archive.
    if (header.every((byte) => byte === 0)) return;
    const size = Number.parseInt(header.toString("latin1", 124, 136).replace(/\0.*$/, "").trim() || "0", 8);
    if (!Number.isSafeInteger(size) || size < 0 || at + 512 + size > file.length)
      throw new UnreadablePart("CORRUPT", "The archive is damaged.");
    const type = String.fromCharCode(header[156]!);
    if (type === "0" || type === "\0") {
      reading.countEntry();
      yield {
        name: header.toString("utf8", 0, 100).replace(/\0.*$/, ""),
        content: file.subarray(at + 512, at + 512 + size),
      };
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
}
