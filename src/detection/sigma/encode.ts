/** What the modifiers that change a value make of it. Texts are bytes (latin1) once they are in UTF-16. */
type Encoding = "utf8" | "latin1";

export interface Encoded {
  text: string;
  /** How the characters stand for bytes, for base64. */
  encoding: Encoding;
}

export function utf16(text: string, order: "le" | "be", byteOrderMark: boolean): Encoded {
  const bytes = Buffer.from(byteOrderMark ? `\ufeff${text}` : text, "utf16le");
  return { text: (order === "be" ? bytes.swap16() : bytes).toString("latin1"), encoding: "latin1" };
}

export function base64({ text, encoding }: Encoded): string {
  return Buffer.from(text, encoding).toString("base64");
}

/**
 * What of a text shows in base64 whatever stands around it: for each of the three places where it can begin, the characters that depend on
 * it alone.
 */
export function base64Offsets({ text, encoding }: Encoded): string[] {
  const bytes = Buffer.from(text, encoding);
  return [0, 1, 2].map((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset, " "), bytes]);
    const start = [0, 2, 3][offset]!;
    const spare = [0, 3, 2][whole.length % 3]!;
    const coded = whole.toString("base64");
    return coded.slice(start, coded.length - spare);
  });
}

const dashes = ["-", "/", "–", "—", "―"];

/** The text with each of its flags begun in each way Windows allows: `-x`, `/x`, and three longer dashes. */
export function windowsDashes(text: string): string[] {
  // A flag begins a word; within one a dash is a dash.
  const places = [...text.matchAll(/(?<![\p{L}\p{N}_])[-/–—―](?=[\p{L}\p{N}_])/gu)].map(({ index }) => index);
  let variants = [text];
  for (const place of places.slice(0, maxFlags))
    variants = variants.flatMap((variant) =>
      dashes.map((dash) => variant.slice(0, place) + dash + variant.slice(place + 1)),
    );
  return [...new Set(variants)];
}

/** 5 ways each: more would be more than anybody wants to compare. */
const maxFlags = 4;
