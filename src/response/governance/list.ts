import type { Fragment, Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import type { GovernanceActionStatus } from "#db/tables/governance.ts";
import { type Viewer, visibleInstances } from "#src/access/viewer.ts";
import type { AccountKey } from "#src/query/ids.ts";
import type { KeysetList } from "#src/query/keyset.ts";

export interface GovernanceActionRow {
  instanceId: number;
  id: number;
  kind: string;
  status: GovernanceActionStatus;
  userId: string | null;
  oauthAppId: string | null;
  fileId: string | null;
  parameters: Record<string, unknown>;
  requestedBy: string;
  alertId: number | null;
  policyId: number | null;
  containmentId: number | null;
  /** The stronger action on the file that it gave way to. */
  supersededBy: number | null;
  connectorSlug: string;
  attempts: number;
  createdAt: string;
  finishedAt: string | null;
  error: string | null;
  changed: "YES" | "NO" | null;
  /** When the app, which works on it, is asked next; null: it is not waited for. */
  checkAt: string | null;
  changePosition: number;
}

export interface GovernanceActionFilter {
  kinds?: string[] | null;
  status?: GovernanceActionStatus[] | null;
  instanceIds?: number[] | null;
  userIds?: AccountKey[] | null;
  policyIds?: number[] | null;
  containmentIds?: number[] | null;
  requestedBy?: string | null;
  from?: Date | null;
  to?: Date | null;
}

const columns = (sql: Sql) => sql`
  g.instance_id as "instanceId", g.id::float8 as id, g.kind, g.status, g.user_id as "userId", g.oauth_app_id as "oauthAppId", g.file_id as "fileId", g.parameters,
  g.requested_by as "requestedBy", g.alert_id::float8 as "alertId", g.policy_id as "policyId", g.containment_id::float8 as "containmentId", g.superseded_by::float8 as "supersededBy", i.connector_slug as "connectorSlug", g.attempts,
  g.created_at as "createdAt", g.finished_at as "finishedAt", g.check_at as "checkAt", g.error, g.changed, g.change_position::float8 as "changePosition"`;

/** Governance actions, newest first. As a nested list: those of a file, or of an alert, whose number is the parent's external id. */
export function governanceActionList(
  db: Db,
  viewer: Viewer,
  filter: GovernanceActionFilter | null,
  of: "file" | "alert" = "file",
): KeysetList {
  const sql = rawSql(db);
  const parents = { file: sql`g.file_id = p.external_id`, alert: sql`g.alert_id = p.external_id::bigint` };
  return {
    columns: columns(sql),
    from: sql`from governance_actions g join instances i on i.id = g.instance_id`,
    where: where(sql, viewer, filter),
    key: [sql`g.id`],
    keyTypes: ["bigint"],
    keyNames: ["id"],
    descending: true,
    onParent: sql`g.instance_id = p.instance_id and ${parents[of]}`,
  };
}

export interface ActionKey {
  instanceId: number;
  id: number;
}

/** Rows by key, in the order asked for; null where there is none for the viewer or the filter. */
export async function loadGovernanceActions(
  db: Db,
  viewer: Viewer,
  keys: readonly ActionKey[],
  filter: GovernanceActionFilter | null = null,
): Promise<(GovernanceActionRow | null)[]> {
  const sql = rawSql(db);
  const rows = await sql<GovernanceActionRow[]>`
    select ${columns(sql)} from governance_actions g join instances i on i.id = g.instance_id where ${where(sql, viewer, filter)}
      and (g.instance_id, g.id) in (select * from unnest(${keys.map((key) => key.instanceId)}::int[], ${keys.map((key) => key.id)}::bigint[]))`;
  const byKey = new Map(rows.map((row) => [`${row.instanceId}/${row.id}`, row]));
  return keys.map((key) => byKey.get(`${key.instanceId}/${key.id}`) ?? null);
}

function where(sql: Sql, viewer: Viewer, filter: GovernanceActionFilter | null): Fragment {
  const instances = visibleInstances(viewer, filter?.instanceIds);
  const conditions = [instances === null ? sql`true` : sql`g.instance_id = any(${instances}::int[])`];
  if (filter?.kinds) conditions.push(sql`g.kind = any(${filter.kinds})`);
  if (filter?.status) conditions.push(sql`g.status = any(${filter.status})`);
  if (filter?.userIds) {
    conditions.push(sql`(g.instance_id, g.user_id) in (select * from unnest(${filter.userIds.map((key) => key.instanceId)}::int[],
      ${filter.userIds.map((key) => key.externalId)}::text[]))`);
  }
  if (filter?.policyIds) conditions.push(sql`g.policy_id = any(${filter.policyIds}::int[])`);
  if (filter?.containmentIds) conditions.push(sql`g.containment_id = any(${filter.containmentIds}::bigint[])`);
  if (filter?.requestedBy != null) conditions.push(sql`g.requested_by = ${filter.requestedBy}`);
  if (filter?.from) conditions.push(sql`g.created_at >= ${filter.from.toISOString()}::timestamptz`);
  if (filter?.to) conditions.push(sql`g.created_at < ${filter.to.toISOString()}::timestamptz`);
  return conditions.reduce((all, one) => sql`${all} and ${one}`);
}
