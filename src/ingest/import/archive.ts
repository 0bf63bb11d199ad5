import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { isTooDeep, maxKeptNesting, withoutMark } from "#src/platform/json.ts";

/** One JSON value of an archive, with the line it starts on; or what is wrong there. */
export type Found = { line: number; value: unknown } | { line: number; problem: string };

/** Longer values are reported as a problem and skipped: they would have to be held in memory whole. */
const longestValue = 64 * 1024 * 1024;
/** How much is looked at to tell one event a line from whole documents. */
const peekLength = 256 * 1024;

/**
 * The values of an archive in their order, a few at a time, whatever its size: one JSON value a line, or whole documents one
 * after the other, over as many lines as they like. Lists are taken apart. Gzip is unpacked. Throws what reading or unpacking
 * throws, after all values before it.
 */
export async function* readArchive(input: AsyncIterable<Uint8Array>): AsyncGenerator<Found[], void, void> {
  const texts = decode(unpack(input));
  let head = "";
  let broken: { error: unknown } | null = null;
  try {
    for await (const text of texts) {
      head += text;
      if (head.length >= peekLength) break;
    }
  } catch (error) {
    // What came before it counts.
    broken = { error };
  }
  const splitter = isLines(head) ? new Lines() : new Documents();
  yield splitter.take(head);
  if (broken) throw broken.error;
  for await (const text of texts) yield splitter.take(text);
  yield splitter.end();
}

/** Closing the outer loop early must not end the source: the same iterator goes on. */
function decode(input: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder("utf-8");
  const chunks = input[Symbol.asyncIterator]();
  const next = async (): Promise<IteratorResult<string>> => {
    const { value, done } = await chunks.next();
    return done ? { value: undefined, done: true } : { value: decoder.decode(value, { stream: true }), done: false };
  };
  return { [Symbol.asyncIterator]: () => ({ next }) };
}

async function* unpack(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  const chunks = input[Symbol.asyncIterator]();
  let first: Uint8Array = new Uint8Array();
  while (first.length < 2) {
    const { value, done } = await chunks.next();
    if (done) break;
    first = first.length === 0 ? value : Buffer.concat([first, value]);
  }
  async function* all() {
    yield first;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  }
  if (first[0] !== 0x1f || first[1] !== 0x8b) return yield* all();
  const source = Readable.from(all());
  const gunzip = createGunzip();
  source.on("error", (error) => gunzip.destroy(error));
  yield* source.pipe(gunzip) as AsyncIterable<Uint8Array>;
}

/** One value a line, also when the first line is broken; false for a list or a document spread over lines. */
function isLines(head: string): boolean {
  const start = head.trimStart();
  if (start.startsWith("[")) return false;
  if (!start.startsWith("{")) return true;
  const [first = "", second] = start.split("\n", 20).filter((line) => line.trim() !== "");
  if (parses(first)) return true;
  // A document goes on after one of these; a line that was cut off seldom ends there.
  return second !== undefined && !/[{[,:]\s*$/.test(first) && parses(second);
}

function parses(text: string): boolean {
  try {
    JSON.parse(withoutMark(text));
    return true;
  } catch {
    return false;
  }
}

interface Splitter {
  take(text: string): Found[];
  end(): Found[];
}

class Lines implements Splitter {
  #rest: string[] = [];
  #length = 0;
  #line = 1;

  take(text: string): Found[] {
    const found: Found[] = [];
    let from = 0;
    for (let to = text.indexOf("\n"); to >= 0; to = text.indexOf("\n", from)) {
      this.#keep(text.slice(from, to));
      found.push(...this.#close());
      this.#line += 1;
      from = to + 1;
    }
    this.#keep(text.slice(from));
    return found;
  }

  end(): Found[] {
    return this.#close();
  }

  #keep(part: string): void {
    this.#length += part.length;
    if (this.#length <= longestValue) this.#rest.push(part);
    else this.#rest = [];
  }

  #close(): Found[] {
    const text = this.#rest.join("");
    const length = this.#length;
    this.#rest = [];
    this.#length = 0;
    if (length > longestValue) return [{ line: this.#line, problem: tooLong }];
    return text.trim() === "" ? [] : parse(text, this.#line);
  }
}

const tooLong = `This value is longer than ${longestValue / 1024 / 1024} MB.`;

const tooDeep = `This event is nested more than ${maxKeptNesting.toLocaleString("en")} levels deep.`;

function parse(text: string, line: number): Found[] {
  try {
    // Archives that were put together may each begin with a byte order mark; the decoder takes only the first.
    const parsed: unknown = JSON.parse(withoutMark(text));
    const values = Array.isArray(parsed) ? parsed : [parsed];
    return values.map((value) => (isTooDeep(value, text) ? { line, problem: tooDeep } : { line, value }));
  } catch (error) {
    return [{ line, problem: `This is not JSON: ${error instanceof Error ? error.message : error}.` }];
  }
}

/** Finds where values begin and end by their brackets and quotes alone; JSON.parse judges each. */
class Documents implements Splitter {
  #line = 1;
  /** Open brackets of the value that is being read; 0 also between values and within a bare number or word. */
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Lists that were taken apart and not yet closed. */
  #lists = 0;
  #reading = false;
  #startLine = 1;
  #parts: string[] = [];
  #length = 0;

  take(text: string): Found[] {
    const found: Found[] = [];
    let from = 0;
    for (let at = 0; at < text.length; at += 1) {
      const char = text.charCodeAt(at);
      if (char === NEWLINE) this.#line += 1;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (char === BACKSLASH) this.#escaped = true;
        // A string cannot hold a line break: it was cut off, and the rest must not be taken for its end.
        else if (char === QUOTE || char === NEWLINE) {
          this.#inString = false;
          if (this.#depth === 0) {
            found.push(...this.#close(text.slice(from, at + 1)));
            from = at + 1;
          }
        }
      } else if (this.#reading && this.#depth === 0 && (isSpace(char) || char === COMMA || char === LIST_END)) {
        found.push(...this.#close(text.slice(from, at)));
        if (char === LIST_END) this.#endList(found);
      } else if (!this.#reading) {
        if (isSpace(char) || (char === COMMA && this.#lists > 0)) continue;
        if (char === LIST && this.#lists === 0) this.#lists = 1;
        else if (char === LIST_END) this.#endList(found);
        else {
          this.#reading = true;
          this.#startLine = this.#line;
          from = at;
          if (char === QUOTE) this.#inString = true;
          else if (char === OBJECT || char === LIST) this.#depth = 1;
        }
      } else if (char === QUOTE) this.#inString = true;
      else if (char === OBJECT || char === LIST) this.#depth += 1;
      else if ((char === OBJECT_END || char === LIST_END) && this.#depth > 0) {
        this.#depth -= 1;
        if (this.#depth === 0) {
          found.push(...this.#close(text.slice(from, at + 1)));
          from = at + 1;
        }
      }
    }
    if (this.#reading) this.#keep(text.slice(from));
    return found;
  }

  end(): Found[] {
    if (this.#reading && this.#depth === 0 && !this.#inString) return this.#close("");
    if (this.#reading)
      return [{ line: this.#startLine, problem: "What begins here is never closed: the archive ends in the middle." }];
    return this.#lists > 0
      ? [{ line: this.#line, problem: "The list is never closed: the archive ends in the middle." }]
      : [];
  }

  #endList(found: Found[]): void {
    if (this.#lists > 0) this.#lists = 0;
    else found.push({ line: this.#line, problem: "This closing bracket closes nothing." });
  }

  #keep(part: string): void {
    this.#length += part.length;
    if (this.#length <= longestValue) this.#parts.push(part);
    else this.#parts = [];
  }

  #close(last: string): Found[] {
    this.#keep(last);
    const text = this.#parts.join("");
    const length = this.#length;
    this.#reading = false;
    this.#depth = 0;
    this.#parts = [];
    this.#length = 0;
    return length > longestValue ? [{ line: this.#startLine, problem: tooLong }] : parse(text, this.#startLine);
  }
}

const NEWLINE = 10;
const QUOTE = 34;
const COMMA = 44;
const LIST = 91;
const BACKSLASH = 92;
const LIST_END = 93;
const OBJECT = 123;
const OBJECT_END = 125;
const BYTE_ORDER_MARK = 0xfeff;

function isSpace(char: number): boolean {
  return char === 32 || char === NEWLINE || char === 13 || char === 9 || char === BYTE_ORDER_MARK;
}
