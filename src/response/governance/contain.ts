import { and, asc, eq, inArray, isNull } from "drizzle-orm";
import { type Db, rawSql, tables } from "#db/client.ts";
import type { Containment, ContainmentStep, GovernanceAction } from "#db/tables/governance.ts";
import { recordAudit } from "#src/access/audit.ts";
import { maySee, requireRole, type Viewer } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError } from "#src/errors.ts";
import { audited } from "#src/instances/audited.ts";
import { planContainment } from "./containment-plan.ts";
import { storeReversals } from "./containment-reversal.ts";
import { loadContainments } from "./containments.ts";
import { actionFact } from "./facts.ts";
import type { ActionKey } from "./list.ts";
import { loadTargets } from "./plan.ts";
import { announceActionKeys } from "./record.ts";
import { cancelWeaker, type NewAction, queueActions, requeueAction, storeActions } from "./store.ts";

/** People of one request. */
const maxPeople = 50;
const maxReasonLength = 500;

/**
 * Contains people: each account is suspended, its sessions are ended and its app permissions revoked, as far as its app allows it. Who is
 * contained already is not contained again; only accounts and permissions that are new since then are added. Of several people at once the
 * actions wait for approval. All or none. ADMIN. Throws InvalidInputError, NotFoundError, ConflictError.
 */
export function containIdentities(
  core: Core,
  viewer: Viewer,
  identityIds: readonly number[],
  reason: string | null,
): Promise<number[]> {
  const target = identityIds
    .map((id) => `identity/${id}`)
    .join(", ")
    .slice(0, 300);
  return audited(core, viewer, { action: "containment.request", target }, async () => {
    requireRole(viewer, "ADMIN");
    if (identityIds.length === 0 || identityIds.length > maxPeople)
      throw new InvalidInputError(`\`identityIds\` must contain 1 to ${maxPeople} people.`, ["identityIds"]);
    if (reason !== null && reason.length > maxReasonLength)
      throw new InvalidInputError(`\`reason\` must have at most ${maxReasonLength} characters.`, ["reason"]);
    const needsApproval = identityIds.length > 1;
    return core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      // Two who contain the same person at once: the second finds what the first began.
      await rawSql(tx)`
        select 1 from identities where id = any(${[...identityIds]}::bigint[]) order by id for no key update`;
      const changed: ActionKey[] = [];
      const ids: number[] = [];
      for (const identityId of identityIds) {
        const done = await containIdentity(tx, core, viewer, identityId, { reason, needsApproval });
        changed.push(...done.changed);
        ids.push(done.id);
      }
      await recordAudit(tx, viewer, {
        action: "containment.request",
        target,
        after: { containments: ids, actions: changed.map(({ instanceId, id }) => ({ instanceId, id })), reason },
        result: "ok",
      });
      await announceActionKeys(tx, changed);
      return ids;
    });
  });
}

async function containIdentity(
  tx: Db,
  core: Core,
  viewer: Viewer,
  identityId: number,
  { reason, needsApproval }: { reason: string | null; needsApproval: boolean },
): Promise<{ id: number; changed: ActionKey[] }> {
  const { identity, steps } = await planContainment({ ...core, db: tx }, viewer, identityId);
  const { containments } = tables;
  const [open] = await tx
    .select()
    .from(containments)
    .where(and(eq(containments.identityId, identityId), isNull(containments.revertedAt)))
    .for("update");
  if (!open && !steps.some(({ kind }) => kind !== null))
    throw new ConflictError(`Nothing can be done about the accounts of ${identity.email}: the plan has the reasons.`, {
      code: "ACTION_NOT_SUPPORTED",
      field: ["identityId"],
    });
  const [containment] = open
    ? [open]
    : await tx
        .insert(containments)
        .values({
          identityId,
          email: identity.email,
          reason,
          needsApproval,
          requestedBy: viewer.name,
          createdAt: core.now(),
        })
        .returning();
  const { id } = containment as Containment;
  const waits = containment!.needsApproval && containment!.approvedBy === null;
  const actions = steps.flatMap((step): NewAction[] => {
    if (step.kind === null) return [];
    const { instanceId, userId, kind, oauthAppId } = step;
    const idempotencyKey = `containment/${id}/${kind}/${userId}/${oauthAppId ?? ""}`;
    return [
      {
        ...{ instanceId, userId, kind, oauthAppId, containmentId: id, idempotencyKey, requestedBy: viewer.name },
        status: waits ? "AWAITING_APPROVAL" : "QUEUED",
        error: waits ? "The containment of several people waits for approval." : null,
      },
    ];
  });
  const stored = await storeActions(tx, core, actions);
  const fresh = stored.filter(({ isNew }) => isNew);
  const cancelled = waits
    ? []
    : await cancelWeaker(
        tx,
        core,
        actions.filter((_, index) => stored[index]!.isNew),
      );
  let next = 0;
  const placed = steps.map((step) => (step.kind === null ? step : { ...step, actionId: stored[next++]!.id }));
  await tx
    .update(containments)
    .set({ steps: joined(placed, containment!.steps) })
    .where(eq(containments.id, id));
  return { id, changed: [...cancelled, ...fresh.map((key) => ({ instanceId: key.instanceId, id: key.id }))] };
}

/** The plan of now, with what was done before and is no longer in it: a permission that was revoked, an account that was unlinked. */
function joined(now: readonly ContainmentStep[], before: readonly ContainmentStep[]): ContainmentStep[] {
  const keyOf = ({ instanceId, actionId }: ContainmentStep) => `${instanceId}/${actionId}`;
  const done = new Set(now.map(keyOf));
  return [...now, ...before.filter((step) => step.actionId !== null && !done.has(keyOf(step)))].sort(
    (a, b) => a.instanceId - b.instanceId || (a.userId < b.userId ? -1 : a.userId > b.userId ? 1 : 0),
  );
}

/** Lets the actions of containments that wait for approval go ahead: all or none. Approving twice changes nothing. ADMIN. */
export function approveContainments(core: Core, viewer: Viewer, ids: readonly number[]): Promise<number[]> {
  return change(core, viewer, "containment.approve", ids, async (tx, containments, actions) => {
    const reverted = containments.find(({ revertedAt }) => revertedAt !== null);
    if (reverted) throw new ConflictError(`The containment of ${reverted.email} was reverted.`);
    const waiting = actions.filter(({ status, revertsId }) => status === "AWAITING_APPROVAL" && revertsId === null);
    const cancelled = await cancelWeaker(tx, core, waiting);
    await setActions(tx, waiting, { status: "QUEUED", approvedBy: viewer.name, error: null });
    await queueActions(tx, core, waiting);
    const open = containments.filter(({ approvedBy }) => approvedBy === null);
    if (open.length > 0)
      await tx
        .update(tables.containments)
        .set({ approvedBy: viewer.name })
        .where(
          inArray(
            tables.containments.id,
            open.map(({ id }) => id),
          ),
        );
    return [...cancelled, ...waiting];
  });
}

/**
 * Undoes exactly what a containment changed. What has not begun is cancelled; what is being carried out is undone when it ends; what changed
 * nothing stays. Repeating it tries again what could not be undone. ADMIN of all its instances.
 */
export function revertContainment(core: Core, viewer: Viewer, containmentId: number): Promise<number[]> {
  return change(core, viewer, "containment.revert", [containmentId], async (tx, [containment], all) => {
    const actions = all.filter(({ revertsId }) => revertsId === null);
    const isRepeated = containment!.revertedAt !== null;
    if (!isRepeated)
      await tx
        .update(tables.containments)
        .set({ revertedAt: core.now(), revertedBy: viewer.name })
        .where(eq(tables.containments.id, containmentId));
    const { instances } = await loadTargets(tx, actions);
    const isRevertible = ({ instanceId, kind }: GovernanceAction) =>
      actionFact(instances.get(instanceId)?.connectorSlug ?? "", kind)?.undo !== undefined;
    // One that was attempted, and may have changed the app, goes on to its end: then it is known what there is to undo.
    const waiting = actions.filter(
      (action) =>
        action.status === "AWAITING_APPROVAL" ||
        (action.status === "QUEUED" && (action.before === null || !isRevertible(action))),
    );
    const error = "The containment was reverted.";
    await setActions(tx, waiting, { status: "CANCELLED", finishedAt: core.now(), error });
    const reversals = await storeReversals(tx, core, viewer.name, actions);
    const failed = isRepeated ? all.filter(({ revertsId, status }) => revertsId !== null && status === "FAILED") : [];
    await setActions(tx, failed, { status: "QUEUED", error: null, finishedAt: null, attempts: 0 });
    for (const key of failed) await requeueAction(tx, core, key, core.now(), `retry-${core.now().getTime()}`);
    return [...waiting, ...reversals, ...failed];
  });
}

/** `apply` gets the containments with their actions, all locked, and returns the actions that it changed. */
function change(
  core: Core,
  viewer: Viewer,
  action: string,
  ids: readonly number[],
  apply: (tx: Db, containments: Containment[], actions: GovernanceAction[]) => Promise<ActionKey[]>,
): Promise<number[]> {
  const target = ids
    .map((id) => `containment/${id}`)
    .join(", ")
    .slice(0, 300);
  return audited(core, viewer, { action, target }, async () => {
    requireRole(viewer, "ADMIN");
    if (ids.length === 0 || ids.length > maxPeople)
      throw new InvalidInputError(`\`ids\` must contain 1 to ${maxPeople} containments.`, ["ids"]);
    await core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const { containments, governanceActions } = tables;
      if ((await loadContainments(tx, viewer, ids)).includes(null)) throw new NotFoundError("The containment", ["id"]);
      const rows = await tx
        .select()
        .from(containments)
        .where(inArray(containments.id, [...ids]))
        .orderBy(asc(containments.id))
        .for("update");
      if (rows.some(({ steps }) => steps.some(({ instanceId }) => !maySee(viewer, instanceId))))
        throw new ForbiddenError("The containment covers accounts in instances that you may not see.");
      const actions = await tx
        .select()
        .from(governanceActions)
        .where(inArray(governanceActions.containmentId, [...ids]))
        .orderBy(asc(governanceActions.id))
        .for("update");
      const changed = await apply(tx, rows, actions);
      await recordAudit(tx, viewer, {
        action,
        target,
        after: { actions: changed.map(({ instanceId, id }) => ({ instanceId, id })) },
        result: "ok",
      });
      await announceActionKeys(tx, changed);
    });
    return [...ids];
  });
}

async function setActions(
  tx: Db,
  actions: readonly ActionKey[],
  values: Partial<typeof tables.governanceActions.$inferInsert>,
): Promise<void> {
  if (actions.length === 0) return;
  const { governanceActions } = tables;
  await tx
    .update(governanceActions)
    .set(values)
    .where(
      and(
        inArray(governanceActions.instanceId, [...new Set(actions.map(({ instanceId }) => instanceId))]),
        inArray(
          governanceActions.id,
          actions.map(({ id }) => id),
        ),
      ),
    );
}
