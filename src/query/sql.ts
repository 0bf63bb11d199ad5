import type { Fragment, ParameterOrFragment, Sql } from "postgres";

/** What writes SQL: `sql` below, or the postgres.js client. */
export type SqlTag = (strings: TemplateStringsArray, ...values: readonly ParameterOrFragment<never>[]) => Fragment;

/**
 * A piece of SQL and its values. postgres.js makes a promise of every piece of its own; statements put together from dozens of
 * conditions are cheaper to write with these.
 */
class Piece {
  readonly strings: readonly string[];
  readonly args: readonly unknown[];

  constructor(strings: readonly string[], args: readonly unknown[]) {
    this.strings = strings;
    this.args = args;
  }
}

/** As postgres.js's own: values become parameters, pieces are taken in. Run it with `query` or `queryValues`. */
export const sql = ((strings: TemplateStringsArray, ...args: unknown[]) =>
  new Piece(strings, args)) as unknown as SqlTag;

/** SQL that stands in the source: never anything from outside. */
export function raw(text: string): Fragment {
  return new Piece([text], []) as unknown as Fragment;
}

/**
 * So many texts are prepared. A connection keeps those it has prepared for as long as it lives, and what is selected, filtered and
 * paged makes many; further ones are planned each time.
 */
const PREPARED_TEXTS = 500;
/** Longer ones are rare, and a connection would hold much of each. */
const PREPARED_LENGTH = 8_000;
const prepared = new Set<string>();

function options(text: string): { prepare: boolean } {
  const prepare = prepared.has(text) || (prepared.size < PREPARED_TEXTS && text.length <= PREPARED_LENGTH);
  if (prepare) prepared.add(text);
  // Without it a statement that has no parameters goes the way of scripts.
  return { prepare, simple: false } as never;
}

/** Rows as objects. */
export function query<Row extends object>(client: Sql, statement: Fragment): PromiseLike<Row[]> {
  const { text, values } = render(statement);
  return client.unsafe<Row[]>(text, values as never, options(text));
}

/** Rows as lists of values, in the order of the columns. */
export function queryValues(client: Sql, statement: Fragment): PromiseLike<unknown[][]> {
  const { text, values } = render(statement);
  return client.unsafe(text, values as never, options(text)).values() as unknown as PromiseLike<unknown[][]>;
}

/** The text with numbered parameters, and their values. */
export function render(statement: Fragment): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  return { text: append("", statement as unknown as Piece, values), values };
}

function append(before: string, { strings, args }: Piece, values: unknown[]): string {
  let text = before + strings[0];
  for (let index = 0; index < args.length; index++) {
    const value = args[index];
    // postgres.js calls them the same.
    if (value instanceof Piece || isForeignPiece(value)) text = append(text, value, values);
    else text += `$${values.push(value)}`;
    text += strings[index + 1];
  }
  return text;
}

function isForeignPiece(value: unknown): value is Piece {
  return typeof value === "object" && value !== null && "strings" in value && "args" in value;
}
