import { UnreadablePart } from "./reading.ts";

const signature = Buffer.from("d0cf11e0a1b11ae1", "hex");
const endOfChain = 0xfffffffa;

export const isCompound = (bytes: Uint8Array): boolean => signature.equals(bytes.subarray(0, 8));

/** The streams of an OLE compound file by name. */
export interface Compound {
  names: readonly string[];
  /** The beginning of a stream; null for one that is kept among the small ones, or is not there. */
  start(name: string): Buffer | null;
}

/** Reads the directory. Source: [MS-CFB]. Throws UnreadablePart. */
export function openCompound(bytes: Uint8Array): Compound {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < 512) throw damaged();
  const shift = file.readUInt16LE(30);
  if (shift !== 9 && shift !== 12) throw damaged();
  const size = 1 << shift;
  const sector = (index: number): Buffer => file.subarray((index + 1) * size, (index + 2) * size);
  const table: number[] = [];
  for (let entry = 0; entry < 109; entry++) {
    const index = file.readUInt32LE(76 + entry * 4);
    if (index >= endOfChain) break;
    const part = sector(index);
    for (let at = 0; at + 4 <= part.length; at += 4) table.push(part.readUInt32LE(at));
  }
  const entries: { name: string; start: number; size: number }[] = [];
  const seen = new Set<number>();
  // Chains longer than the table are not needed: a directory stands in its beginning.
  for (let index = file.readUInt32LE(48); index < endOfChain; index = table[index] ?? 0xffffffff) {
    if (seen.has(index)) throw damaged();
    seen.add(index);
    const part = sector(index);
    for (let at = 0; at + 128 <= part.length; at += 128) {
      const length = part.readUInt16LE(at + 64);
      if (length >= 2 && length <= 64)
        entries.push({
          name: part.toString("utf16le", at, at + length - 2),
          start: part.readUInt32LE(at + 116),
          size: part.readUInt32LE(at + 120),
        });
    }
  }
  if (entries.length === 0) throw damaged();
  return {
    names: entries.map(({ name }) => name),
    start(name) {
      const entry = entries.find((one) => one.name === name);
      return entry && entry.size >= 4096 ? sector(entry.start) : null;
    },
  };
}

const damaged = () => new UnreadablePart("CORRUPT", "The compound file is damaged.");

/** Flag fEncrypted of the file information block. Source: [MS-DOC] 2.5.2. */
export function isEncryptedWord(block: Buffer | null): boolean {
  return block !== null && block.length >= 12 && (block.readUInt16LE(10) & 0x0100) !== 0;
}
