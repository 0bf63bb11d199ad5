import { type Db, rawSql } from "#db/client.ts";
import type { Policy } from "#db/tables/policies.ts";
import { recordAudit } from "#src/access/audit.ts";
import { systemViewer } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import type { Raised } from "#src/detection/alerts/raise.ts";
import { alertCapReached } from "#src/detection/alerts/system.ts";
import { strongerOpposite } from "#src/detection/policies/action-kinds.ts";
import { GatehouseError } from "#src/errors.ts";
import { mayRepeat, restoredAt } from "#src/realtime/epoch.ts";
import { digestDue, isCollected } from "./digest.ts";
import type { ActionKey } from "./list.ts";
import { type ActionRequest, loadTargets, onlyTarget, planAction } from "./plan.ts";
import { cancelWeaker, earlierActions, type NewAction, storeActions, strongerWaiting, targetKey } from "./store.ts";
import { supersedeIncluded } from "./strength.ts";

export interface PolicyAlert {
  policy: Policy;
  alert: { instanceId: number; id: number };
  userId: string | null;
  oauthAppId: string | null;
  fileId: string | null;
  /** Of a file: actions are asked for once for each match, not for each alert. */
  matchId?: number;
  /** The first of what it was raised for. Null: nobody can say when. */
  occurredAt: Date | null;
}

type PolicyRequest = ActionRequest & { policyId: number; occurredAt: Date | null };

/**
 * Asks for the actions of policies, one for each alert and action, in the caller's transaction. Each is asked for once, whatever is
 * replayed. What cannot be done is stored as FAILED with its reason; what is above the policy's daily cap waits for approval; of
 * contradictory actions the stronger one stays; what responds to something from before a restore of the database may have been done then, and waits
 * as well. Returns the actions that changed and system alerts that were raised: the caller announces
 * both when it has nothing else to write.
 */
export async function requestPolicyActions(
  tx: Db,
  core: Core,
  alerts: readonly PolicyAlert[],
): Promise<{ actions: ActionKey[]; raised: Raised[] }> {
  const policies = new Map(
    alerts.filter(({ policy }) => policy.actions.length > 0).map(({ policy }) => [policy.id, policy]),
  );
  if (policies.size === 0) return { actions: [], raised: [] };
  const caps = await lockCaps(tx, [...policies.keys()]);
  const requests = alerts.filter(({ policy }) => caps.has(policy.id)).flatMap(requestsOf);
  const earlier = await earlierActions(tx, requests);
  const fresh = requests.filter(({ instanceId, idempotencyKey }) => !earlier.has(`${instanceId} ${idempotencyKey}`));
  if (fresh.length === 0) return { actions: [], raised: [] };

  const actions = await checked(tx, core, fresh, policies);
  await endContradictions(tx, actions);
  await holdRepeats(tx, core, actions);
  await holdBack(tx, core, actions, caps);
  const cancelled = await cancelWeaker(
    tx,
    core,
    actions.filter(({ status }) => status === "QUEUED"),
  );
  const stored = await storeActions(
    tx,
    core,
    actions.map((action) => ({
      ...action,
      startAfter: isCollected(action) ? digestDue(action.parameters, core.now()) : undefined,
    })),
  );
  const superseded = await supersedeIncluded(tx, core, actions);
  await audit(tx, actions, policies);
  const added = stored.filter(({ isNew }) => isNew).map(({ instanceId, id }) => ({ instanceId, id }));
  return {
    actions: [...cancelled, ...superseded, ...added],
    raised: await tellHeldBack(tx, core, actions, policies, caps),
  };
}

/**
 * Caps by policy, locked until the caller commits, so that two transactions cannot both take the last place under a cap. Not by the
 * policies' rows: who deletes one waits for the alerts of this transaction, and the two would wait for each other. A policy that was
 * deleted meanwhile is not there.
 */
async function lockCaps(tx: Db, ids: readonly number[]): Promise<Map<number, number>> {
  const sql = rawSql(tx);
  for (const id of [...ids].sort((a, b) => a - b))
    await sql`select pg_advisory_xact_lock(hashtextextended(${`governance cap ${id}`}, 0))`;
  const rows = await sql<{ id: number; cap: number }[]>`
    select id, max_targets_per_day as cap from policies where id = any(${[...ids]}::int[])`;
  return new Map(rows.map(({ id, cap }) => [id, cap]));
}

function requestsOf({ policy, alert, userId, oauthAppId, fileId, occurredAt, matchId }: PolicyAlert): PolicyRequest[] {
  const occasion = matchId === undefined ? `alert/${alert.id}` : `match/${matchId}`;
  const seen = new Map<string, number>();
  return policy.actions.map(({ kind, parameters }) => {
    const nth = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, nth);
    const target = onlyTarget(kind, { userId, oauthAppId, fileId });
    const named = target.userId ?? target.oauthAppId ?? target.fileId ?? "";
    return {
      kind,
      instanceId: alert.instanceId,
      alertId: alert.id,
      policyId: policy.id,
      occurredAt,
      ...target,
      parameters,
      // Two mails of one policy may differ in their addressees only.
      idempotencyKey: `policy/${policy.id}/${occasion}/${kind}${nth > 1 ? `#${nth}` : ""}/${named}`,
    };
  });
}

/** The same checks as for a person; a failure is noted and stops nothing. */
async function checked(
  tx: Db,
  core: Core,
  requests: readonly PolicyRequest[],
  policies: ReadonlyMap<number, Policy>,
): Promise<(NewAction & PolicyRequest)[]> {
  const targets = await loadTargets(tx, requests);
  return requests.map((request) => {
    const requestedBy = nameOf(policies.get(request.policyId) as Policy);
    try {
      const plan = planAction(core, targets, request);
      return { ...request, ...plan, policyId: request.policyId, status: "QUEUED" as const, requestedBy, error: null };
    } catch (error) {
      if (!(error instanceof GatehouseError)) throw error;
      return { ...request, status: "FAILED" as const, requestedBy, error: error.message };
    }
  });
}

/** Of two policies that want opposite things, or of one against what waits already, the weaker ends here. */
async function endContradictions(tx: Db, actions: NewAction[]): Promise<void> {
  const waiting = await strongerWaiting(tx, actions);
  const possible = actions.filter(({ status }) => status === "QUEUED");
  const asked = new Set(possible.map((action) => `${action.kind} ${targetKey(action)}`));
  for (const action of possible) {
    const stronger = strongerOpposite(action.kind);
    if (!stronger || !(waiting.has(targetKey(action)) || asked.has(`${stronger} ${targetKey(action)}`))) continue;
    action.status = "CANCELLED";
    action.error = `${stronger} was requested and includes this action.`;
  }
}

/** The database that was lost may have known of these, and of what was done. */
async function holdRepeats(tx: Db, core: Pick<Core, "now">, actions: (NewAction & PolicyRequest)[]): Promise<void> {
  const restored = await restoredAt(rawSql(tx));
  for (const action of actions) {
    if (action.status !== "QUEUED" || !mayRepeat(restored, action.occurredAt, core.now())) continue;
    action.status = "AWAITING_APPROVAL";
    action.error = repeatReason;
  }
}

const repeatReason =
  "It responds to something from before the database was restored from a backup, and may have been carried out then. Approve it to carry it out now, or cancel it.";

/** Above a policy's cap of targets a day (UTC, over all instances) actions wait for a person. Further actions on a target within it go ahead. */
async function holdBack(
  tx: Db,
  core: Pick<Core, "now">,
  actions: (NewAction & PolicyRequest)[],
  caps: ReadonlyMap<number, number>,
): Promise<void> {
  const midnight = new Date(core.now());
  midnight.setUTCHours(0, 0, 0, 0);
  const today = await rawSql(tx)<(ActionRequest & { policyId: number })[]>`
    select distinct policy_id as "policyId", instance_id as "instanceId", user_id as "userId", oauth_app_id as "oauthAppId", file_id as "fileId",
      case when coalesce(user_id, oauth_app_id, file_id) is null then alert_id end as "alertId"
    from governance_actions
    where policy_id = any(${[...caps.keys()]}::int[]) and created_at >= ${midnight.toISOString()}::timestamptz
      and (attempts > 0 or status in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'REVERTED'))`;
  const acted = new Map([...caps.keys()].map((id) => [id, new Set<string>()]));
  for (const action of today) acted.get(action.policyId)?.add(capKey(action));
  for (const action of actions) {
    if (action.status !== "QUEUED") continue;
    const targets = acted.get(action.policyId) as Set<string>;
    const cap = caps.get(action.policyId) as number;
    const key = capKey(action);
    if (targets.has(key) || targets.size < cap) targets.add(key);
    else {
      action.status = "AWAITING_APPROVAL";
      action.error = `The policy acts on ${cap} targets a day by itself; this one is above that and waits for approval.`;
    }
  }
}

/** What counts once: an account, app or file; where none is named, the alert. */
function capKey({ instanceId, userId, oauthAppId, fileId, alertId }: ActionRequest): string {
  const named = userId ?? oauthAppId ?? fileId ?? null;
  return named === null
    ? `${instanceId} alert ${alertId}`
    : `${instanceId} ${userId ?? ""} ${oauthAppId ?? ""} ${fileId ?? ""}`;
}

/** Nobody watches a queue that is usually empty: an alert reports that something is in it. */
function tellHeldBack(
  tx: Db,
  core: Pick<Core, "now">,
  actions: readonly (NewAction & PolicyRequest)[],
  policies: ReadonlyMap<number, Policy>,
  caps: ReadonlyMap<number, number>,
): Promise<Raised[]> {
  const waiting = actions.filter(({ status }) => status === "AWAITING_APPROVAL");
  const held = [...Map.groupBy(waiting, ({ policyId, instanceId }) => `${policyId}/${instanceId}`).values()].map(
    ([first, ...others]) => {
      const { policyId, instanceId } = first as PolicyRequest;
      return {
        policy: policies.get(policyId) as Policy,
        instanceId,
        cap: first?.error === repeatReason ? 0 : (caps.get(policyId) as number),
        count: others.length + 1,
      };
    },
  );
  return alertCapReached(tx, held, core.now());
}

async function audit(
  tx: Db,
  actions: readonly (NewAction & PolicyRequest)[],
  policies: ReadonlyMap<number, Policy>,
): Promise<void> {
  for (const [id, asked] of Map.groupBy(actions, ({ policyId }) => policyId)) {
    const byStatus = Map.groupBy(asked, ({ status }) => status);
    await recordAudit(
      tx,
      { ...systemViewer, id: `policy/${id}`, name: nameOf(policies.get(id) as Policy) },
      {
        action: "governance.request",
        target: `policy/${id}`,
        after: Object.fromEntries([...byStatus].map(([status, of]) => [status, of.length])),
        result: "ok",
      },
    );
  }
}

function nameOf({ name }: Policy): string {
  return `policy: ${name}`;
}
