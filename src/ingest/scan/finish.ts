import type { Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { Manifest } from "#src/connector-kit/contract/manifest.ts";
import { loadConnector } from "#src/connectors/index.ts";
import { announceAlerts } from "#src/detection/alerts/raise.ts";
import { alertListingHeld } from "#src/detection/alerts/system.ts";
import { everySecondsOf, secondLookMs } from "#src/instances/cadence.ts";
import { failInstance } from "#src/instances/fail.ts";
import { lockInstance } from "#src/instances/lock.ts";
import { startWaiting } from "#src/instances/start-waiting.ts";
import { noteTest } from "#src/instances/tested.ts";
import { settleAdmins } from "#src/inventory/users/store.ts";
import { evaluatePosture } from "#src/posture/evaluate.ts";
import { unreadSettings } from "#src/posture/store.ts";
import { publish } from "#src/realtime/publish.ts";
import { type Claim, ClaimLostError } from "./claim.ts";
import { type Conclusion, concludeListing, returnedNoPage } from "./conclude.ts";
import { isIncremental, listsEverything } from "./listing.ts";

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

/** The stream has caught up: the scan ends, what a complete listing no longer names was deleted, and the next run is set. */
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
    const conclusion = await concludeListing(sql, manifest, claim, now);
    const unread = stream === "POSTURE" ? await lookAgainAtSettings(sql, manifest, claim, now) : null;
    const note = unread?.note ?? conclusion.note;
    if (stream === "PRIVILEGES") await settleAdmins(sql, id);
    await sql`update scans set status = 'SUCCEEDED', finished_at = ${now.toISOString()}::timestamptz, error = ${note} where instance_id = ${id} and id = ${claim.scan.id}`;
    if (claim.scan.fromAt === null) {
      const next = unread?.at ?? nextTurn(manifest, claim, conclusion, now);
      const nextFull = nextFullListing(manifest, claim, conclusion, now);
      const keepsCursor = isIncremental(manifest, claim.stream);
      const { heldScanId } = conclusion;
      await sql`
        update streams set version = version + 1, last_success_at = ${now.toISOString()}::timestamptz, consecutive_failures = 0, throttled_until = null,
          disabled_reason = null, cursor = case when ${keepsCursor} then cursor end,
          first_scan_completed_at = coalesce(first_scan_completed_at, ${now.toISOString()}::timestamptz),
          next_run_at = case when requested_at is not null then requested_at else ${next.toISOString()}::timestamptz end,
          next_full_at = coalesce(${nextFull?.toISOString() ?? null}::timestamptz, next_full_at),
          held_scan_id = case when ${heldScanId === undefined} then held_scan_id else ${heldScanId ?? null}::bigint end
        where instance_id = ${id} and stream = ${stream} and part = ${claim.scan.part}`;
      await sql`
        update coverage_gaps set filled_at = ${now.toISOString()}::timestamptz
        where instance_id = ${id} and stream = ${stream} and part = ${claim.scan.part} and filled_at is null and to_at <= ${now.toISOString()}::timestamptz`;
      await startWaiting(sql, id, now);
    }
    if (test) await noteTest(tx, id, test);
    await sql`update instances set last_scan_at = ${now.toISOString()}::timestamptz where id = ${id}`;
    if (stream === "POSTURE" && !returnedNoPage(claim))
      await evaluatePosture(tx, (await loadConnector(manifest.slug))?.checks ?? [], id, now);
    // In batches that a reader of the log can hold.
    for (const externalIds of batchesOf(conclusion.removedFiles ?? [], 1000))
      await publish(tx, "files", { instanceId: id, scanId: claim.scan.id, externalIds });
    const raised =
      conclusion.isHeld && note ? await alertListingHeld(tx, { ...claim.scan, instanceId: id, reason: note }, now) : [];
    await publish(tx, "scan", { instanceId: id, scanId: claim.scan.id });
    await announceAlerts(tx, raised);
  });
  claim.version++;
}

function batchesOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
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
        where instance_id = ${id} and stream = ${claim.scan.stream} and part = ${claim.scan.part}`;
      // A stream that cannot finish its first run must not hold up those that wait for it.
      if (failure || outcome.disabledReason) await startWaiting(sql, id, now);
      const { gap } = outcome;
      if (gap) {
        await sql`
          insert into coverage_gaps (instance_id, stream, part, from_at, to_at, reason)
          values (${id}, ${claim.scan.stream}, ${claim.scan.part}, ${gap.from.toISOString()}::timestamptz, ${gap.to.toISOString()}::timestamptz, ${gap.reason})`;
      }
    }
    if (outcome.test) await noteTest(tx, id, outcome.test);
    if (outcome.instanceError) await failInstance({ db: tx, now: () => now }, id, outcome.instanceError);
    await publish(tx, "scan", { instanceId: id, scanId: claim.scan.id });
  });
  claim.version++;
}

/** A listing that was believed in part, or not at all, has a second look soon; one that was interrupted is only too long for that. */
function nextTurn(manifest: Manifest, { scan, stream }: Claim, { lookAgain }: Conclusion, now: Date): Date {
  const everyMs = everySecondsOf(manifest, stream) * 1000;
  return new Date(now.getTime() + (lookAgain && scan.unbroken ? Math.min(everyMs, secondLookMs) : everyMs));
}

/** Of a change feed that has just started over as a listing: when it does so again. Null: it stays as it is. */
function nextFullListing(
  manifest: Manifest,
  { scan, stream }: Claim,
  { lookAgain }: Conclusion,
  now: Date,
): Date | null {
  const everySeconds = manifest.streams[scan.stream as ScanStream]?.fullEverySeconds;
  if (everySeconds === undefined || !isIncremental(manifest, stream) || !listsEverything(manifest, stream, scan))
    return null;
  return new Date(now.getTime() + (lookAgain ? Math.min(everySeconds * 1000, secondLookMs) : everySeconds * 1000));
}

/**
 * Settings that could not be read may be readable again before the stream's next turn: the first look comes after an hour, and the wait
 * doubles up to that turn. Null: all were read.
 */
async function lookAgainAtSettings(
  sql: Sql,
  manifest: Manifest,
  claim: Claim,
  now: Date,
): Promise<{ note: string; at: Date } | null> {
  const everyMs = (manifest.streams.POSTURE?.everySeconds ?? 3600) * 1000;
  const after = (ms: number) => new Date(now.getTime() + Math.min(everyMs, Math.max(secondLookMs, ms)));
  if (returnedNoPage(claim))
    return { note: "The app returned no settings, so what is known of them stays as it was.", at: after(0) };
  const unread = await unreadSettings(sql, claim.instance.id);
  if (!unread) return null;
  const { keys, since } = unread;
  const shown = keys.length > 5 ? `${keys.slice(0, 5).join(", ")} and ${keys.length - 5} more` : keys.join(", ");
  return { note: `Some settings could not be read: ${shown}.`, at: after(now.getTime() - since.getTime()) };
}

/** Throws ClaimLostError if another run has the stream, or the scan was ended meanwhile: what they wrote stays. */
async function holdClaim(sql: Sql, { instance, scan, version }: Claim): Promise<void> {
  const rows = await sql`
    select 1 from scans c join streams s on s.instance_id = c.instance_id and s.stream = c.stream and s.part = c.part
    where c.instance_id = ${instance.id} and c.id = ${scan.id} and c.status = 'RUNNING'
      and case when c.from_at is null then s.version else c.version end = ${version}`;
  if (rows.length === 0) throw new ClaimLostError();
}
