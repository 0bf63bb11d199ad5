import type { Sql } from "postgres";
import { rawSql } from "#db/client.ts";
import type { ScanStream } from "#src/connectors/connector.ts";
import type { Core } from "#src/core.ts";
import { enqueue } from "#src/queue.ts";

export const scanJobKey = (instanceId: number, stream: string, backfillScanId?: number) =>
  `${instanceId}/${stream}${backfillScanId === undefined ? "" : `/${backfillScanId}`}`;

/**
 * Queues the streams that are due. The schedule is a column set in the transaction that ends a run, so it cannot be lost; the queue's key
 * keeps one job for each stream, so any number of processes may call this as often as they like.
 * Returns how many were due.
 */
export async function queueDueScans(core: Core): Promise<number> {
  const sql: Sql = rawSql(core.db);
  const due = await sql<{ instance_id: number; stream: ScanStream }[]>`
    select s.instance_id, s.stream from streams s join instances i on i.id = s.instance_id
    where s.next_run_at <= ${core.now().toISOString()}::timestamptz and i.status = 'CONNECTED'
    order by s.next_run_at limit 500`;
  const unfinished =
    due.length === 0
      ? new Set<string>()
      : await queuedKeys(
          sql,
          due.map((row) => scanJobKey(row.instance_id, row.stream)),
        );
  for (const { instance_id, stream } of due) {
    const key = scanJobKey(instance_id, stream);
    if (!unfinished.has(key))
      await enqueue(
        core.boss,
        core.db,
        "scan.stream",
        { instanceId: instance_id, stream },
        { key, group: String(instance_id) },
      );
  }
  return due.length;
}

/** Sparing pg-boss the inserts that its key would refuse anyway. */
async function queuedKeys(sql: Sql, keys: string[]): Promise<Set<string>> {
  const rows = await sql<{ singleton_key: string }[]>`
    select singleton_key from pgboss.job where name = 'scan.stream' and state < 'completed' and singleton_key = any(${keys})`;
  return new Set(rows.map((row) => row.singleton_key));
}
