import { and, eq, inArray } from "drizzle-orm";
import { type Db, tables } from "#db/client.ts";
import type { Core } from "#src/core.ts";
import { alertConnectionFailed } from "#src/detection/alerts/system.ts";
import { announce } from "./announce.ts";
import { lockInstance } from "./lock.ts";

/** The instance turns ERROR with a reason an admin can act on; its scans end, its credential and cursors stay for a reconnection. */
export async function failInstance(core: Pick<Core, "db" | "now">, instanceId: number, reason: string): Promise<void> {
  await core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    await lockInstance(tx, instanceId);
    const rows = await tx
      .update(tables.instances)
      .set({ status: "ERROR", statusReason: reason })
      .where(and(eq(tables.instances.id, instanceId), inArray(tables.instances.status, ["CONNECTED", "CONNECTING"])))
      .returning({ id: tables.instances.id, name: tables.instances.name });
    const [failed] = rows;
    if (!failed) return;
    const ended = await endScans(tx, instanceId, core.now(), reason);
    await alertConnectionFailed(tx, failed, reason, core.now());
    await announce(tx, instanceId, "ERROR", ended);
  });
}

/**
 * Cancels what runs or waits, and stops the schedule; under the instance's lock. A running worker notices at its next page, or sooner by the log.
 * Returns the scans that ended so, to be announced with the instance.
 */
export async function endScans(tx: Db, instanceId: number, now: Date, reason: string | null): Promise<number[]> {
  const ended = await tx
    .update(tables.scans)
    .set({ status: "CANCELLED", finishedAt: now, error: reason, throttledUntil: null })
    .where(
      and(eq(tables.scans.instanceId, instanceId), inArray(tables.scans.status, ["QUEUED", "RUNNING", "THROTTLED"])),
    )
    .returning({ id: tables.scans.id });
  await tx
    .update(tables.streams)
    .set({ nextRunAt: null, requestedAt: null, throttledUntil: null })
    .where(eq(tables.streams.instanceId, instanceId));
  return ended.map(({ id }) => id);
}
