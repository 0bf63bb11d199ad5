import { createHmac } from "node:crypto";
import type { Finder } from "./finder.ts";

/** A value may stand in the text in up to so many pieces: `4539 1488 0343 6467`. */
const maxPieces = 6;
export const exactLengths = { min: 6, max: 100 } as const;

/** How a value is compared: without case, spaces and punctuation, in compatibility form. */
export function normalisedValue(value: string): string {
  return value
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
}

/** Only this is stored of a value: 128 bits of its HMAC-SHA-256 with a key that the installation keeps sealed. */
export function hashOfValue(key: Buffer, normalised: string): string {
  return createHmac("sha256", key).update(normalised).digest("base64url").slice(0, 22);
}

export interface ExactData {
  /** Base64url. */
  key: string;
  hashes: readonly string[];
  /** Lengths of the values once normalised: what has another length is not hashed. */
  lengths: readonly number[];
}

/** Looks at each stretch of up to six neighbouring words that has the length of a value. */
export function exactDataFinder({ key, hashes, lengths }: ExactData): Finder {
  const keyBytes = Buffer.from(key, "base64url");
  const known = new Set(hashes);
  const isWanted = new Uint8Array(exactLengths.max + 1);
  for (const length of lengths) if (length <= exactLengths.max) isWanted[length] = 1;
  const longest = Math.max(0, ...lengths);
  return function* (text) {
    const pieces = [...text.matchAll(/[\p{L}\p{N}]+/gu)].map(({ 0: piece, index }) => ({
      start: index,
      end: index + piece.length,
      normalised: normalisedValue(piece),
    }));
    for (let first = 0; first < pieces.length; first++) {
      let candidate = "";
      for (let last = first; last < Math.min(pieces.length, first + maxPieces); last++) {
        const piece = pieces[last]!;
        if (last > first && !isJoint(text, pieces[last - 1]!.end, piece.start)) break;
        candidate += piece.normalised;
        if (candidate.length > longest) break;
        if (isWanted[candidate.length] && known.has(hashOfValue(keyBytes, candidate)))
          yield { start: pieces[first]!.start, end: piece.end };
      }
    }
  };
}

/** At most three characters of one line apart. */
function isJoint(text: string, end: number, start: number): boolean {
  return start - end <= 3 && !text.slice(end, start).includes("\n");
}
