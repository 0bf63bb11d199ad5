import { realpathSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Sql } from "postgres";
import postgres from "#db/driver/driver.ts";
import { SUPERUSER } from "./cluster.ts";

/** The role that Gatehouse works as; no superuser. */
export const ROLE = "gatehouse_app";
/** The name of our database. */
export const DATABASE = "gatehouse";

/** Whom to connect as, and to what. */
interface Login {
  port: number;
  password: string;
  role?: string;
  database?: string;
}

export type Answer = "ours" | "refused" | "unreachable" | "foreign";

/**
 * Asks the server on the port: is it the one of our cluster, and does it accept our password?
 * "unreachable" also while the database asked for has not been made.
 */
export async function probe(
  cluster: string,
  port: number,
  password: string,
  who: Pick<Login, "role" | "database"> = {},
): Promise<Answer> {
  return withClient({ port, password, ...who }, async (sql) => {
    const [row] = await sql`select current_setting('data_directory') as directory`;
    return realpathSync(row?.directory) === cluster ? "ours" : "foreign";
  }).catch((error: { code?: string }) => {
    // Wrong password, or no such role: a PostgreSQL, but it does not know us.
    if (error.code?.startsWith("28")) return "refused";
    if (error.code === "ENOENT") return "foreign";
    return "unreachable";
  });
}

/** The same as superuser, as whom earlier builds worked: of a cluster that `ensureRole` has not seen yet. */
export function probeSuperuser(cluster: string, port: number, password: string): Promise<Answer> {
  return probe(cluster, port, password, { role: SUPERUSER, database: "postgres" });
}

/** Makes our database, as superuser, when it is not there yet. An owner that was killed may have left PostgreSQL in the middle of it. */
export async function ensureDatabase(port: number, password: string): Promise<void> {
  await withClient({ port, password, role: SUPERUSER, database: "postgres" }, async (sql) => {
    const patienceEndsAt = Date.now() + 10_000;
    for (;;) {
      const [found] = await sql`select 1 from pg_database where datname = ${DATABASE}`;
      if (found) return;
      try {
        await sql`create database ${sql(DATABASE)}`;
      } catch (error) {
        if (!madeByAnother.has((error as { code: string }).code) || Date.now() > patienceEndsAt) throw error;
        await sleep(50);
      }
    }
  });
}

/** duplicate_database, unique_violation, and object_in_use for the template. */
const madeByAnother = new Set(["42P04", "23505", "55006"]);

export function urlOf({ port, password, role = ROLE, database = DATABASE }: Login): string {
  return `postgres://${role}:${password}@127.0.0.1:${port}/${database}`;
}

export async function withClient<T>(login: Login, run: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = postgres(urlOf(login), {
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
