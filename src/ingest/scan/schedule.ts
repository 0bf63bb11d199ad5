import type { Sql } from "postgres";
import { rawSql } from "#db/client.ts";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { Core } from "#src/core.ts";
import { enqueue } from "#src/platform/queue.ts";

/** One job at a time for each stream, each part of one, and each back-fill. A part has any name, so it is written without `/` and `:`. */
export const scanJobKey = (instanceId: number, stream: string, part: string, backfillScanId?: number) =>
  `${instanceId}/${stream}${part === "" ? "" : `:${encodeURIComponent(part)}`}${backfillScanId === undefined ? "" : `/${backfillScanId}`}`;

interface Due {
  instance_id: number;
  stream: ScanStream;
  part: string;
  /** Before what lists: a changed file does not wait behind ten thousand folders. */
  is_feed: boolean;
  /** Of a back-fill: its scan row. */
  scan_id: number | null;
}

/**
 * Queues the streams and back-fills that are due. The schedule is a column set in the transaction that ends a run, so it cannot be lost; the queue's key
 * keeps one job for each of them, so any number of processes may call this as often as they like.
 * Returns how many were due.
 */
export async function queueDueScans(core: Core): Promise<number> {
  const sql: Sql = rawSql(core.db);
  const now = core.now().toISOString();
  const due = await sql<Due[]>`
    (select s.instance_id, s.stream, s.part, s.is_feed, null::float8 as scan_id from streams s join instances i on i.id = s.instance_id
      where s.next_run_at <= ${now}::timestamptz and i.status = 'CONNECTED'
      order by s.is_feed desc, s.next_run_at limit 500)
    union all
    (select c.instance_id, c.stream, c.part, false, c.id::float8 from scans c join instances i on i.id = c.instance_id
      where c.status in ('QUEUED', 'RUNNING', 'THROTTLED') and c.from_at is not null and coalesce(c.next_run_at <= ${now}::timestamptz, true)
        and i.status = 'CONNECTED'
      order by c.id limit 100)`;
  if (due.length === 0) return 0;
  const keyOf = (row: Due) => scanJobKey(row.instance_id, row.stream, row.part, row.scan_id ?? undefined);
  const unfinished = await queuedKeys(sql, due.map(keyOf));
  for (const row of due) {
    const key = keyOf(row);
    if (unfinished.has(key)) continue;
    const payload = {
      instanceId: row.instance_id,
      stream: row.stream,
      ...(row.part === "" ? {} : { part: row.part }),
      ...(row.scan_id === null ? {} : { backfillScanId: row.scan_id }),
    };
    await enqueue(core.boss, core.db, "scan.stream", payload, {
      key,
      group: String(row.instance_id),
      ...(row.is_feed ? { priority: 1 } : {}),
    });
  }
  return due.length;
}

/** Sparing pg-boss the inserts that its key would refuse anyway. */
async function queuedKeys(sql: Sql, keys: string[]): Promise<Set<string>> {
  const rows = await sql<{ singleton_key: string }[]>`
    select singleton_key from pgboss.job where name = 'scan.stream' and state < 'completed' and singleton_key = any(${keys})`;
  return new Set(rows.map((row) => row.singleton_key));
}
