import type { Sql } from "postgres";
import { rawSql } from "#db/client.ts";
import type { Core } from "#src/core.ts";
import { sealingKeyId, UnknownKeyError } from "#src/platform/secrets.ts";

interface Column {
  table: string;
  column: string;
  /** The row's key, and where the value is sealed: SQL over the row. */
  key: string;
  place: string;
}

/** Everything that is sealed. `inspectSealed` opens the same. */
const columns: readonly Column[] = [
  ...["secret_settings", "credential", "webhook_secret", "webhook_registration"].map((column) => ({
    table: "instances",
    column,
    key: "id::text",
    place: `'instance/' || id || '/${column}'`,
  })),
  {
    table: "purpose_tokens",
    column: "credential",
    key: "instance_id || '/' || purpose",
    place: "'instance/' || instance_id || '/purpose/' || purpose",
  },
  { table: "destinations", column: "secret", key: "id::text", place: "'destination/' || id || '/secret'" },
  ...["code_verifier", "pending", "authorization_url"].map((column) => ({
    table: "oauth_states",
    column,
    key: "state_hash",
    place: `'oauth_state/' || state_hash || '/${column}'`,
  })),
  {
    table: "prepared_settings",
    column: "settings",
    key: "connector_slug || '/' || viewer_id",
    place: "'prepared/' || connector_slug || '/' || viewer_id",
  },
];

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
  for (const column of columns) await resealColumn(sql, secrets, column, outcome);
  return outcome;
}

async function resealColumn(
  sql: Sql,
  secrets: Core["secrets"],
  { table, column, key, place }: Column,
  outcome: Resealed,
): Promise<void> {
  const old = sql.unsafe(`${column} is not null and split_part(${column}, '.', 2) <> '${secrets.primaryKeyId}'`);
  const rows = await sql<{ key: string; place: string; sealed: string }[]>`
    select ${sql.unsafe(key)} as key, ${sql.unsafe(place)} as place, ${sql(column)} as sealed from ${sql(table)} where ${old}`;
  for (const { key: row, place: where, sealed } of rows) {
    let opened: string;
    try {
      opened = secrets.open(sealed, where);
    } catch (error) {
      if (error instanceof UnknownKeyError) throw error;
      outcome.broken.push(where);
      continue;
    }
    const { count } = await sql`
      update ${sql(table)} set ${sql(column)} = ${secrets.seal(opened, where)}
      where ${sql.unsafe(key)} = ${row} and ${sql(column)} = ${sealed}`;
    outcome.resealed += count;
  }
}

/** How many secrets each key has sealed, by its id. */
export async function countSealed({ db }: Pick<Core, "db">): Promise<Map<string, number>> {
  const sql = rawSql(db);
  const counts = new Map<string, number>();
  for (const { table, column } of columns) {
    const rows = await sql<
      { sealed: string }[]
    >`select ${sql(column)} as sealed from ${sql(table)} where ${sql(column)} is not null`;
    for (const { sealed } of rows) {
      const id = sealingKeyId(sealed);
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  return counts;
}
