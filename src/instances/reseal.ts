import type { Sql } from "postgres";
import { rawSql } from "#db/client.ts";
import type { Core } from "#src/core.ts";
import { SealBrokenError } from "#src/platform/secrets.ts";
import { isSealed, type SealedColumn, sealedColumns } from "./sealed-columns.ts";

/** Values that are read together; some are large. */
const atOnce = 200;

export interface Resealed {
  /** Secrets that are sealed with the first key now and were not before. */
  resealed: number;
  /** Places of secrets that do not open: altered, or moved from elsewhere. */
  broken: string[];
}

/**
 * Seals everything with the first key that is still sealed with an older one, value by value: killed anywhere, the next run does the rest.
 * A value that changes meanwhile (a token that is renewed) is left as it is then. Throws UnknownKeyError when a key is missing.
 */
export async function resealSecrets({ db, secrets }: Pick<Core, "db" | "secrets">): Promise<Resealed> {
  const sql = rawSql(db);
  const outcome: Resealed = { resealed: 0, broken: [] };
  for (const column of sealedColumns) await resealColumn(sql, secrets, column, outcome);
  return outcome;
}

async function resealColumn(
  sql: Sql,
  secrets: Core["secrets"],
  { table, column, key, place }: SealedColumn,
  outcome: Resealed,
): Promise<void> {
  const old = sql.unsafe(`${isSealed(column)} and split_part(${column}, '.', 2) <> '${secrets.primaryKeyId}'`);
  for (let last = ""; ; ) {
    const rows = await sql<{ key: string; place: string; sealed: string }[]>`
      select * from (select ${sql.unsafe(key)} as key, ${sql.unsafe(place)} as place, ${sql(column)} as sealed from ${sql(table)} where ${old}) s
      where key > ${last} order by key limit ${atOnce}`;
    for (const { key: row, place: where, sealed } of rows) {
      last = row;
      const opened = open(secrets, sealed, where);
      if (opened === null) {
        outcome.broken.push(where);
        continue;
      }
      const { count } = await sql`
        update ${sql(table)} set ${sql(column)} = ${secrets.seal(opened, where)}
        where ${sql.unsafe(key)} = ${row} and ${sql(column)} = ${sealed}`;
      outcome.resealed += count;
    }
    if (rows.length < atOnce) return;
  }
}

/** Null for what was altered or moved. Throws UnknownKeyError. */
function open(secrets: Core["secrets"], sealed: string, place: string): string | null {
  try {
    return secrets.open(sealed, place);
  } catch (error) {
    if (error instanceof SealBrokenError) return null;
    throw error;
  }
}
