import { and, inArray, type SQL } from "drizzle-orm";
import { type Db, tables } from "#db/client.ts";
import type { GovernanceAction } from "#db/tables/governance.ts";
import { recordAudit } from "#src/access/audit.ts";
import { maySee, requireRole, type Viewer } from "#src/access/viewer.ts";
import type { ProviderActionKind } from "#src/connector-kit/contract/kinds.ts";
import { connectorBySlug } from "#src/connectors/index.ts";
import type { Core } from "#src/core.ts";
import { ConflictError, InvalidInputError, NotFoundError } from "#src/errors.ts";
import { audited } from "#src/instances/audited.ts";
import { findInstance } from "#src/instances/lifecycle.ts";
import { releaseCollected } from "./digest.ts";
import type { ActionKey } from "./list.ts";
import { type Planned, planActions } from "./plan.ts";
import { announceActionKeys } from "./record.ts";
import { refuseWeaker, storePlanned } from "./request.ts";
import { cancelWeaker, queueActions, requeueAction } from "./store.ts";
import { reinstateIncluded, supersedeIncluded } from "./strength.ts";

/** Lets actions that wait for a person go ahead: all, or none when one of them waits for nothing. */
export function approveActions(core: Core, viewer: Viewer, keys: readonly ActionKey[]): Promise<ActionKey[]> {
  return change(core, viewer, "governance.approve", keys, ["AWAITING_APPROVAL"], async (tx, actions) => {
    await refuseWeaker(tx, actions);
    const cancelled = await cancelWeaker(tx, core, actions);
    await set(tx, actions, { status: "QUEUED", approvedBy: viewer.name, error: null });
    await queueActions(tx, core, actions);
    return [...cancelled, ...(await supersedeIncluded(tx, core, actions))];
  });
}

/** Ends actions that have not begun: all or none. Cancelling a cancelled one changes nothing. */
export function cancelActions(core: Core, viewer: Viewer, keys: readonly ActionKey[]): Promise<ActionKey[]> {
  const from = ["AWAITING_APPROVAL", "QUEUED", "CANCELLED"] as const;
  return change(core, viewer, "governance.cancel", keys, from, async (tx, actions) => {
    const open = actions.filter(({ status }) => status !== "CANCELLED");
    const error = `Cancelled by ${viewer.name}.`;
    await set(tx, open, { status: "CANCELLED", finishedAt: core.now(), error, digestOf: null });
    return [...(await releaseCollected(tx, core, open)), ...(await reinstateIncluded(tx, core, open))];
  });
}

/** Tries a failed action again. */
export function retryAction(core: Core, viewer: Viewer, key: ActionKey): Promise<ActionKey[]> {
  return change(core, viewer, "governance.retry", [key], ["FAILED"], async (tx, actions) => {
    await refuseWeaker(tx, actions);
    await set(tx, actions, { status: "QUEUED", error: null, finishedAt: null, attempts: 0, digestOf: null });
    await requeueAction(tx, core, key, core.now(), `retry-${core.now().getTime()}`);
    return supersedeIncluded(tx, core, actions);
  });
}

/** Asks for the action that undoes this one, where the provider has one. Throws ConflictError for what cannot be undone. */
export function revertAction(core: Core, viewer: Viewer, key: ActionKey): Promise<ActionKey[]> {
  const target = `governanceAction/${key.id}`;
  return audited(core, viewer, { action: "governance.revert", target }, async () => {
    requireRole(viewer, "ADMIN");
    const [action] = await find(core.db, viewer, [key]);
    const instance = await findInstance(core.db, viewer, key.instanceId);
    const { kind, status, changed, userId, oauthAppId, fileId, before } = action as GovernanceAction;
    const undo = connectorBySlug(instance.connectorSlug)?.manifest.actions?.[kind as ProviderActionKind]?.undo;
    if (!undo) throw new ConflictError(`${kind} cannot be undone at this provider.`, { code: "NOT_REVERTIBLE" });
    if (status !== "SUCCEEDED")
      throw new ConflictError(`Only an action that succeeded can be undone; this one is ${status}.`);
    if (changed === "NO")
      throw new ConflictError("The app was already in the wanted state, so there is nothing to undo.");
    const planned: Planned[] = await planActions(core, viewer, [
      {
        kind: undo,
        instanceId: key.instanceId,
        userId,
        oauthAppId,
        fileId,
        parameters: { before: before ?? {} },
        revertsId: key.id,
        idempotencyKey: `revert/${key.id}`,
      },
    ]);
    return core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const { stored, changed } = await storePlanned(tx, core, viewer, planned);
      await recordAudit(tx, viewer, {
        action: "governance.revert",
        target,
        after: { id: stored[0]?.id, kind: undo },
        result: "ok",
      });
      await announceActionKeys(tx, changed);
      return stored;
    });
  });
}

/** Changes actions that are in one of the states `from`. `apply` returns what else it changed. */
async function change(
  core: Core,
  viewer: Viewer,
  name: string,
  keys: readonly ActionKey[],
  from: readonly GovernanceAction["status"][],
  apply: (tx: Db, actions: GovernanceAction[]) => Promise<ActionKey[]>,
): Promise<ActionKey[]> {
  const target = keys
    .map(({ id }) => `governanceAction/${id}`)
    .join(", ")
    .slice(0, 300);
  return audited(core, viewer, { action: name, target }, async () => {
    requireRole(viewer, "ADMIN");
    if (keys.length === 0 || keys.length > 200)
      throw new InvalidInputError("`ids` must contain 1 to 200 actions.", ["ids"]);
    await core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const actions = await find(tx, viewer, keys, true);
      const other = actions.find(({ status }) => !from.includes(status));
      if (other) {
        const which = keys.length === 1 ? "This action" : `Action ${other.id} (${other.kind})`;
        throw new ConflictError(`${which} is ${other.status}; that is possible only while it is ${from.join(" or ")}.`);
      }
      const others = await apply(tx, actions);
      await recordAudit(tx, viewer, {
        action: name,
        target,
        before: actions.map(({ id, status }) => ({ id, status })),
        result: "ok",
      });
      await announceActionKeys(tx, [...actions, ...others]);
    });
    return [...keys];
  });
}

/** In the order of their ids, so that two who lock the same ones cannot block each other for ever. */
async function find(db: Db, viewer: Viewer, keys: readonly ActionKey[], lock = false): Promise<GovernanceAction[]> {
  const wanted = new Map(keys.map((key) => [key.id, key.instanceId]));
  const query = db.select().from(tables.governanceActions).where(named(keys)).orderBy(tables.governanceActions.id);
  const rows = (lock ? await query.for("update") : await query).filter(
    ({ id, instanceId }) => wanted.get(id) === instanceId && maySee(viewer, instanceId),
  );
  if (rows.length < wanted.size) throw new NotFoundError("The action", ["id"]);
  return rows;
}

async function set(
  tx: Db,
  keys: readonly ActionKey[],
  values: Partial<typeof tables.governanceActions.$inferInsert>,
): Promise<void> {
  if (keys.length === 0) return;
  await tx.update(tables.governanceActions).set(values).where(named(keys));
}

function named(keys: readonly ActionKey[]): SQL | undefined {
  const { governanceActions } = tables;
  return and(
    inArray(governanceActions.instanceId, [...new Set(keys.map(({ instanceId }) => instanceId))]),
    inArray(
      governanceActions.id,
      keys.map(({ id }) => id),
    ),
  );
}
