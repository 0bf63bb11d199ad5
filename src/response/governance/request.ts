import type { Db } from "#db/client.ts";
import { recordAudit } from "#src/access/audit.ts";
import type { Viewer } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import { ConflictError } from "#src/errors.ts";
import { audited } from "#src/instances/audited.ts";
import type { ActionKey } from "./list.ts";
import { type ActionRequest, type Planned, planActions } from "./plan.ts";
import { announceActionKeys } from "./record.ts";
import { cancelWeaker, earlierActions, storeActions, strongerWaiting, targetKey } from "./store.ts";
import { includingActions, strengthKey, supersedeIncluded } from "./strength.ts";

/**
 * Asks for actions: all are checked first, and all are queued or none. The same idempotency key asks once: the earlier action is returned.
 * Throws InvalidInputError, ConflictError, NotFoundError.
 */
export function requestActions(core: Core, viewer: Viewer, requests: readonly ActionRequest[]): Promise<ActionKey[]> {
  const target = requests
    .map((one) => `${one.kind} ${one.userId ?? one.oauthAppId ?? one.fileId ?? ""}`)
    .join(", ")
    .slice(0, 300);
  return audited(core, viewer, { action: "governance.request", target }, async () => {
    const planned = await planActions(core, viewer, requests);
    return core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const { stored, changed } = await storePlanned(tx, core, viewer, planned);
      await recordAudit(tx, viewer, {
        action: "governance.request",
        target,
        after: stored.map(({ id, instanceId }, index) => ({ id, instanceId, kind: planned[index]?.kind })),
        result: "ok",
      });
      await announceActionKeys(tx, changed);
      return stored;
    });
  });
}

/**
 * Stores what a person asked for and queues it, in the caller's transaction. Of two waiting actions that undo each other the stronger one
 * stays: suspending beats restoring. `changed`: what to announce.
 */
export async function storePlanned(
  tx: Db,
  core: Pick<Core, "boss" | "now">,
  viewer: Viewer,
  planned: readonly Planned[],
): Promise<{ stored: ActionKey[]; changed: ActionKey[] }> {
  const earlier = await earlierActions(tx, planned);
  const fresh = planned.filter(({ instanceId, idempotencyKey }) => !earlier.has(`${instanceId} ${idempotencyKey}`));
  await refuseWeaker(tx, fresh);
  const cancelled = await cancelWeaker(tx, core, fresh);
  const stored = await storeActions(
    tx,
    core,
    planned.map((plan) => ({ ...plan, status: "QUEUED" as const, requestedBy: viewer.name, error: null })),
  );
  const superseded = await supersedeIncluded(tx, core, planned);
  // The commit writes to what is announced, under the log's lock: only to rows that this transaction has locked already.
  const changed = [...cancelled, ...superseded, ...stored.filter(({ isNew }) => isNew)];
  return { stored: stored.map(({ instanceId, id }) => ({ instanceId, id })), changed };
}

/** Throws ConflictError when a stronger action waits for the same target. */
export async function refuseWeaker(tx: Db, actions: Parameters<typeof strongerWaiting>[1]): Promise<void> {
  const waiting = await strongerWaiting(tx, actions);
  const including = await includingActions(tx, actions);
  const kindOf = (action: (typeof actions)[number]) =>
    waiting.get(targetKey(action)) ?? including.get(strengthKey(action))?.kind;
  const kind = actions.map(kindOf).find((one) => one !== undefined);
  if (kind === undefined) return;
  throw new ConflictError(`${kind} is waiting for the same target and includes this action. Cancel it first.`);
}
