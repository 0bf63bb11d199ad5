/**
 * Which history of the log this database holds. Restored from a backup it gives out positions again that readers already know, for other
 * content: each restore therefore begins an epoch with a random name, and cursors carry the name of theirs.
 */
import { randomBytes } from "node:crypto";
import type { Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";

export interface Epoch {
  number: number;
  /** Random; empty for the one whose cursors name none. */
  name: string;
  /** Positions up to this one are those of the epoch before. */
  beganAfter: number;
  beganAt: Date;
}

/** Oldest first; the last one is the current one. */
export async function readEpochs(sql: Sql): Promise<Epoch[]> {
  const rows = await sql<{ number: number; name: string; beganAfter: string; beganAt: string }[]>`
    select number, name, began_after as "beganAfter", began_at as "beganAt" from log_epochs order by number`;
  return rows.map((row) => ({ ...row, beganAfter: Number(row.beganAfter), beganAt: new Date(row.beganAt) }));
}

/** Name of the current epoch. */
export async function currentEpoch(sql: Sql): Promise<string> {
  const [row] = await sql<{ name: string }[]>`select name from log_epochs order by number desc limit 1`;
  return row!.name;
}

/** Whether a position of an epoch names the same content today: it lies before everything that a restore has replaced. */
export function stillHolds(epochs: readonly Epoch[], cursor: { epoch: string; position: number }): boolean {
  const own = epochs.findIndex(({ name }) => name === cursor.epoch);
  return own >= 0 && epochs.slice(own + 1).every(({ beganAfter }) => cursor.position <= beganAfter);
}

/** Begins an epoch behind the end of the log; everything behind that was lost with the database before. */
export async function beginEpoch(tx: Db, origin: Origin, now: Date): Promise<Epoch> {
  const name = randomBytes(6).toString("hex");
  const [row] = await rawSql(tx)<{ number: number; beganAfter: string }[]>`
    insert into log_epochs (number, name, began_after, began_at, origin)
    select (select max(number) from log_epochs) + 1, ${name}, greatest(0, (select max(position) from activity_log), trimmed_through),
      ${now.toISOString()}::timestamptz, ${JSON.stringify(origin)}
    from activity_log_state returning number, began_after as "beganAfter"`;
  return { number: row!.number, name, beganAfter: Number(row!.beganAfter), beganAt: now };
}

/** When this database was last restored; null: never. */
export async function restoredAt(sql: Sql): Promise<Date | null> {
  const [row] = await sql<{ beganAt: string }[]>`
    select began_at as "beganAt" from log_epochs where number > 1 order by number desc limit 1`;
  return row ? new Date(row.beganAt) : null;
}

const dayMs = 24 * 60 * 60_000;

/**
 * Whether something may have been sent or done before the restore, without this database knowing: it happened before it. What carries no
 * time of its own (`occurredAt` null) may, for a day.
 */
export function mayRepeat(restored: Date | null, occurredAt: Date | null, now: Date): boolean {
  if (restored === null) return false;
  return occurredAt === null ? now.getTime() - restored.getTime() < dayMs : occurredAt <= restored;
}

/**
 * Where a database lies. No backup brings this along: a dump makes new tables, another cluster has another identifier, recovery to a point in
 * time and the promotion of a replica begin a timeline, and copied files have a new time of change.
 */
export type Origin = Readonly<Record<string, string>>;

/** What this role may find out about where the database lies. */
export async function readOrigin(sql: Sql): Promise<Origin> {
  const [place] = await sql<{ database: string; table: string; maySeeCluster: boolean; maySeeFiles: boolean }[]>`
    select (select oid from pg_database where datname = current_database())::text as database, 'log_epochs'::regclass::oid::text as table,
      has_function_privilege('pg_control_system()', 'execute') and has_function_privilege('pg_control_checkpoint()', 'execute') as "maySeeCluster",
      has_function_privilege('pg_stat_file(text)', 'execute') as "maySeeFiles"`;
  const { database, table, maySeeCluster, maySeeFiles } = place!;
  const [cluster] = maySeeCluster
    ? await sql<Record<string, string>[]>`
        select system_identifier::text as cluster, timeline_id::text as timeline from pg_control_system(), pg_control_checkpoint()`
    : [];
  const [files] = maySeeFiles
    ? await sql<
        Record<string, string>[]
      >`select extract(epoch from change)::text as files from pg_stat_file('PG_VERSION')`
    : [];
  return { database, table, ...cluster, ...files };
}

/** Whether both describe one place, in all that both know. */
export function isSameOrigin(one: Origin, other: Origin): boolean {
  return Object.keys(one).every((name) => other[name] === undefined || other[name] === one[name]);
}

/** Where the database lay when it was last looked at; null: nobody has looked yet. */
export async function knownOrigin(sql: Sql): Promise<Origin | null> {
  const [row] = await sql<{ origin: string | null }[]>`select origin from log_epochs order by number desc limit 1`;
  return row?.origin == null ? null : (JSON.parse(row.origin) as Origin);
}

export async function rememberOrigin(sql: Sql, origin: Origin): Promise<void> {
  await sql`update log_epochs set origin = ${JSON.stringify(origin)} where number = (select max(number) from log_epochs)`;
}
