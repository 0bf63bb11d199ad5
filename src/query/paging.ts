import { InvalidInputError } from "#src/errors.ts";

/** Largest page anybody may ask for. */
export const maxPageSize = 200;
export const defaultPageSize = 50;
/** Totals are counted exactly up to here; above it they are null. */
export const maxExactCount = 10_000;

export interface PageArgs {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}

/** One keyset page. Cursors name a place in the order, not a number of rows, so rows that come and go shift nothing. */
export interface Page<T> {
  rows: T[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  /** Keys of the places where the page starts and ends, when they are not those of its first and last row. */
  startKey?: (string | number)[];
  endKey?: (string | number)[];
}

export interface Window {
  limit: number;
  /** True: the last rows before `from`, read backwards. */
  backwards: boolean;
  /** Where the page starts (exclusive): values of the sort key. */
  from: (string | number)[] | null;
}

/** Checks the arguments of a connection and decodes its cursor. `key` names the types of the sort key's parts. */
export function windowOf(args: PageArgs, key: readonly ("number" | "string")[]): Window {
  if (args.first != null && args.last != null)
    throw new InvalidInputError("Give `first` or `last`, not both.", ["last"]);
  const backwards = args.last != null || (args.before != null && args.first == null);
  if (backwards && args.after != null)
    throw new InvalidInputError("Use `after` with `first`, not with `last`.", ["after"]);
  if (!backwards && args.before != null)
    throw new InvalidInputError("Use `before` with `last`, not with `first`.", ["before"]);
  const size = (backwards ? args.last : args.first) ?? defaultPageSize;
  const name = backwards ? "last" : "first";
  if (size < 0 || size > maxPageSize)
    throw new InvalidInputError(`\`${name}\` must be between 0 and ${maxPageSize}.`, [name]);
  const cursor = backwards ? args.before : args.after;
  return {
    limit: size,
    backwards,
    from: cursor == null ? null : decodeKeyset(cursor, key, backwards ? "before" : "after"),
  };
}

export function encodeKeyset(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString("base64url");
}

function decodeKeyset(text: string, key: readonly ("number" | "string")[], argument: string): (string | number)[] {
  try {
    const values = JSON.parse(Buffer.from(text, "base64url").toString("utf8")) as unknown;
    if (
      Array.isArray(values) &&
      values.length === key.length &&
      values.every(
        (value, index) => typeof value === key[index] && (typeof value !== "number" || Number.isSafeInteger(value)),
      )
    ) {
      return values as (string | number)[];
    }
  } catch (cause) {
    throw new InvalidInputError("This is not a cursor of this list.", [argument], { cause });
  }
  throw new InvalidInputError("This is not a cursor of this list.", [argument]);
}

/** Cuts the one row too many that was asked for to see whether there is more, and turns a backwards page round. */
export function pageOf<T>(rows: T[], window: Window): Page<T> {
  const more = rows.length > window.limit;
  const kept = more ? rows.slice(0, window.limit) : rows;
  if (window.backwards) kept.reverse();
  return {
    rows: kept,
    hasNextPage: window.backwards ? window.from !== null : more,
    hasPreviousPage: window.backwards ? more : window.from !== null,
  };
}

const earliest = Date.parse("0001-01-01T00:00:00Z");
const latest = Date.parse("9999-12-31T23:59:59.999Z");

/** Whether an instant has a year of four digits, as PostgreSQL and RFC 3339 write it. */
export function isStorable(instant: Date): boolean {
  return instant.getTime() >= earliest && instant.getTime() <= latest;
}

/** Of a text that is searched for. */
export const maxSearchLength = 500;

/** For `ilike`: the text as it is, wherever it stands. Throws InvalidInputError for a text that is too long. */
export function containing(text: string): string {
  checkSearch(text);
  return `%${text.replace(/[\\%_]/g, "\\$&")}%`;
}

/** As PostgreSQL's `ilike` does it, letter by letter: JavaScript looks at the neighbours of Σ and makes two letters of İ. */
export function foldCase(text: string): string {
  return text.replaceAll("Σ", "σ").replaceAll("İ", "i").toLowerCase();
}

/** Throws InvalidInputError. */
export function checkSearch(text: string, field?: string[]): void {
  if (text.length > maxSearchLength)
    throw new InvalidInputError(
      `A text to search for may have at most ${maxSearchLength} characters; this has ${text.length.toLocaleString("en")}.`,
      field,
    );
}

/** Of `not` in a filter. */
export const maxFilterDepth = 4;

/** Throws InvalidInputError where `not` is nested too deep. `field`: the path of the filter, with every `not` on the way. */
export function checkFilterDepth(field: readonly string[]): void {
  if (field.filter((name) => name === "not").length > maxFilterDepth)
    throw new InvalidInputError(`\`not\` may be nested ${maxFilterDepth} levels deep.`, [...field]);
}
