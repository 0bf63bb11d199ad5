import { ProviderResponseError } from "#src/errors.ts";
import { defaultLineLength, type TextLimits, textOfPieces } from "./text-lines.ts";

/**
 * The rows of a CSV file as objects by the names of its first row, read as they arrive. Quoted fields may hold commas, line breaks and
 * doubled quotes; all values are texts, an empty one is "". `path` names the line a row begins on, from 1.
 * Throws ProviderResponseError for a row with more or fewer fields than the first, a quote out of place, or too much in one row.
 * Source: https://www.rfc-editor.org/rfc/rfc4180
 */
export async function* readCsv(
  pieces: AsyncIterable<Uint8Array>,
  limits: TextLimits & { separator?: "," | ";" | "\t" } = {},
): AsyncGenerator<{ record: Record<string, string>; path: string }, void, void> {
  let names: string[] | null = null;
  for await (const { fields, line } of readRows(pieces, limits)) {
    if (names === null) {
      names = fields;
      if (new Set(names).size < names.length)
        throw new ProviderResponseError("The CSV file has two columns of one name.", `line ${line}`);
      continue;
    }
    if (fields.length !== names.length)
      throw new ProviderResponseError(
        `Line ${line} of the CSV file has ${fields.length} fields, its first row ${names.length}.`,
        `line ${line}`,
      );
    // Without a prototype: a column may be called `__proto__`.
    const record: Record<string, string> = Object.create(null);
    for (const [position, name] of names.entries()) record[name] = fields[position] as string;
    yield { record, path: `line ${line}` };
  }
}

/** Where in a field the reader is: before it, in a bare one, in a quoted one, or behind a quote in it. */
type Place = "start" | "bare" | "quoted" | "quote";

async function* readRows(
  pieces: AsyncIterable<Uint8Array>,
  { maxBytes, maxLineLength = defaultLineLength, separator = "," }: TextLimits & { separator?: string },
): AsyncGenerator<{ fields: string[]; line: number }, void, void> {
  let place: Place = "start";
  let fields: string[] = [];
  let field = "";
  let length = 0;
  let line = 1;
  let began = 1;

  const endField = (): void => {
    fields.push(place === "bare" && field.endsWith("\r") ? field.slice(0, -1) : field);
    field = "";
    place = "start";
  };
  const endRow = (): { fields: string[]; line: number } | null => {
    endField();
    const row = { fields, line: began };
    fields = [];
    length = 0;
    began = line;
    // An empty line is no row.
    return row.fields.length === 1 && row.fields[0] === "" ? null : row;
  };

  for await (const text of textOfPieces(pieces, maxBytes)) {
    for (let at = 0; at < text.length; ) {
      if (place === "quoted" || place === "bare") {
        const end = endOf(text, at, place, separator);
        field += text.slice(at, end);
        length += end - at;
        if (place === "quoted") line += newlinesIn(text, at, end);
        at = end;
        if (length > maxLineLength)
          throw new ProviderResponseError(
            `Line ${began} of the CSV file is longer than Gatehouse reads.`,
            `line ${began}`,
          );
        if (at === text.length) break;
      }
      const c = text[at++] as string;
      if (place === "quoted") place = "quote";
      else if (c === separator) endField();
      else if (c === "\n") {
        line++;
        const row = endRow();
        if (row) yield row;
      } else if (place === "start") {
        place = c === '"' ? "quoted" : "bare";
        if (c !== '"') field = c;
      } else if (c === '"') {
        // A second quote behind the first: one of them is meant.
        field += '"';
        place = "quoted";
      } else if (c !== "\r")
        throw new ProviderResponseError(`A quote is out of place on line ${line} of the CSV file.`, `line ${line}`);
      length++;
    }
  }
  if (place === "quoted")
    throw new ProviderResponseError(`A quote on line ${began} of the CSV file is never closed.`, `line ${began}`);
  const last = fields.length > 0 || field !== "" || place !== "start" ? endRow() : null;
  if (last) yield last;
}

/** Where a run of plain characters ends. */
function endOf(text: string, from: number, place: "quoted" | "bare", separator: string): number {
  if (place === "quoted") {
    const quote = text.indexOf('"', from);
    return quote < 0 ? text.length : quote;
  }
  let at = from;
  while (at < text.length && text[at] !== separator && text[at] !== "\n") at++;
  return at;
}

function newlinesIn(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
