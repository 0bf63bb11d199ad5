import { and, eq, isNotNull } from "drizzle-orm";
import { type Db, rawSql, tables } from "#db/client.ts";
import type { GovernanceAction } from "#db/tables/governance.ts";
import type { Core } from "#src/core.ts";
import { GatehouseError } from "#src/errors.ts";
import { actionFact } from "./facts.ts";
import type { ActionKey } from "./list.ts";
import { type ActionRequest, loadTargets, planAction } from "./plan.ts";
import { type NewAction, storeActions, strongerWaiting, targetKey } from "./store.ts";

/** How long a step waits for the one before it: that one is being carried out, or waits for an app that does not answer. */
const soonMs = 1000;
const laterMs = 15_000;

/**
 * For how long a step of a containment has to wait, because an earlier one for the same account has not ended: sessions that were ended before
 * the suspension would be opened again. Null: it may begin. An action that waits for approval stands in nobody's way.
 */
export async function stepBefore(
  tx: Db,
  { instanceId, id, userId, containmentId, revertsId }: GovernanceAction,
): Promise<number | null> {
  if (containmentId === null || revertsId !== null) return null;
  const [earlier] = await rawSql(tx)<{ waits: boolean }[]>`
    select status = 'QUEUED' and attempts > 0 as waits from governance_actions
    where containment_id = ${containmentId} and instance_id = ${instanceId} and user_id = ${userId} and id < ${id} and reverts_id is null
      and status in ('QUEUED', 'RUNNING') order by id limit 1`;
  if (!earlier) return null;
  return earlier.waits ? laterMs : soonMs;
}

/** A step that ended after its containment was reverted is undone at once. Returns the actions to announce. */
export async function reverseEnded(tx: Db, core: Core, key: GovernanceAction): Promise<number[]> {
  if (key.containmentId === null || key.revertsId !== null) return [];
  const { containments, governanceActions } = tables;
  const [reverted] = await tx
    .select({ by: containments.revertedBy })
    .from(containments)
    .where(and(eq(containments.id, key.containmentId), isNotNull(containments.revertedAt)));
  if (!reverted) return [];
  const ended = await tx
    .select()
    .from(governanceActions)
    .where(and(eq(governanceActions.instanceId, key.instanceId), eq(governanceActions.id, key.id)));
  return (await storeReversals(tx, core, reverted.by ?? "system", ended)).map(({ id }) => id);
}

/** Whether the action changed its app, or may have done so before it failed or was held back. */
function isToUndo({ status, changed, before }: GovernanceAction): boolean {
  if (status === "SUCCEEDED") return changed === "YES";
  return (status === "FAILED" || status === "AWAITING_APPROVAL") && before !== null;
}

/**
 * Asks for the actions that undo these, of those that changed something. What cannot be requested is kept as FAILED, with the reason. Undoing
 * one action twice is one request. Returns what is new.
 */
export async function storeReversals(
  tx: Db,
  core: Core,
  requestedBy: string,
  actions: readonly GovernanceAction[],
): Promise<ActionKey[]> {
  const { instances } = await loadTargets(tx, actions);
  const requests = actions.filter(isToUndo).flatMap((action): ActionRequest[] => {
    const { instanceId, id, kind, userId, oauthAppId, fileId, containmentId, before } = action;
    const undo = actionFact(instances.get(instanceId)?.connectorSlug ?? "", kind)?.undo;
    if (!undo) return [];
    const target = { instanceId, userId, oauthAppId, fileId, containmentId };
    return [
      {
        ...target,
        kind: undo,
        parameters: { before: before ?? {} },
        revertsId: id,
        idempotencyKey: `revert/${id}`,
      },
    ];
  });
  if (requests.length === 0) return [];
  const targets = await loadTargets(tx, requests);
  const stronger = await strongerWaiting(tx, requests);
  const stored = await storeActions(
    tx,
    core,
    requests.map((request): NewAction => {
      const opposite = stronger.get(targetKey(request));
      if (opposite)
        return { ...request, requestedBy, status: "FAILED", error: `${opposite} is waiting for the same target.` };
      try {
        return { ...request, ...planAction(core, targets, request), requestedBy, status: "QUEUED", error: null };
      } catch (error) {
        if (!(error instanceof GatehouseError)) throw error;
        return { ...request, requestedBy, status: "FAILED", error: error.message };
      }
    }),
  );
  return stored.filter(({ isNew }) => isNew);
}
