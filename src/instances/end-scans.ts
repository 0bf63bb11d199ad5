import { and, eq, inArray } from "drizzle-orm";
import { type Db, tables } from "#db/client.ts";

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
