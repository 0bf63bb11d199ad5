import { type Db, rawSql } from "#db/client.ts";
import type { GovernanceActionStatus } from "#db/tables/governance.ts";
import type { Core } from "#src/core.ts";
import { strongerOpposite, weakerOpposite } from "#src/detection/policies/action-kinds.ts";
import { enqueue, enqueueAll } from "#src/platform/queue.ts";
import { postgresJson } from "#src/platform/text.ts";
import type { ActionKey } from "./list.ts";
import type { ActionRequest } from "./plan.ts";

/** An action to be stored as it stands. */
export interface NewAction extends ActionRequest {
  status: Extract<GovernanceActionStatus, "QUEUED" | "AWAITING_APPROVAL" | "FAILED" | "CANCELLED">;
  requestedBy: string;
  /** Why it failed, waits or was cancelled. */
  error: string | null;
  /** When a worker takes it. Default: at once. */
  startAfter?: Date | undefined;
}

/**
 * Stores actions and queues those that are QUEUED, in the caller's transaction and in few statements however many they are. What was asked
 * for before with the same idempotency key stays the only one. Returns the action of each, in order, and whether it is new.
 */
export async function storeActions(
  tx: Db,
  core: Pick<Core, "boss" | "now">,
  actions: readonly NewAction[],
): Promise<(ActionKey & { isNew: boolean })[]> {
  if (actions.length === 0) return [];
  const sql = rawSql(tx);
  const column = <T>(pick: (action: NewAction) => T) => actions.map(pick);
  const now = core.now().toISOString();
  const inserted = await sql<{ n: number; id: string }[]>`
    with asked as (
      select *, nextval(pg_get_serial_sequence('governance_actions', 'id')) as id from unnest(
        ${column(({ instanceId }) => instanceId)}::int[], ${column(({ kind }) => kind)}::text[], ${column(({ status }) => status)}::text[],
        ${column(({ userId }) => userId ?? null)}::text[], ${column(({ oauthAppId }) => oauthAppId ?? null)}::text[], ${column(({ fileId }) => fileId ?? null)}::text[],
        ${column(({ parameters }) => postgresJson(parameters ?? {}))}::text[], ${column(({ requestedBy }) => requestedBy)}::text[],
        ${column(({ alertId }) => alertId ?? null)}::bigint[], ${column(({ policyId }) => policyId ?? null)}::int[], ${column(({ revertsId }) => revertsId ?? null)}::bigint[],
        ${column(({ idempotencyKey }) => idempotencyKey ?? null)}::text[], ${column(({ error }) => error)}::text[], ${column(({ containmentId }) => containmentId ?? null)}::bigint[]
      ) with ordinality as t(instance_id, kind, status, user_id, oauth_app_id, file_id, parameters, requested_by, alert_id, policy_id, reverts_id,
        idempotency_key, error, containment_id, n)
    ), stored as (
      insert into governance_actions (instance_id, id, kind, status, user_id, oauth_app_id, file_id, parameters, requested_by, alert_id, policy_id,
        reverts_id, idempotency_key, error, containment_id, created_at, finished_at)
      overriding system value
      select instance_id, id, kind, status, user_id, oauth_app_id, file_id, parameters::jsonb, requested_by, alert_id, policy_id, reverts_id, idempotency_key,
        error, containment_id, ${now}::timestamptz, case when status in ('FAILED', 'CANCELLED') then ${now}::timestamptz end
      from asked order by n
      on conflict do nothing
      returning id
    )
    select a.n::int as n, s.id from stored s join asked a using (id)`;
  const ids = new Map(inserted.map(({ n, id }) => [n - 1, Number(id)]));
  const earlier = await earlierActions(
    tx,
    actions.filter((_, index) => !ids.has(index)),
  );
  const stored = actions.map((action, index) => {
    const id = ids.get(index);
    if (id !== undefined) return { instanceId: action.instanceId, id, isNew: true };
    return {
      instanceId: action.instanceId,
      id: earlier.get(`${action.instanceId} ${action.idempotencyKey}`)!,
      isNew: false,
    };
  });
  await queueActions(
    tx,
    core,
    stored.flatMap((key, index) => {
      const { status, startAfter } = actions[index]!;
      return key.isNew && status === "QUEUED" ? [{ ...key, startAfter }] : [];
    }),
  );
  return stored;
}

/** Ids of actions asked for before, by `instance key`. */
export async function earlierActions(
  tx: Db,
  asked: readonly Pick<ActionRequest, "instanceId" | "idempotencyKey">[],
): Promise<Map<string, number>> {
  const keyed = asked.filter(({ idempotencyKey }) => idempotencyKey != null);
  if (keyed.length === 0) return new Map();
  const rows = await rawSql(tx)<{ instanceId: number; key: string; id: string }[]>`
    select instance_id as "instanceId", idempotency_key as key, id from governance_actions where (instance_id, idempotency_key) in (
      select * from unnest(${keyed.map(({ instanceId }) => instanceId)}::int[], ${keyed.map(({ idempotencyKey }) => idempotencyKey as string)}::text[]))`;
  return new Map(rows.map(({ instanceId, key, id }) => [`${instanceId} ${key}`, Number(id)]));
}

/** Hands actions to the workers. */
export async function queueActions(
  tx: Db,
  core: Pick<Core, "boss">,
  actions: readonly (ActionKey & { startAfter?: Date | undefined })[],
): Promise<void> {
  await enqueueAll(
    core.boss,
    tx,
    "governance.run",
    actions.map(({ instanceId, id, startAfter }) => ({
      payload: { instanceId, actionId: id },
      key: `${instanceId}/${id}/0`,
      group: String(instanceId),
      ...(startAfter ? { startAfter } : {}),
    })),
  );
}

/** Hands one to the workers again, later. `turn` distinguishes it from the run that is just ending, whose key is still taken. */
export async function requeueAction(
  tx: Db,
  core: Pick<Core, "boss">,
  { instanceId, id }: ActionKey,
  startAfter: Date,
  turn: string,
): Promise<void> {
  await enqueue(
    core.boss,
    tx,
    "governance.run",
    { instanceId, actionId: id },
    { key: `${instanceId}/${id}/${turn}`, group: String(instanceId), startAfter },
  );
}

type Target = Pick<ActionRequest, "kind" | "instanceId" | "userId" | "oauthAppId" | "fileId">;

/** What an action and its twin share. */
export function targetKey({ instanceId, userId, oauthAppId, fileId }: Omit<Target, "kind">): string {
  return `${instanceId}/${userId ?? ""}/${oauthAppId ?? ""}/${fileId ?? ""}`;
}

/** Which of these are opposed by a stronger action on the same target that waits or runs: that one's kind by `targetKey`. */
export async function strongerWaiting(tx: Db, actions: readonly Target[]): Promise<Map<string, string>> {
  const weak = actions.filter(({ kind }) => strongerOpposite(kind) !== undefined);
  if (weak.length === 0) return new Map();
  const rows = await rawSql(tx)<(Target & { n: number })[]>`
    select g.instance_id as "instanceId", g.user_id as "userId", g.oauth_app_id as "oauthAppId", g.file_id as "fileId", g.kind
    from unnest(${weak.map(({ instanceId }) => instanceId)}::int[], ${weak.map(({ userId }) => userId ?? null)}::text[],
      ${weak.map(({ oauthAppId }) => oauthAppId ?? null)}::text[], ${weak.map(({ fileId }) => fileId ?? null)}::text[],
      ${weak.map(({ kind }) => strongerOpposite(kind) as string)}::text[]) as w(instance_id, user_id, oauth_app_id, file_id, kind)
    join governance_actions g on g.instance_id = w.instance_id and g.kind = w.kind and g.status in ('AWAITING_APPROVAL', 'QUEUED', 'RUNNING')
      and g.user_id is not distinct from w.user_id and g.oauth_app_id is not distinct from w.oauth_app_id
      and g.file_id is not distinct from w.file_id`;
  return new Map(rows.map((row) => [targetKey(row), row.kind]));
}

/** Cancels waiting actions that a broader action of the same target makes redundant. Returns what was cancelled. */
export async function cancelWeaker(tx: Db, core: Pick<Core, "now">, actions: readonly Target[]): Promise<ActionKey[]> {
  const strong = actions.filter(({ kind }) => kind in weakerOpposite);
  if (strong.length === 0) return [];
  const rows = await rawSql(tx)<{ instanceId: number; id: string }[]>`
    update governance_actions g set status = 'CANCELLED', finished_at = ${core.now().toISOString()}::timestamptz,
      error = s.kind || ' was requested and includes this action.'
    from unnest(${strong.map(({ instanceId }) => instanceId)}::int[], ${strong.map(({ userId }) => userId ?? null)}::text[],
      ${strong.map(({ oauthAppId }) => oauthAppId ?? null)}::text[], ${strong.map(({ fileId }) => fileId ?? null)}::text[],
      ${strong.map(({ kind }) => kind)}::text[], ${strong.map(({ kind }) => weakerOpposite[kind as keyof typeof weakerOpposite] as string)}::text[])
      as s(instance_id, user_id, oauth_app_id, file_id, kind, weaker)
    where g.instance_id = s.instance_id and g.kind = s.weaker and g.status in ('AWAITING_APPROVAL', 'QUEUED')
      and g.user_id is not distinct from s.user_id and g.oauth_app_id is not distinct from s.oauth_app_id
      and g.file_id is not distinct from s.file_id
    returning g.instance_id as "instanceId", g.id`;
  return rows.map(({ instanceId, id }) => ({ instanceId, id: Number(id) }));
}
