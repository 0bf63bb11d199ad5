import type { Sql } from "postgres";
import { type ScanStream, scanStreams } from "#src/connector-kit/contract/kinds.ts";
import { waitsFor } from "./cadence.ts";

/** Starts the streams, and parts of streams, whose predecessors have all had their first run (or cannot have one). */
export async function startWaiting(sql: Sql, instanceId: number, now: Date): Promise<void> {
  const rows = await sql<{ stream: ScanStream; part: string; settled: boolean; started: boolean }[]>`
    select stream, part, (first_scan_completed_at is not null or disabled_reason is not null or consecutive_failures > 0) as settled,
      exists (select from scans c where c.instance_id = s.instance_id and c.stream = s.stream and c.part = s.part) as started
    from streams s where instance_id = ${instanceId}`;
  const unsettled = new Set(rows.filter((row) => !row.settled).map((row) => row.stream));
  const ready = rows
    .filter((row) => !row.settled && !row.started && waitsFor[row.stream].every((before) => !unsettled.has(before)))
    .sort((a, b) => scanStreams.indexOf(a.stream) - scanStreams.indexOf(b.stream));
  if (ready.length === 0) return;
  await sql`update streams set next_run_at = least(next_run_at, ${now.toISOString()}::timestamptz) where instance_id = ${instanceId} 
    and (stream, part) in (select * from unnest(${ready.map(({ stream }) => stream)}::text[], ${ready.map(({ part }) => part)}::text[]))
    and (next_run_at is null or next_run_at > ${now.toISOString()}::timestamptz) and disabled_reason is null`;
}
