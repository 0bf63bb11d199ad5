/** The start of a file decides: a byte order mark, zeros at every other byte, valid UTF-8, or else Windows-1252. */
export type TextEncoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

/** Null for what is no text: zeros and control characters are rare in texts. */
export function encodingOf(bytes: Uint8Array): TextEncoding | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const sample = bytes.subarray(0, 65_536);
  const wide = wideEncoding(sample);
  if (wide) return wide;
  if (!looksLikeText(sample)) return null;
  return isUtf8(sample) ? "utf-8" : "windows-1252";
}

export function decodeText(bytes: Uint8Array, encoding: TextEncoding): string {
  return new TextDecoder(encoding).decode(bytes);
}

/** Without a mark: Latin text in UTF-16 has a zero in nearly every pair, always at the same side. */
function wideEncoding(sample: Uint8Array): "utf-16le" | "utf-16be" | null {
  if (sample.length < 4) return null;
  const zeros = [0, 0];
  for (let at = 0; at < sample.length; at++) if (sample[at] === 0) zeros[at % 2]!++;
  const pairs = sample.length / 2;
  if (zeros[1]! > pairs * 0.7 && zeros[0]! < pairs * 0.05) return "utf-16le";
  if (zeros[0]! > pairs * 0.7 && zeros[1]! < pairs * 0.05) return "utf-16be";
  return null;
}

function looksLikeText(sample: Uint8Array): boolean {
  let controls = 0;
  for (const byte of sample) {
    if (byte === 0) return false;
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13 && byte !== 27) controls++;
  }
  return controls <= sample.length * 0.01;
}

function isUtf8(sample: Uint8Array): boolean {
  // The sample may end within a character.
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    decoder.decode(sample, { stream: true });
    return true;
  } catch {
    return false;
  }
}
