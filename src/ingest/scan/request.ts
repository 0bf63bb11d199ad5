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
import { isIncremental } from "./finish.ts";
import { loadScans, type ScanRow } from "./list.ts";
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
      for (const stream of streams) {
        ids.push(
          backfill
            ? await queueBackfill(tx, core, viewer, instanceId, stream, asked)
            : await queueScan(tx, core, viewer, instance, stream, asked.mode === "FULL"),
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
        .returning({ stream: tables.scans.stream, fromAt: tables.scans.fromAt });
      await recordAudit(tx, viewer, { action: "scan.cancel", target: `scan/${key.id}`, result: "ok" });
      if (rows[0] && rows[0].fromAt === null) {
        // Not at once again: the next one comes at the stream's own pace.
        const next = new Date(core.now().getTime() + 60_000);
        await tx
          .update(tables.streams)
          .set({ nextRunAt: next, requestedAt: null })
          .where(and(eq(tables.streams.instanceId, key.instanceId), eq(tables.streams.stream, rows[0].stream)));
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

async function chooseStreams(
  db: Db,
  instanceId: number,
  asked: readonly ScanStream[] | null | undefined,
): Promise<ScanStream[]> {
  const rows = await db
    .select({ stream: tables.streams.stream, off: tables.streams.disabledReason })
    .from(tables.streams)
    .where(eq(tables.streams.instanceId, instanceId));
  if (!asked) return rows.filter((row) => row.off === null).map((row) => row.stream as ScanStream);
  for (const stream of asked) {
    const row = rows.find((one) => one.stream === stream);
    if (!row) throw new InvalidInputError(`This instance has no stream ${stream}.`, ["streams"]);
    if (row.off !== null)
      throw new ConflictError(`The stream ${stream} is disabled in this instance: ${row.off}`, { field: ["streams"] });
  }
  return [...new Set(asked)];
}

async function queueScan(
  tx: Db,
  core: Core,
  viewer: Viewer,
  instance: Instance,
  stream: ScanStream,
  full: boolean,
): Promise<number> {
  const instanceId = instance.id;
  const now = core.now();
  const manifest = core.connectors.find((entry) => entry.manifest.slug === instance.connectorSlug)?.manifest;
  const startOver = full && manifest !== undefined && isIncremental(manifest, stream);
  const unfinished = and(
    eq(tables.scans.instanceId, instanceId),
    eq(tables.scans.stream, stream),
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
    .where(and(eq(tables.streams.instanceId, instanceId), eq(tables.streams.stream, stream)));
  if (open) return open.id;
  const [scan] = await tx
    .insert(tables.scans)
    .values({
      instanceId,
      stream,
      mode: full || stream !== "ACTIVITIES" ? "FULL" : "INCREMENTAL",
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
  stream: ScanStream,
  asked: ScanAsked,
): Promise<number> {
  const [scan] = await tx
    .insert(tables.scans)
    .values({
      instanceId,
      stream,
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
    { instanceId, stream, backfillScanId: id },
    { key: scanJobKey(instanceId, stream, id), group: String(instanceId) },
  );
  return id;
}
