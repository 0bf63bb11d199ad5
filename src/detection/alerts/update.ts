import { and, eq, inArray, sql } from "drizzle-orm";
import { type Db, tables } from "#db/client.ts";
import type { AlertStatus } from "#db/tables/alerts.ts";
import { recordAudit } from "#src/access/audit.ts";
import { maySee, requireRole, type Viewer } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import { ConflictError, InvalidInputError, NotFoundError } from "#src/errors.ts";
import { audited } from "#src/instances/audited.ts";
import { type AlertKey, type AlertRow, loadAlerts } from "./list.ts";
import { announceAlerts } from "./raise.ts";

export interface AlertChange {
  status: AlertStatus;
  resolution?: string | null;
  assignee?: string | null;
}

/** Changes several alerts at once: all, or none when one is missing. Repeating it changes nothing. */
export function updateAlerts(
  core: Core,
  viewer: Viewer,
  keys: readonly AlertKey[],
  change: AlertChange,
): Promise<AlertRow[]> {
  const target = `alert/${keys.map((key) => key.id).join(",")}`.slice(0, 200);
  return audited(core, viewer, { action: "alert.update", target }, async () => {
    requireRole(viewer, "ANALYST");
    if (keys.length === 0 || keys.length > 200)
      throw new InvalidInputError("`ids` must contain 1 to 200 alerts.", ["ids"]);
    if (keys.some((key) => !maySee(viewer, key.instanceId))) throw new NotFoundError("An alert", ["ids"]);
    await core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      for (const key of [...keys].sort((a, b) => a.id - b.id)) await updateOne(tx, key, change, core.now());
      await recordAudit(tx, viewer, { action: "alert.update", target, after: change, result: "ok" });
      await announceAlerts(tx, keys);
    });
    return (await loadAlerts(core.db, viewer, keys)).filter((alert) => alert !== null);
  });
}

async function updateOne(tx: Db, key: AlertKey, change: AlertChange, now: Date): Promise<void> {
  const { alerts } = tables;
  const [alert] = await tx
    .select()
    .from(alerts)
    .where(and(eq(alerts.instanceId, key.instanceId), eq(alerts.id, key.id)))
    .for("update");
  if (!alert) throw new NotFoundError("An alert", ["ids"]);
  const reopens = change.status === "OPEN" || change.status === "IN_PROGRESS";
  if (reopens && alert.status !== "OPEN" && alert.status !== "IN_PROGRESS") {
    const [twin] = await tx
      .select({ id: alerts.id })
      .from(alerts)
      .where(
        and(
          eq(alerts.instanceId, key.instanceId),
          eq(alerts.dedupKey, alert.dedupKey),
          inArray(alerts.status, ["OPEN", "IN_PROGRESS"]),
        ),
      );
    if (twin)
      throw new ConflictError(
        "The same thing happened again and has an open alert of its own; this one cannot be reopened beside it.",
        { field: ["ids"] },
      );
  }
  await tx
    .update(alerts)
    .set({
      status: change.status,
      ...(change.resolution === undefined ? {} : { resolution: change.resolution }),
      ...(change.assignee === undefined ? {} : { assignee: change.assignee }),
      updatedAt: sql`${now.toISOString()}::timestamptz`,
    })
    .where(and(eq(alerts.instanceId, key.instanceId), eq(alerts.id, key.id)));
}
