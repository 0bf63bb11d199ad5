import { realpathSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Sql } from "postgres";
import postgres from "#db/driver/driver.ts";
import { ROLE } from "./cluster.ts";

export type Answer = "ours" | "refused" | "unreachable" | "foreign";

/**
 * Asks the server on the port: is it the one of our cluster, and does it accept our password?
 * "unreachable" also while the database asked for has not been made.
 */
export async function probe(cluster: string, port: number, password: string, database = ROLE): Promise<Answer> {
  return withClient(urlOf(port, password, database), async (sql) => {
    const [row] = await sql`select current_setting('data_directory') as directory`;
    return realpathSync(row?.directory) === cluster ? "ours" : "foreign";
  }).catch((error: { code?: string }) => {
    // Wrong password, or no such role: a PostgreSQL, but it does not know us.
    if (error.code?.startsWith("28")) return "refused";
    if (error.code === "ENOENT") return "foreign";
    return "unreachable";
  });
}

/** Makes our database when it is not there yet. An owner that was killed may have left PostgreSQL in the middle of it. */
export async function ensureDatabase(port: number, password: string): Promise<void> {
  await withClient(urlOf(port, password, "postgres"), async (sql) => {
    const patienceEndsAt = Date.now() + 10_000;
    for (;;) {
      const [found] = await sql`select 1 from pg_database where datname = ${ROLE}`;
      if (found) return;
      try {
        await sql`create database ${sql(ROLE)}`;
      } catch (error) {
        if (!madeByAnother.has((error as { code: string }).code) || Date.now() > patienceEndsAt) throw error;
        await sleep(50);
      }
    }
  });
}

/** duplicate_database, unique_violation, and object_in_use for the template. */
const madeByAnother = new Set(["42P04", "23505", "55006"]);

export function urlOf(port: number, password: string, database = ROLE): string {
  return `postgres://${ROLE}:${password}@127.0.0.1:${port}/${database}`;
}

async function withClient<T>(url: string, run: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, {
    max: 1,
    connect_timeout: 5,
    fetch_types: false,
    onnotice: () => {},
    ssl: false,
  });
  try {
    return await run(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
