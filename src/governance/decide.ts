import { and, eq } from "drizzle-orm";
import { type Db, tables } from "#db/client.ts";
import type { GovernanceAction } from "#db/tables/governance.ts";
import { recordAudit } from "#src/access/audit.ts";
import { maySee, requireRole, type Viewer } from "#src/access/viewer.ts";
import type { ProviderActionKind } from "#src/connectors/connector.ts";
import { connectorBySlug } from "#src/connectors/index.ts";
import type { Core } from "#src/core.ts";
import { ConflictError, NotFoundError } from "#src/errors.ts";
import { audited } from "#src/instances/audited.ts";
import { findInstance } from "#src/instances/lifecycle.ts";
import type { ActionKey } from "./list.ts";
import { announceActions } from "./record.ts";
import { planActions, queueAction, storeAction } from "./request.ts";

/** Lets an action that waits for a person go ahead. */
export function approveAction(core: Core, viewer: Viewer, key: ActionKey): Promise<ActionKey> {
  return change(core, viewer, "governance.approve", key, ["AWAITING_APPROVAL"], async (tx) => {
    await set(tx, key, { status: "QUEUED", approvedBy: viewer.name });
    await queueAction(tx, core, key);
  });
}

/** Ends an action that has not begun. Cancelling a cancelled one changes nothing. */
export function cancelAction(core: Core, viewer: Viewer, key: ActionKey): Promise<ActionKey> {
  return change(
    core,
    viewer,
    "governance.cancel",
    key,
    ["AWAITING_APPROVAL", "QUEUED", "CANCELLED"],
    async (tx, action) => {
      if (action.status !== "CANCELLED") await set(tx, key, { status: "CANCELLED", finishedAt: core.now() });
    },
  );
}

/** Tries a failed action again. */
export function retryAction(core: Core, viewer: Viewer, key: ActionKey): Promise<ActionKey> {
  return change(core, viewer, "governance.retry", key, ["FAILED"], async (tx) => {
    await set(tx, key, { status: "QUEUED", error: null, finishedAt: null, attempts: 0 });
    await queueAction(tx, core, key);
  });
}

/** Asks for the action that undoes this one, where the provider has one. Throws ConflictError for what cannot be undone. */
export function revertAction(core: Core, viewer: Viewer, key: ActionKey): Promise<ActionKey> {
  return audited(core, viewer, { action: "governance.revert", target: `governanceAction/${key.id}` }, async () => {
    requireRole(viewer, "ADMIN");
    const action = await find(core.db, viewer, key);
    const instance = await findInstance(core.db, viewer, key.instanceId);
    const undo = connectorBySlug(instance.connectorSlug)?.manifest.actions?.[action.kind as ProviderActionKind]?.undo;
    if (!undo) throw new ConflictError(`${action.kind} cannot be undone at this provider.`, { code: "NOT_REVERTIBLE" });
    if (action.status !== "SUCCEEDED")
      throw new ConflictError(`Only an action that succeeded can be undone; this one is ${action.status}.`);
    if (action.changed === "NO")
      throw new ConflictError("The action found its work done and changed nothing, so there is nothing to undo.");
    const [plan] = await planActions(core, viewer, [
      {
        kind: undo,
        instanceId: key.instanceId,
        userId: action.userId,
        oauthAppId: action.oauthAppId,
        parameters: { before: action.before ?? {} },
        revertsId: key.id,
        idempotencyKey: `revert/${key.id}`,
      },
    ]);
    return core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const stored = await storeAction(tx, core, plan as NonNullable<typeof plan>, {
        requestedBy: viewer.name,
        status: "QUEUED",
      });
      await recordAudit(tx, viewer, {
        action: "governance.revert",
        target: `governanceAction/${key.id}`,
        after: { id: stored.id, kind: undo },
        result: "ok",
      });
      await announceActions(tx, key.instanceId, [stored.id]);
      return { instanceId: key.instanceId, id: stored.id };
    });
  });
}

async function change(
  core: Core,
  viewer: Viewer,
  name: string,
  key: ActionKey,
  from: readonly GovernanceAction["status"][],
  apply: (tx: Db, action: GovernanceAction) => Promise<void>,
): Promise<ActionKey> {
  const target = `governanceAction/${key.id}`;
  return audited(core, viewer, { action: name, target }, async () => {
    requireRole(viewer, "ADMIN");
    await core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const action = await find(tx, viewer, key, true);
      if (!from.includes(action.status))
        throw new ConflictError(
          `This action is ${action.status}; that is possible only while it is ${from.join(" or ")}.`,
        );
      await apply(tx, action);
      await recordAudit(tx, viewer, { action: name, target, before: { status: action.status }, result: "ok" });
      await announceActions(tx, key.instanceId, [key.id]);
    });
    return key;
  });
}

async function find(db: Db, viewer: Viewer, key: ActionKey, lock = false): Promise<GovernanceAction> {
  if (!maySee(viewer, key.instanceId)) throw new NotFoundError("The action", ["id"]);
  const query = db
    .select()
    .from(tables.governanceActions)
    .where(and(eq(tables.governanceActions.instanceId, key.instanceId), eq(tables.governanceActions.id, key.id)));
  const [row] = lock ? await query.for("update") : await query;
  if (!row) throw new NotFoundError("The action", ["id"]);
  return row;
}

async function set(
  tx: Db,
  key: ActionKey,
  values: Partial<typeof tables.governanceActions.$inferInsert>,
): Promise<void> {
  await tx
    .update(tables.governanceActions)
    .set(values)
    .where(and(eq(tables.governanceActions.instanceId, key.instanceId), eq(tables.governanceActions.id, key.id)));
}
