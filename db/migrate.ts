import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as applyMigrations } from "drizzle-orm/postgres-js/migrator";
import { PgBoss } from "pg-boss";
import type { Sql } from "postgres";
import postgres from "./driver/driver.ts";

const folder = fileURLToPath(new URL("./migrations", import.meta.url));
/** Any constant; one for the whole cluster, so that processes that start at once migrate one after the other. */
const migrationLock = 4_711_001;

/** The database is newer than this code: an older Gatehouse must not write to it. */
export class DatabaseNewerError extends Error {
  constructor(database: string, code: string) {
    super(
      `The database was migrated by a newer Gatehouse (its last migration is of ${database}, the newest this version knows is of ${code}). ` +
        "Start the newer version, or restore a backup made before the upgrade.",
    );
    this.name = "DatabaseNewerError";
  }
}

/**
 * Brings the schema up to date: ours and the queue's. Any number of processes may call it at once.
 * Returns how many of our migrations were applied. Throws DatabaseNewerError before touching anything.
 */
export async function migrate(url: string): Promise<{ applied: number }> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql`select pg_advisory_lock(${migrationLock})`;
    const journal = JSON.parse(await readFile(`${folder}/meta/_journal.json`, "utf8")) as {
      entries: { when: number }[];
    };
    const known = journal.entries.map((entry) => entry.when);
    const done = await appliedMigrations(sql);
    const newest = Math.max(0, ...known);
    const newestApplied = Math.max(0, ...done);
    if (newestApplied > newest)
      throw new DatabaseNewerError(new Date(newestApplied).toISOString(), new Date(newest).toISOString());
    await applyMigrations(drizzle(sql), { migrationsFolder: folder });
    await migrateQueue(url);
    return { applied: known.length - done.length };
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** What `doctor` and `serve` ask without changing anything. */
export async function pendingMigrations(url: string): Promise<{ pending: number; newer: boolean }> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const journal = JSON.parse(await readFile(`${folder}/meta/_journal.json`, "utf8")) as {
      entries: { when: number }[];
    };
    const done = await appliedMigrations(sql);
    const newest = Math.max(0, ...journal.entries.map((entry) => entry.when));
    return {
      pending: journal.entries.filter((entry) => !done.includes(entry.when)).length,
      newer: Math.max(0, ...done) > newest,
    };
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function appliedMigrations(sql: Sql): Promise<number[]> {
  const [table] = await sql`select to_regclass('drizzle.__drizzle_migrations') as name`;
  if (!table?.name) return [];
  const rows = await sql<{ created_at: string }[]>`select created_at from drizzle.__drizzle_migrations`;
  return rows.map((row) => Number(row.created_at));
}

async function migrateQueue(url: string): Promise<void> {
  const boss = new PgBoss({ connectionString: url, max: 1, supervise: false, schedule: false });
  const errors: unknown[] = [];
  boss.on("error", (error) => errors.push(error));
  await boss.start();
  await boss.stop({ graceful: false });
  if (errors.length > 0) throw errors[0];
}
