import type { Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import { maySee, type Viewer } from "#src/access/viewer.ts";
import { decodeCursor, encodeCursor, wholeBatch } from "#src/realtime/cursor.ts";
import { follow } from "#src/realtime/follow.ts";
import type { LogEntry, Tailer } from "#src/realtime/tailer.ts";
import { type ActivityFilter, filterPredicate, filterSql } from "./filter.ts";
import { type ActivityRow, activityColumns } from "./row.ts";

export interface ActivityEvent {
  /** Resume after this event with it: exclusive. */
  cursor: string;
  activity: ActivityRow;
}

/** Rows of a batch, read once for everybody in the process who looks at it. */
const batches = new WeakMap<LogEntry, Promise<(ActivityRow | undefined)[]>>();

/**
 * New activities in ingestion order, batch by batch; with `after`, first every one since then. Rights are asked for anew before each batch.
 * Throws CursorExpiredError, InvalidInputError.
 */
export async function* watchActivities(
  parts: { db: Db; tailer: Tailer; connectorOf: (instanceId: number) => string | undefined },
  options: { filter: ActivityFilter | null; after: string | null; currentViewer: () => Promise<Viewer> },
  signal: AbortSignal,
): AsyncGenerator<ActivityEvent[], void, void> {
  const sql = rawSql(parts.db);
  const cursor =
    options.after === null ? { position: parts.tailer.position(), index: wholeBatch } : decodeCursor(options.after);
  const matches = filterPredicate(options.filter, parts.connectorOf);
  const instances = options.filter?.instanceIds ? new Set(options.filter.instanceIds) : null;

  for await (const entries of follow(parts.tailer, sql, cursor, signal)) {
    for (const entry of entries) {
      if (entry.topic !== "activities" || (instances && !instances.has(entry.instanceId))) continue;
      const viewer = await options.currentViewer();
      if (!maySee(viewer, entry.instanceId)) continue;
      const rows = matches ? await batchRows(sql, entry) : await matchingRows(sql, entry, options.filter);
      const seen = entry.position === cursor.position ? cursor.index : -1;
      const events: ActivityEvent[] = [];
      for (let index = seen + 1; index < rows.length; index++) {
        const activity = rows[index];
        if (activity && (!matches || matches(activity)))
          events.push({ cursor: encodeCursor({ position: entry.position, index }), activity });
      }
      if (events.length > 0) yield events;
    }
  }
}

/** In the order of the batch; undefined where retention or a purge removed the row meanwhile. */
function batchRows(sql: Sql, entry: LogEntry): Promise<(ActivityRow | undefined)[]> {
  let rows = batches.get(entry);
  if (!rows) {
    rows = readRows(sql, entry, sql`true`);
    rows.catch(() => batches.delete(entry));
    batches.set(entry, rows);
  }
  return rows;
}

function matchingRows(sql: Sql, entry: LogEntry, filter: ActivityFilter | null): Promise<(ActivityRow | undefined)[]> {
  return readRows(sql, entry, filterSql(sql, filter));
}

async function readRows(
  sql: Sql,
  entry: LogEntry,
  where: ReturnType<typeof filterSql>,
): Promise<(ActivityRow | undefined)[]> {
  const rows = await sql<(ActivityRow & { n: number })[]>`
    select k.n::int as n, ${activityColumns(sql)} from unnest(${entry.occurredAts}::text[]::timestamptz[], ${entry.externalIds}::text[]) with ordinality as k(occurred_at, external_id, n)
    join activities a on a.instance_id = ${entry.instanceId} and a.occurred_at = k.occurred_at and a.external_id = k.external_id
    where ${where}`;
  const ordered: (ActivityRow | undefined)[] = new Array(entry.externalIds.length).fill(undefined);
  for (const { n, ...row } of rows) ordered[n - 1] = row as ActivityRow;
  return ordered;
}
