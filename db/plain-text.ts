import type { Sql } from "postgres";
import { plainJson } from "#src/platform/text.ts";

/** Types of PostgreSQL, by their oid. */
const types = { text: 25, varchar: 1043, json: 114, jsonb: 3802 };

/**
 * The floor under every statement: whatever text reaches it, from a caller, a provider or a file, PostgreSQL takes it. U+0000 becomes U+FFFD,
 * in JSON halves of surrogate pairs too; in text the encoding as UTF-8 replaces those. Without this a single character in a name fails the
 * statement, and what it was to record is not recorded.
 */
export function sendPlainText(sql: Pick<Sql, "options">): void {
  const serializers = sql.options.serializers as Record<number, (value: unknown) => unknown>;
  for (const type of [types.text, types.varchar]) serializers[type] = (value) => withoutNul(`${value}`);
  for (const type of [types.json, types.jsonb]) {
    serializers[type] = (value) => plainJson(typeof value === "string" ? value : JSON.stringify(value));
  }
}

function withoutNul(text: string): string {
  return text.includes("\0") ? text.replaceAll("\0", "\ufffd") : text;
}
