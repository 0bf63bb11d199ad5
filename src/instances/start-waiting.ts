import type { Sql } from "postgres";
import { type ScanStream, scanStreams } from "#src/connector-kit/contract/kinds.ts";
import { waitsFor } from "./cadence.ts";

/** Starts the streams whose predecessors have all had their first run (or cannot have one). */
export async function startWaiting(sql: Sql, instanceId: number, now: Date): Promise<void> {
  const rows = await sql<{ stream: ScanStream; settled: boolean; started: boolean }[]>`
    select stream, (first_scan_completed_at is not null or disabled_reason is not null or consecutive_failures > 0) as settled,
      exists (select from scans c where c.instance_id = s.instance_id and c.stream = s.stream) as started
    from streams s where instance_id = ${instanceId}`;
  const settled = new Set(rows.filter((row) => row.settled).map((row) => row.stream));
  const here = new Set(rows.map((row) => row.stream));
  const ready = rows
    .filter(
      (row) =>
        !row.settled &&
        !row.started &&
        waitsFor[row.stream].every((before) => !here.has(before) || settled.has(before)),
    )
    .map((row) => row.stream)
    .sort((a, b) => scanStreams.indexOf(a) - scanStreams.indexOf(b));
  if (ready.length === 0) return;
  await sql`update streams set next_run_at = least(next_run_at, ${now.toISOString()}::timestamptz) where instance_id = ${instanceId} and stream = any(${ready})
    and (next_run_at is null or next_run_at > ${now.toISOString()}::timestamptz) and disabled_reason is null`;
}
