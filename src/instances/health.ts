import { type Db, rawSql } from "#db/client.ts";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import { connectorBySlug } from "#src/connectors/index.ts";
import { everySecondsOf } from "./cadence.ts";
import type { InstanceRow } from "./list.ts";

export type HealthState = "HEALTHY" | "DEGRADED" | "STALE" | "FAILING";

export interface StreamHealth {
  stream: ScanStream;
  /** Null for a stream without parts. */
  part: string | null;
  /** A part that is a feed of changes beside parts that list. */
  isFeed: boolean;
  /** What people see of the part. */
  partLabel: string | null;
  lastSuccessAt: string | null;
  lastItemAt: string | null;
  /** Seconds since the stream was last known to be complete; null before its first completed scan. */
  lagSeconds: number | null;
  consecutiveFailures: number;
  throttledUntil: string | null;
  firstScanCompletedAt: string | null;
  /** As the last check saw it: not read, or nothing found for much longer than is usual (see silence.ts). */
  silentSince: string | null;
  disabledReason: string | null;
  /** Records set aside, as long as they are kept; of posture, settings that could not be read at the last scan. */
  unreadableRecords: number;
  /** The newest of them was met, or became unreadable, within a day. */
  unreadableNow: boolean;
}

export interface InstanceHealth {
  state: HealthState;
  checkedAt: Date;
  streams: StreamHealth[];
}
export interface CoverageGap {
  instanceId: number;
  stream: ScanStream;
  part: string | null;
  from: string;
  to: string;
  reason: string;
  filledAt: string | null;
}

/** A stream is stale when it has not succeeded for this many of its periods (and at least 15 minutes). */
const stalePeriods = 5;
const minStaleSeconds = 900;
const failingAfter = 3;
/** What could not be read counts against an instance for so long; the number stays to be seen. */
const recentMs = 24 * 60 * 60_000;

/** Health of several instances in one statement: "nothing happened" (a recent success without items) is not "could not look". */
export async function loadHealth(db: Db, instances: readonly InstanceRow[], now: Date): Promise<InstanceHealth[]> {
  const sql = rawSql(db);
  const recently = new Date(now.getTime() - recentMs).toISOString();
  const rows = await sql<(Omit<StreamHealth, "lagSeconds"> & { instanceId: number })[]>`
    select s.instance_id as "instanceId", s.stream, nullif(s.part, '') as part, case when s.part <> '' then coalesce(s.label, s.part) end as "partLabel", s.is_feed as "isFeed", last_success_at as "lastSuccessAt", last_item_at as "lastItemAt", consecutive_failures as "consecutiveFailures",
      throttled_until as "throttledUntil", first_scan_completed_at as "firstScanCompletedAt", silent_since as "silentSince", disabled_reason as "disabledReason",
      u.count + p.count as "unreadableRecords", u.recent or p.recent as "unreadableNow"
    from streams s cross join lateral (
      select count(*)::int as count, coalesce(max(r.last_seen_at) > ${recently}::timestamptz, false) as recent from unreadable_records r
      where r.instance_id = s.instance_id and r.stream = s.stream and r.part = s.part) u
    cross join lateral (
      select count(*)::int as count, coalesce(max(k.unreadable_since) > ${recently}::timestamptz, false) as recent from posture_settings k
      where k.instance_id = s.instance_id and s.stream = 'POSTURE' and k.unreadable is not null) p
    where s.instance_id = any(${instances.map((instance) => instance.id)}::int[])
    order by array_position(array['USERS', 'GROUPS', 'PRIVILEGES', 'ACTIVITIES', 'FILES', 'OAUTH_APPS', 'POSTURE'], s.stream), s.part`;
  return instances.map((instance) => {
    const streams = rows
      .filter((row) => row.instanceId === instance.id)
      .map(({ instanceId: _, ...row }) => ({
        ...row,
        lagSeconds:
          row.lastSuccessAt === null
            ? null
            : Math.max(0, Math.round((now.getTime() - Date.parse(row.lastSuccessAt)) / 1000)),
      }));
    return { state: stateOf(instance, streams), checkedAt: now, streams };
  });
}

function stateOf(instance: InstanceRow, streams: readonly StreamHealth[]): HealthState {
  if (instance.status === "ERROR") return "FAILING";
  if (streams.some((stream) => stream.consecutiveFailures >= failingAfter)) return "FAILING";
  const manifest = connectorBySlug(instance.connectorSlug)?.manifest;
  const late = (stream: StreamHealth) =>
    stream.disabledReason === null &&
    (stream.silentSince !== null ||
      (stream.lagSeconds !== null &&
        stream.lagSeconds > Math.max(minStaleSeconds, stalePeriods * everySecondsOf(manifest, stream))));
  if (streams.some(late)) return "STALE";
  if (instance.webhook.problem !== null) return "DEGRADED";
  if (
    streams.some(
      ({ consecutiveFailures, disabledReason, throttledUntil, unreadableNow }) =>
        consecutiveFailures > 0 || disabledReason !== null || throttledUntil !== null || unreadableNow,
    )
  )
    return "DEGRADED";
  return "HEALTHY";
}

export async function loadGaps(db: Db, instanceIds: readonly number[]): Promise<CoverageGap[][]> {
  const sql = rawSql(db);
  const rows = await sql<CoverageGap[]>`
    select instance_id as "instanceId", stream, nullif(part, '') as part, from_at as "from", to_at as "to", reason, filled_at as "filledAt" from coverage_gaps
    where instance_id = any(${[...instanceIds]}::int[]) order by from_at desc limit 1000`;
  return instanceIds.map((id) => rows.filter((row) => row.instanceId === id));
}
