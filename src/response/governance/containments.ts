import type { Fragment, Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import type { ContainmentStep, GovernanceActionStatus } from "#db/tables/governance.ts";
import { maySee, type Viewer, visibleInstances } from "#src/access/viewer.ts";
import type { KeysetList } from "#src/query/keyset.ts";

export type ContainmentStatus =
  | "AWAITING_APPROVAL"
  | "RUNNING"
  | "SUCCEEDED"
  | "PARTIAL"
  | "FAILED"
  | "REVERTING"
  | "REVERTED"
  | "PARTIALLY_REVERTED";

export interface ContainmentRow {
  id: number;
  identityId: number | null;
  email: string;
  reason: string | null;
  steps: ContainmentStep[];
  requestedBy: string;
  approvedBy: string | null;
  createdAt: string;
  revertedBy: string | null;
  revertedAt: string | null;
}

/** An action of a containment, and the one that undoes it. */
export interface StepState {
  instanceId: number;
  id: number;
  status: GovernanceActionStatus;
  reversalId: number | null;
  reversalStatus: GovernanceActionStatus | null;
}

const columns = (sql: Sql) => sql`
  c.id::float8 as id, c.identity_id::float8 as "identityId", c.email, c.reason, c.steps, c.requested_by as "requestedBy", c.approved_by as "approvedBy",
  c.created_at as "createdAt", c.reverted_by as "revertedBy", c.reverted_at as "revertedAt"`;

/** Containments of which the viewer may see an account, newest first. */
export function containmentList(db: Db, viewer: Viewer, { open }: { open?: boolean | null }): KeysetList {
  const sql = rawSql(db);
  const state = open == null ? sql`true` : open ? sql`c.reverted_at is null` : sql`c.reverted_at is not null`;
  return {
    columns: columns(sql),
    from: sql`from containments c`,
    where: sql`${visible(sql, viewer)} and ${state}`,
    key: [sql`c.id`],
    keyTypes: ["bigint"],
    keyNames: ["id"],
    descending: true,
  };
}

export async function loadContainments(
  db: Db,
  viewer: Viewer,
  ids: readonly number[],
): Promise<(ContainmentRow | null)[]> {
  const sql = rawSql(db);
  const rows = await sql<ContainmentRow[]>`
    select ${columns(sql)} from containments c where ${visible(sql, viewer)} and c.id = any(${[...ids]}::bigint[])`;
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => mine(viewer, byId.get(id) ?? null));
}

/** Those of each person, newest first; the newest hundred. */
export async function loadContainmentsOf(
  db: Db,
  viewer: Viewer,
  identityIds: readonly number[],
): Promise<ContainmentRow[][]> {
  const sql = rawSql(db);
  const rows = await sql<ContainmentRow[]>`
    select found.* from unnest(${[...identityIds]}::bigint[]) as p(id) cross join lateral (
      select ${columns(sql)} from containments c where ${visible(sql, viewer)} and c.identity_id = p.id order by c.id desc limit 100) found`;
  return identityIds.map((id) => rows.filter((row) => row.identityId === id).map((row) => mine(viewer, row)!));
}

/** Without the steps in instances that the viewer may not see. */
export function mine(viewer: Viewer, row: ContainmentRow | null): ContainmentRow | null {
  return row && { ...row, steps: row.steps.filter(({ instanceId }) => maySee(viewer, instanceId)) };
}

function visible(sql: Sql, viewer: Viewer): Fragment {
  const instances = visibleInstances(viewer);
  if (instances === null) return sql`true`;
  return sql`exists (select 1 from jsonb_array_elements(c.steps) s where (s->>'instanceId')::int = any(${instances}::int[]))`;
}

/** What became of the actions of each containment. */
export async function loadStepStates(db: Db, ids: readonly number[]): Promise<StepState[][]> {
  const rows = await rawSql(db)<(StepState & { containmentId: number })[]>`
    select g.containment_id::float8 as "containmentId", g.instance_id as "instanceId", g.id::float8 as id, g.status, r.id::float8 as "reversalId",
      r.status as "reversalStatus"
    from governance_actions g left join governance_actions r on r.instance_id = g.instance_id and r.reverts_id = g.id
    where g.containment_id = any(${[...ids]}::bigint[]) and g.reverts_id is null order by g.id, r.id`;
  return ids.map((id) => rows.filter((row) => row.containmentId === id));
}

const isOpen = (status: GovernanceActionStatus | null) => status === "QUEUED" || status === "RUNNING";

/**
 * Where a containment stands, or the part of it that concerns one account. An account that its app does not let us suspend leaves it PARTIAL; what
 * is done about sessions and apps does not, where there is no way to do it.
 */
export function containmentStatus(
  steps: readonly ContainmentStep[],
  states: readonly StepState[],
  isReverted: boolean,
): ContainmentStatus {
  const wanted = new Set(steps.map(({ instanceId, actionId }) => `${instanceId}/${actionId}`));
  const own = states.filter(({ instanceId, id }) => wanted.has(`${instanceId}/${id}`));
  if (isReverted) {
    const isUndone = own.every(({ status, reversalStatus }) => !isOpen(status) && !isOpen(reversalStatus));
    if (!isUndone) return "REVERTING";
    const left = own.some(
      ({ reversalStatus }) =>
        reversalStatus !== null && reversalStatus !== "SUCCEEDED" && reversalStatus !== "REVERTED",
    );
    return left ? "PARTIALLY_REVERTED" : "REVERTED";
  }
  if (own.some(({ status }) => isOpen(status))) return "RUNNING";
  if (own.some(({ status }) => status === "AWAITING_APPROVAL")) return "AWAITING_APPROVAL";
  if (!own.some(({ status }) => status === "SUCCEEDED")) return "FAILED";
  const isWhole = own.every(({ status }) => status === "SUCCEEDED");
  const isCovered = steps.every(({ goal, gap }) => goal !== "SUSPEND" || gap === null);
  return isWhole && isCovered ? "SUCCEEDED" : "PARTIAL";
}
