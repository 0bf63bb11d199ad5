import { pipeline } from "node:stream/promises";
import type { Sql } from "postgres";

/** A value of a column in PostgreSQL's text form. */
export type Field = string | number | boolean | null;

/**
 * COPY into a table: a column for each function, a row for each item. Rows are written out in pieces, while PostgreSQL stores those
 * before. Throws what PostgreSQL reports about them.
 */
export async function copyInto<Item>(
  sql: Sql,
  table: string,
  columns: Readonly<Record<string, (item: Item) => Field>>,
  items: readonly Item[],
): Promise<void> {
  const statement = sql`copy ${sql(table)} (${sql(Object.keys(columns))}) from stdin`;
  const into = await statement.writable();
  // For the driver it is answered as soon as rows may be written. What is wrong with them goes to a promise that is already resolved.
  const refused = new Promise<never>((_, reject) => {
    (statement as unknown as { reject: (error: Error) => void }).reject = reject;
  });
  await Promise.race([pipeline(pieces(Object.values(columns), items), into), refused]);
}

/** About as much as the system takes at once. */
const pieceLength = 64 * 1024;

function* pieces<Item>(fields: readonly ((item: Item) => Field)[], items: readonly Item[]): Generator<string> {
  let text = "";
  for (const item of items) {
    let separator = "";
    for (const field of fields) {
      const value = field(item);
      text += separator;
      text += value === null ? "\\N" : typeof value === "string" ? escapeText(value) : value;
      separator = "\t";
    }
    text += "\n";
    if (text.length < pieceLength) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}

const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };
const escaped = Object.keys(escapes);

/** A row as COPY reads and writes it, of columns in their text form. */
export function copyLine(values: readonly (string | null)[]): string {
  return `${values.map((value) => (value === null ? "\\N" : escapeText(value))).join("\t")}\n`;
}

/** Nearly no text has any of these, and looking for one character at a time is far faster than for a pattern. */
function escapeText(text: string): string {
  return escaped.some((one) => text.includes(one))
    ? text.replace(/[\\\t\n\r]/g, (one) => escapes[one] as string)
    : text;
}
