import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as applyMigrations } from "drizzle-orm/postgres-js/migrator";
import { PgBoss } from "pg-boss";
import type { Sql } from "postgres";
import { vanishedClient } from "./client.ts";
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

/** A transaction of another program holds a table that a migration has to change. */
export class MigrationBlockedError extends Error {
  constructor(blockers: string) {
    super(
      `A migration cannot change its tables: for ${patienceMs / 60_000} minutes another transaction has held them${blockers}. ` +
        "Nothing was changed. End that transaction (a report, a backup, an open psql), then start Gatehouse again.",
    );
    this.name = "MigrationBlockedError";
  }
}

/**
 * Who asks for a table that a reader holds makes all others wait behind itself. So a migration asks for no longer than this, lets them pass for
 * a moment, and asks again.
 */
const lockTimeoutMs = 1000;
const pauseMs = 2000;
const patienceMs = 10 * 60_000;

/**
 * Brings the schema up to date: ours and the queue's. Any number of processes may call it at once. All of our migrations are one transaction:
 * whatever breaks, nothing has changed. Returns how many were applied. Throws DatabaseNewerError before touching anything, MigrationBlockedError
 * when another transaction does not let go of a table for ten minutes; `onBlocked` is called each time that has to be waited for.
 */
export async function migrate(url: string, onBlocked: (line: string) => void = () => {}): Promise<{ applied: number }> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, connection: { ...vanishedClient } });
  try {
    await sql`select pg_advisory_lock(${migrationLock})`;
    await sql`set lock_timeout = ${sql.unsafe(String(lockTimeoutMs))}`;
    const journal = JSON.parse(await readFile(`${folder}/meta/_journal.json`, "utf8")) as {
      entries: { when: number }[];
    };
    const known = journal.entries.map((entry) => entry.when);
    const done = await appliedMigrations(sql);
    const newest = Math.max(0, ...known);
    const newestApplied = Math.max(0, ...done);
    if (newestApplied > newest)
      throw new DatabaseNewerError(new Date(newestApplied).toISOString(), new Date(newest).toISOString());
    await patiently(sql, onBlocked, () => applyMigrations(drizzle(sql), { migrationsFolder: folder }));
    await patiently(sql, onBlocked, () => migrateQueue(url));
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

async function patiently(sql: Sql, onBlocked: (line: string) => void, run: () => Promise<void>): Promise<void> {
  for (const patienceEndsAt = performance.now() + patienceMs; ; ) {
    try {
      return await run();
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      const blockers = await findBlockers(sql);
      if (performance.now() > patienceEndsAt) throw new MigrationBlockedError(blockers);
      onBlocked(`A migration waits for another transaction that holds a table${blockers}.`);
      await sleep(pauseMs);
    }
  }
}

function isLockTimeout(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++)
    if ((cause as { code?: unknown }).code === "55P03") return true;
  return false;
}

/** The transactions that have been open for longest: most likely one of them. Empty when none can be named. */
async function findBlockers(sql: Sql): Promise<string> {
  const rows = await sql<{ pid: number; name: string; seconds: number }[]>`
    select a.pid, coalesce(nullif(a.application_name, ''), a.usename, '') as name, extract(epoch from now() - a.xact_start)::int as seconds
    from pg_stat_activity a where a.datname = current_database() and a.pid <> pg_backend_pid() and a.xact_start < now() - interval '1 second'
      and exists (select from pg_locks l join pg_class c on c.oid = l.relation where l.pid = a.pid and l.granted and c.relkind in ('r', 'p'))
    order by a.xact_start limit 3`;
  if (rows.length === 0) return "";
  return ` (${rows.map(({ pid, name, seconds }) => `process ${pid} "${name}", open for ${seconds} s`).join("; ")})`;
}

async function migrateQueue(url: string): Promise<void> {
  const options = `-c lock_timeout=${lockTimeoutMs}`;
  const boss = new PgBoss({ connectionString: url, options, max: 1, supervise: false, schedule: false });
  const errors: unknown[] = [];
  boss.on("error", (error) => errors.push(error));
  await boss.start();
  await boss.stop({ graceful: false });
  if (errors.length > 0) throw errors[0];
}
