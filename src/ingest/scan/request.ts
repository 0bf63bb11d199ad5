import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { type Db, tables } from "#db/client.ts";
import type { Instance } from "#db/tables/instances.ts";
import type { ScanMode } from "#db/tables/scans.ts";
import { recordAudit } from "#src/access/audit.ts";
import { maySee, requireRole, type Viewer } from "#src/access/viewer.ts";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { Core } from "#src/core.ts";
import { ConflictError, InvalidInputError, NotFoundError } from "#src/errors.ts";
import { audited } from "#src/instances/audited.ts";
import { findInstance } from "#src/instances/lifecycle.ts";
import { lockInstance } from "#src/instances/lock.ts";
import { enqueue } from "#src/platform/queue.ts";
import { publish } from "#src/realtime/publish.ts";
import { loadScans, type ScanRow } from "./list.ts";
import { type Read as FeedOrListing, isIncremental } from "./listing.ts";
import { scanJobKey } from "./schedule.ts";

export interface ScanAsked {
  streams?: readonly ScanStream[] | null;
  mode?: ScanMode | null;
  from?: Date | null;
  to?: Date | null;
}

/**
 * Asks for scans now. With `from` (activities only) a back-fill of that span runs beside the ordinary scan, with a cursor of its own.
 * FULL starts an incremental stream over from the beginning of its span, and ends what reads it now. Otherwise a stream that is being
 * read is read once more afterwards. A throttled one still waits for its time.
 */
export function startScan(core: Core, viewer: Viewer, instanceId: number, asked: ScanAsked): Promise<ScanRow[]> {
  return audited(core, viewer, { action: "scan.start", target: `instance/${instanceId}`, after: asked }, async () => {
    requireRole(viewer, "ANALYST");
    const instance = await findInstance(core.db, viewer, instanceId);
    if (instance.status !== "CONNECTED")
      throw new ConflictError(`Only a connected instance can be scanned; this one is ${instance.status}.`);
    if (asked.mode === "REAL_TIME")
      throw new InvalidInputError("REAL_TIME scans are started by the app. Use FULL or INCREMENTAL.", ["mode"]);
    const backfill = asked.from != null || asked.to != null;
    if (backfill) checkSpan(core, asked);
    if (backfill) refuseBacklog(core, instance, asked);
    const streams = await chooseStreams(
      core.db,
      instanceId,
      backfill ? (asked.streams ?? ["ACTIVITIES"]) : asked.streams,
    );
    const keys = await core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      await lockInstance(tx, instanceId);
      await recordAudit(tx, viewer, {
        action: "scan.start",
        target: `instance/${instanceId}`,
        after: asked,
        result: "ok",
      });
      const ids: number[] = [];
      for (const read of streams) {
        ids.push(
          backfill
            ? await queueBackfill(tx, core, viewer, instanceId, read, asked)
            : await queueScan(tx, core, viewer, instance, read, asked.mode === "FULL"),
        );
      }
      for (const scanId of ids) await publish(tx, "scan", { instanceId, scanId });
      return ids.map((id) => ({ instanceId, id }));
    });
    return (await loadScans(core.db, viewer, keys)).filter((scan) => scan !== null);
  });
}

/** Ends a scan that waits or runs; a running worker stops at its next page. Cancelling an ended scan changes nothing. */
export function cancelScan(core: Core, viewer: Viewer, key: { instanceId: number; id: number }): Promise<ScanRow> {
  return audited(core, viewer, { action: "scan.cancel", target: `scan/${key.id}` }, async () => {
    requireRole(viewer, "ANALYST");
    if (!maySee(viewer, key.instanceId)) throw new NotFoundError("The scan", ["id"]);
    await core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      await lockInstance(tx, key.instanceId);
      const rows = await tx
        .update(tables.scans)
        .set({ status: "CANCELLED", finishedAt: core.now(), throttledUntil: null })
        .where(
          and(
            eq(tables.scans.instanceId, key.instanceId),
            eq(tables.scans.id, key.id),
            inArray(tables.scans.status, ["QUEUED", "RUNNING", "THROTTLED"]),
          ),
        )
        .returning({ stream: tables.scans.stream, part: tables.scans.part, fromAt: tables.scans.fromAt });
      await recordAudit(tx, viewer, { action: "scan.cancel", target: `scan/${key.id}`, result: "ok" });
      if (rows[0] && rows[0].fromAt === null) {
        // Not at once again: the next one comes at the stream's own pace.
        const next = new Date(core.now().getTime() + 60_000);
        await tx
          .update(tables.streams)
          .set({ nextRunAt: next, requestedAt: null })
          .where(isStream(key.instanceId, rows[0]));
      }
      if (rows[0]) await publish(tx, "scan", { instanceId: key.instanceId, scanId: key.id });
    });
    const [scan] = await loadScans(core.db, viewer, [key]);
    if (!scan) throw new NotFoundError("The scan", ["id"]);
    return scan;
  });
}

function checkSpan(core: Core, asked: ScanAsked): void {
  if (asked.streams?.some((stream) => stream !== "ACTIVITIES"))
    throw new InvalidInputError("`from` and `to` apply to the stream ACTIVITIES only.", ["streams"]);
  if (!asked.from) throw new InvalidInputError("A backfill requires `from`.", ["from"]);
  const to = asked.to ?? core.now();
  if (asked.from >= to) throw new InvalidInputError("`from` must lie before `to`.", ["from"]);
  if (to.getTime() > core.now().getTime() + 60_000)
    throw new InvalidInputError("`to` must not lie in the future.", ["to"]);
}

/** Nothing before connecting can be read of such a stream, whatever the request. */
function refuseBacklog(core: Core, instance: Instance, { from }: ScanAsked): void {
  const manifest = core.connectors.find((entry) => entry.manifest.slug === instance.connectorSlug)?.manifest;
  if (manifest?.streams.ACTIVITIES?.backlog !== false || !from || !instance.connectedAt) return;
  if (from < instance.connectedAt)
    throw new InvalidInputError(
      `${manifest.name} has nothing to read from before it was connected (${instance.connectedAt.toISOString()}).`,
      ["from"],
    );
}

/** A stream without parts, or one part. */
interface Read extends FeedOrListing {
  part: string;
}

function isStream(instanceId: number, { stream, part }: Pick<Read, "stream" | "part">) {
  return and(
    eq(tables.streams.instanceId, instanceId),
    eq(tables.streams.stream, stream),
    eq(tables.streams.part, part),
  );
}

/** Those that are on; of a stream that was asked for, all its parts that are. */
async function chooseStreams(
  db: Db,
  instanceId: number,
  asked: readonly ScanStream[] | null | undefined,
): Promise<Read[]> {
  const rows = await db
    .select({
      stream: tables.streams.stream,
      part: tables.streams.part,
      isFeed: tables.streams.isFeed,
      off: tables.streams.disabledReason,
    })
    .from(tables.streams)
    .where(eq(tables.streams.instanceId, instanceId));
  const on = rows.filter((row) => row.off === null);
  if (!asked) return on;
  for (const stream of asked) {
    const row = rows.find((one) => one.stream === stream);
    if (!row) throw new InvalidInputError(`This instance has no stream ${stream}.`, ["streams"]);
    if (!on.some((one) => one.stream === stream))
      throw new ConflictError(`The stream ${stream} is off here: ${row.off}`, { field: ["streams"] });
  }
  return on.filter((row) => asked.includes(row.stream as ScanStream));
}

async function queueScan(
  tx: Db,
  core: Core,
  viewer: Viewer,
  instance: Instance,
  read: Read,
  full: boolean,
): Promise<number> {
  const instanceId = instance.id;
  const { stream, part } = read;
  const now = core.now();
  const manifest = core.connectors.find((entry) => entry.manifest.slug === instance.connectorSlug)?.manifest;
  const incremental = manifest !== undefined && isIncremental(manifest, read);
  const startOver = full && incremental;
  const unfinished = and(
    eq(tables.scans.instanceId, instanceId),
    eq(tables.scans.stream, stream),
    eq(tables.scans.part, part),
    inArray(tables.scans.status, ["QUEUED", "RUNNING", "THROTTLED"]),
    isNull(tables.scans.fromAt),
  );
  if (startOver)
    await tx
      .update(tables.scans)
      .set({ status: "CANCELLED", finishedAt: now, error: "Started over.", throttledUntil: null })
      .where(unfinished);
  const [open] = await tx.select({ id: tables.scans.id }).from(tables.scans).where(unfinished).limit(1);
  await tx
    .update(tables.streams)
    .set({
      nextRunAt: sql`greatest(${now.toISOString()}::timestamptz, ${tables.streams.throttledUntil})`,
      requestedAt: now,
      // A worker that reads it now loses its claim; a listing that is on keeps its place.
      ...(startOver ? { version: sql`${tables.streams.version} + 1` } : {}),
      ...(startOver || (full && !open) ? { cursor: null } : {}),
    })
    .where(isStream(instanceId, read));
  if (open) return open.id;
  const [scan] = await tx
    .insert(tables.scans)
    .values({
      instanceId,
      stream,
      part,
      mode: full || !incremental ? "FULL" : "INCREMENTAL",
      requestedBy: viewer.name,
    })
    .returning({ id: tables.scans.id });
  return (scan as { id: number }).id;
}

async function queueBackfill(
  tx: Db,
  core: Core,
  viewer: Viewer,
  instanceId: number,
  { stream, part }: Read,
  asked: ScanAsked,
): Promise<number> {
  const [scan] = await tx
    .insert(tables.scans)
    .values({
      instanceId,
      stream,
      part,
      mode: "FULL",
      requestedBy: viewer.name,
      fromAt: asked.from ?? core.now(),
      toAt: asked.to ?? core.now(),
    })
    .returning({ id: tables.scans.id });
  const { id } = scan as { id: number };
  await enqueue(
    core.boss,
    tx,
    "scan.stream",
    { instanceId, stream, ...(part === "" ? {} : { part }), backfillScanId: id },
    { key: scanJobKey(instanceId, stream, part, id), group: String(instanceId) },
  );
  return id;
}
