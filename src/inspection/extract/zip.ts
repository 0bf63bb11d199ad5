import { type Entry, fromBufferPromise, type ZipFile } from "yauzl";
import { type Reading, UnreadablePart } from "./reading.ts";

/** An archive of which the directory was read. */
export interface Archive {
  names: readonly string[];
  entries: readonly ArchiveEntry[];
}

export interface ArchiveEntry {
  name: string;
  isEncrypted: boolean;
  /** Unpacks piece by piece; every byte counts against the limits of the file. Throws UnreadablePart, LimitReached. */
  pieces(): AsyncGenerator<Buffer, void, void>;
  /** The whole entry, up to the limit for one file. */
  content(): Promise<Buffer>;
}

/** Throws UnreadablePart, LimitReached. */
export async function openArchive(bytes: Uint8Array, reading: Reading): Promise<Archive> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: ArchiveEntry[] = [];
  try {
    // Names are not decoded by the library: it refuses ".." and backslashes, which are harmless to a reader that writes no file.
    const zip = await fromBufferPromise(buffer, { lazyEntries: true, decodeStrings: false, autoClose: false });
    for await (const entry of zip.eachEntry()) {
      const name = nameOf(entry);
      if (name.endsWith("/")) continue;
      reading.countEntry();
      entries.push(entryOf(zip, entry, name, reading));
    }
  } catch (error) {
    throw asUnreadable(error);
  }
  return { entries, names: entries.map(({ name }) => name) };
}

function entryOf(zip: ZipFile, entry: Entry, name: string, reading: Reading): ArchiveEntry {
  async function* pieces(): AsyncGenerator<Buffer, void, void> {
    if (entry.isEncrypted()) throw new UnreadablePart("ENCRYPTED", "A file in the archive is encrypted.");
    if (!entry.canDecodeFileData())
      throw new UnreadablePart("UNSUPPORTED_TYPE", "A file in the archive is compressed by an unsupported method.");
    try {
      for await (const piece of await zip.openReadStreamPromise(entry)) {
        reading.inflate((piece as Buffer).length);
        yield piece as Buffer;
      }
    } catch (error) {
      throw asUnreadable(error);
    }
  }
  return {
    name,
    isEncrypted: entry.isEncrypted(),
    pieces,
    async content() {
      const collected: Buffer[] = [];
      let size = 0;
      for await (const piece of pieces()) {
        size += piece.length;
        if (size > reading.limits.bytes)
          throw new UnreadablePart("TOO_LARGE", "A file in the archive is larger than the limit for one file.");
        collected.push(piece);
      }
      return Buffer.concat(collected, size);
    },
  };
}

/** Bit 11: the name is UTF-8. Otherwise only its ASCII matters here. */
const nameOf = ({ fileName }: Entry): string => (fileName as unknown as Buffer).toString("utf8");

/** What the library throws is about the archive; our own errors, also those of the consumer of the pieces, pass. */
function asUnreadable(error: unknown): unknown {
  if (!(error instanceof Error) || error.constructor !== Error) {
    const isZlib = error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
    if (!isZlib) return error;
  }
  return new UnreadablePart("CORRUPT", "The archive is damaged.", { cause: error });
}
