import { and, eq, inArray } from "drizzle-orm";
import { type Db, tables } from "#db/client.ts";
import type { Core } from "#src/core.ts";
import { announce } from "./announce.ts";
import { endScans } from "./end-scans.ts";
import { lockInstance } from "./lock.ts";

/**
 * The instance turns ERROR with a reason an admin can act on; its scans end, its credential and cursors stay for a reconnection.
 * The alert about it is raised by the consumer of the log (src/response/evaluation).
 */
export async function failInstance(core: Pick<Core, "db" | "now">, instanceId: number, reason: string): Promise<void> {
  await core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    await lockInstance(tx, instanceId);
    const rows = await tx
      .update(tables.instances)
      .set({ status: "ERROR", statusReason: reason })
      .where(and(eq(tables.instances.id, instanceId), inArray(tables.instances.status, ["CONNECTED", "CONNECTING"])))
      .returning({ id: tables.instances.id });
    if (rows.length === 0) return;
    const ended = await endScans(tx, instanceId, core.now(), reason);
    await announce(tx, instanceId, "ERROR", { endedScans: ended, failure: reason });
  });
}
