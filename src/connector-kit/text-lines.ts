import { ProviderResponseError } from "#src/errors.ts";

export interface TextLimits {
  /** Of one line or record, in characters. Default 1 Mi. */
  maxLineLength?: number;
  /** Of everything. Default 4 GiB. */
  maxBytes?: number;
}

export const defaultLineLength = 1024 * 1024;

/** Pieces of bytes as pieces of text: UTF-8, characters kept whole, a byte order mark left out. Throws ProviderResponseError past the limit. */
export async function* textOfPieces(
  pieces: AsyncIterable<Uint8Array>,
  maxBytes = 4 * 1024 * 1024 * 1024,
): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  let size = 0;
  for await (const piece of pieces) {
    size += piece.length;
    if (size > maxBytes)
      throw new ProviderResponseError("The file is longer than Gatehouse reads.", `byte ${maxBytes}`);
    const text = decoder.decode(piece, { stream: true });
    if (text !== "") yield text;
  }
  const rest = decoder.decode();
  if (rest !== "") yield rest;
}

/** Lines with their numbers, from 1, without their ends (LF or CRLF). Throws ProviderResponseError naming the line. */
export async function* linesOf(
  pieces: AsyncIterable<Uint8Array>,
  { maxLineLength = defaultLineLength, maxBytes }: TextLimits = {},
): AsyncGenerator<{ line: number; text: string }, void, void> {
  let line = 1;
  let rest = "";
  for await (const text of textOfPieces(pieces, maxBytes)) {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) yield { line, text: withinLimit(part, line++) };
    withinLimit(rest, line);
  }
  if (rest !== "") yield { line, text: withinLimit(rest, line) };

  function withinLimit(text: string, at: number): string {
    if (text.length > maxLineLength)
      throw new ProviderResponseError(`Line ${at} is longer than Gatehouse reads.`, `line ${at}`);
    return text.endsWith("\r") ? text.slice(0, -1) : text;
  }
}
