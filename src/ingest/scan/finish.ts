import type { Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { Manifest } from "#src/connector-kit/contract/manifest.ts";
import { connectorBySlug } from "#src/connectors/index.ts";
import { failInstance } from "#src/instances/fail.ts";
import { lockInstance } from "#src/instances/lock.ts";
import { startWaiting } from "#src/instances/start-waiting.ts";
import { noteTest } from "#src/instances/tested.ts";
import { removeUnlistedOAuthApps } from "#src/inventory/oauth-apps/store.ts";
import {
  markUnlistedUsers,
  removeUnlistedGroups,
  removeUnlistedPrivileges,
  settleAdmins,
} from "#src/inventory/users/store.ts";
import { evaluatePosture } from "#src/posture/evaluate.ts";
import { publish } from "#src/realtime/publish.ts";
import { type Claim, ClaimLostError } from "./claim.ts";

/** What became of a run that did not simply end well. */
export interface Outcome {
  status: "QUEUED" | "THROTTLED" | "FAILED" | "CANCELLED";
  /** When it is to be tried again; null: not by itself. */
  nextRunAt: Date | null;
  error: string | null;
  throttledUntil?: Date;
  /** Counts towards the stream's health. Default true for FAILED, false otherwise. */
  failure?: boolean;
  /** Start the stream over from the beginning, or from `restartFrom`. */
  dropCursor?: boolean;
  restartFrom?: Date;
  disabledReason?: string;
  /** An interrupted listing proves no absence. */
  broken?: boolean;
  /** The span that this stream did not see, until a later run has read it again. */
  gap?: { from: Date; to: Date; reason: string };
  /** The whole instance turns ERROR, with this reason. */
  instanceError?: string;
  /** What the credential may do, when a refusal made us look. */
  test?: ConnectionTest;
}

/** The stream has caught up: the scan ends, what an unbroken listing no longer named is marked deleted, and the next run is set. */
export async function finishScan(
  db: Db,
  manifest: Manifest,
  claim: Claim,
  now: Date,
  test: ConnectionTest | null = null,
): Promise<void> {
  const stream = claim.scan.stream as ScanStream;
  const { id } = claim.instance;
  await db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const sql = rawSql(tx);
    await lockInstance(tx, id);
    await holdClaim(sql, claim);
    const note = await concludeListing(sql, manifest, claim, stream);
    if (stream === "PRIVILEGES") await settleAdmins(sql, id);
    await sql`update scans set status = 'SUCCEEDED', finished_at = ${now.toISOString()}::timestamptz, error = ${note} where instance_id = ${id} and id = ${claim.scan.id}`;
    if (claim.scan.fromAt === null) {
      const next = new Date(now.getTime() + (manifest.streams[stream]?.everySeconds ?? 3600) * 1000).toISOString();
      const keepsCursor = isIncremental(manifest, stream);
      await sql`
        update streams set version = version + 1, last_success_at = ${now.toISOString()}::timestamptz, consecutive_failures = 0, throttled_until = null,
          disabled_reason = null, cursor = case when ${keepsCursor} then cursor end,
          first_scan_completed_at = coalesce(first_scan_completed_at, ${now.toISOString()}::timestamptz),
          next_run_at = case when requested_at is not null then requested_at else ${next}::timestamptz end
        where instance_id = ${id} and stream = ${stream}`;
      await sql`update coverage_gaps set filled_at = ${now.toISOString()}::timestamptz where instance_id = ${id} and stream = ${stream} and filled_at is null and to_at <= ${now.toISOString()}::timestamptz`;
      await startWaiting(sql, id, now);
    }
    if (test) await noteTest(tx, id, test);
    await sql`update instances set last_scan_at = ${now.toISOString()}::timestamptz where id = ${id}`;
    if (stream === "POSTURE") await evaluatePosture(tx, connectorBySlug(manifest.slug)?.code?.checks ?? [], id, now);
    await publish(tx, "scan", { instanceId: id, scanId: claim.scan.id });
  });
  claim.version++;
}

/** The run ends some other way; what it stored so far stays. The outcome is stored whole or not at all. */
export async function stopScan(db: Db, claim: Claim, outcome: Outcome, now: Date): Promise<void> {
  const { id } = claim.instance;
  const ended = outcome.status === "FAILED" || outcome.status === "CANCELLED";
  const failure = outcome.failure ?? outcome.status === "FAILED";
  await db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const sql = rawSql(tx);
    await lockInstance(tx, id);
    await holdClaim(sql, claim);
    const nextRunAt = outcome.nextRunAt?.toISOString() ?? null;
    await sql`
      update scans set status = ${outcome.status}, error = ${outcome.error}, throttled_until = ${outcome.throttledUntil?.toISOString() ?? null}::timestamptz,
        finished_at = case when ${ended} then ${now.toISOString()}::timestamptz end, unbroken = unbroken and not ${outcome.broken ?? false},
        next_run_at = case when from_at is not null and not ${ended} then ${nextRunAt}::timestamptz end
      where instance_id = ${id} and id = ${claim.scan.id}`;
    if (claim.scan.fromAt === null) {
      await sql`
        update streams set version = version + 1, next_run_at = ${nextRunAt}::timestamptz,
          throttled_until = ${outcome.throttledUntil?.toISOString() ?? null}::timestamptz,
          consecutive_failures = case when ${failure} then consecutive_failures + 1 else consecutive_failures end,
          cursor = case when ${outcome.dropCursor ?? false} then null else cursor end,
          from_at = coalesce(${outcome.restartFrom?.toISOString() ?? null}::timestamptz, from_at),
          disabled_reason = coalesce(${outcome.disabledReason ?? null}, disabled_reason)
        where instance_id = ${id} and stream = ${claim.scan.stream}`;
      // A stream that cannot finish its first run must not hold up those that wait for it.
      if (failure || outcome.disabledReason) await startWaiting(sql, id, now);
      const { gap } = outcome;
      if (gap) {
        await sql`
          insert into coverage_gaps (instance_id, stream, from_at, to_at, reason)
          values (${id}, ${claim.scan.stream}, ${gap.from.toISOString()}::timestamptz, ${gap.to.toISOString()}::timestamptz, ${gap.reason})`;
      }
    }
    if (outcome.test) await noteTest(tx, id, outcome.test);
    if (outcome.instanceError) await failInstance({ db: tx, now: () => now }, id, outcome.instanceError);
    await publish(tx, "scan", { instanceId: id, scanId: claim.scan.id });
  });
  claim.version++;
}

export function isIncremental(manifest: Manifest, stream: ScanStream): boolean {
  return stream === "ACTIVITIES" || manifest.streams[stream]?.fullListing === false;
}

/** Throws ClaimLostError if another run has the stream, or the scan was ended meanwhile: what they wrote stays. */
async function holdClaim(sql: Sql, { instance, scan, version }: Claim): Promise<void> {
  const rows = await sql`
    select 1 from scans c join streams s on s.instance_id = c.instance_id and s.stream = c.stream
    where c.instance_id = ${instance.id} and c.id = ${scan.id} and c.status = 'RUNNING'
      and case when c.from_at is null then s.version else c.version end = ${version}`;
  if (rows.length === 0) throw new ClaimLostError();
}

/** Absence is concluded only from one unbroken full listing that was not empty. Returns a note for the scan, or null. */
async function concludeListing(sql: Sql, manifest: Manifest, claim: Claim, stream: ScanStream): Promise<string | null> {
  if (isIncremental(manifest, stream) || stream === "POSTURE") return null;
  if (!claim.scan.unbroken) return "The listing was interrupted, so missing records were not marked as deleted.";
  const { id } = claim.instance;
  if (stream === "USERS") {
    if (claim.scan.itemsSeen === 0) {
      const [row] = await sql<
        { count: number }[]
      >`select count(*)::int as count from users where instance_id = ${id} and listed and status <> 'DELETED'`;
      if (row && row.count > 0)
        return `The app listed no accounts although ${row.count} are known. None was marked as deleted.`;
    }
    await markUnlistedUsers(sql, id, claim.scan.id, { directory: manifest.directory === true });
  } else if (stream === "GROUPS") await removeUnlistedGroups(sql, id, claim.scan.id);
  else if (stream === "PRIVILEGES") await removeUnlistedPrivileges(sql, id, claim.scan.id);
  else if (stream === "OAUTH_APPS") await removeUnlistedOAuthApps(sql, id, claim.scan.id);
  return null;
}
