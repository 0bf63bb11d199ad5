import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { type Db, tables } from "#db/client.ts";
import type { Instance } from "#db/tables/instances.ts";
import type { Scan, Stream } from "#db/tables/scans.ts";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { Manifest } from "#src/connector-kit/contract/manifest.ts";
import { lockInstance } from "#src/instances/lock.ts";
import { publish } from "#src/realtime/publish.ts";
import { isIncremental, listsEverything } from "./listing.ts";

/** The right to read one stream of one instance, or one part of it. Ends when another run claims it, or when the instance is no longer CONNECTED. */
export interface Claim {
  instance: Instance;
  stream: Stream;
  scan: Scan;
  /** It names everything there is. */
  isListing: boolean;
  /** How many pages it has stored. */
  pages: number;
  /** `streams.version` (of a back-fill: `scans.version`) as this claim last wrote it; another number means the claim is lost. */
  version: number;
}

/** Another worker took the stream over, or the instance was disabled: stop at once, write nothing more. */
export class ClaimLostError extends Error {
  override readonly name = "ClaimLostError";
}

/**
 * Claims a stream: bumps its version, so that a worker that was thought dead and wakes up again cannot commit, and opens or goes on with its scan row.
 * Null when there is nothing to do: not connected any more, stream off, or no such back-fill.
 */
export async function claimStream(
  db: Db,
  manifest: Manifest,
  instanceId: number,
  stream: ScanStream,
  backfillScanId: number | null,
  now: Date,
  part = "",
): Promise<Claim | null> {
  return db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    await lockInstance(tx, instanceId);
    const [instance] = await tx.select().from(tables.instances).where(eq(tables.instances.id, instanceId)).for("share");
    if (instance?.status !== "CONNECTED") return null;
    const key = and(
      eq(tables.streams.instanceId, instanceId),
      eq(tables.streams.stream, stream),
      eq(tables.streams.part, part),
    );
    const [row] = await tx.select().from(tables.streams).where(key).for("update");
    if (!row) return null;
    // A stream that lacks a scope looks again when its time has come.
    if (row.disabledReason !== null && (row.nextRunAt === null || row.nextRunAt > now)) return null;
    if (backfillScanId !== null) {
      const scan = await openBackfill(tx, instanceId, backfillScanId, part, now);
      if (!scan) return null;
      await publish(tx, "scan", { instanceId, scanId: scan.id });
      return { instance, stream: row, scan, isListing: false, version: scan.version, pages: 0 };
    }
    const { scan, fresh, startsOver } = await openScan(tx, manifest, instanceId, row, now);
    const version = row.version + 1;
    // A run asked for while this scan was on still follows it: only one that starts from the beginning answers the request.
    await tx
      .update(tables.streams)
      .set({
        version,
        throttledUntil: null,
        ...(fresh ? { requestedAt: null } : {}),
        ...(startsOver ? { cursor: null } : {}),
      })
      .where(key);
    await publish(tx, "scan", { instanceId, scanId: scan.id });
    const isListing = listsEverything(manifest, row, scan);
    return { instance, stream: startsOver ? { ...row, cursor: null } : row, scan, isListing, version, pages: 0 };
  });
}

async function openScan(
  tx: Db,
  manifest: Manifest,
  instanceId: number,
  stream: Stream,
  now: Date,
): Promise<{ scan: Scan; fresh: boolean; startsOver: boolean }> {
  const { scans } = tables;
  const [unfinished] = await tx
    .select()
    .from(scans)
    .where(
      and(
        eq(scans.instanceId, instanceId),
        eq(scans.stream, stream.stream),
        eq(scans.part, stream.part),
        inArray(scans.status, ["QUEUED", "RUNNING", "THROTTLED"]),
        isNull(scans.fromAt),
      ),
    )
    .orderBy(scans.id)
    .limit(1);
  if (unfinished) {
    const fresh = unfinished.startedAt === null;
    // RUNNING here means that its worker died: the listing was interrupted. One that starts in the middle is no whole one either.
    const unbroken = unfinished.unbroken && unfinished.status !== "RUNNING" && !(fresh && stream.cursor !== null);
    const [scan] = await tx
      .update(scans)
      .set({ status: "RUNNING", startedAt: unfinished.startedAt ?? now, throttledUntil: null, error: null, unbroken })
      .where(and(eq(scans.instanceId, instanceId), eq(scans.id, unfinished.id)))
      .returning();
    return { scan: scan as Scan, fresh, startsOver: false };
  }
  const fact = manifest.streams[stream.stream as ScanStream];
  const incremental = isIncremental(manifest, stream);
  // A feed that lost a deletion is put right by a listing of everything, from time to time.
  const startsOver =
    incremental &&
    !stream.isFeed &&
    fact?.fullEverySeconds !== undefined &&
    (stream.cursor === null || stream.nextFullAt === null || stream.nextFullAt <= now);
  const mode = incremental && stream.firstScanCompletedAt !== null && !startsOver ? "INCREMENTAL" : "FULL";
  const [scan] = await tx
    .insert(scans)
    // A listing that starts in the middle (its first part belongs to a failed scan) proves no absence.
    .values({
      instanceId,
      stream: stream.stream,
      part: stream.part,
      mode,
      status: "RUNNING",
      startedAt: now,
      unbroken: startsOver || stream.cursor === null,
    })
    .returning();
  return { scan: scan as Scan, fresh: true, startsOver };
}

async function openBackfill(tx: Db, instanceId: number, scanId: number, part: string, now: Date): Promise<Scan | null> {
  const { scans } = tables;
  const [scan] = await tx
    .update(scans)
    .set({
      status: "RUNNING",
      startedAt: sql`coalesce(${scans.startedAt}, ${now.toISOString()}::timestamptz)`,
      throttledUntil: null,
      nextRunAt: null,
      error: null,
      version: sql`${scans.version} + 1`,
    })
    .where(
      and(
        eq(scans.instanceId, instanceId),
        eq(scans.id, scanId),
        eq(scans.part, part),
        inArray(scans.status, ["QUEUED", "RUNNING", "THROTTLED"]),
      ),
    )
    .returning();
  return scan ?? null;
}
