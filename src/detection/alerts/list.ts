import type { Fragment, Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import type { AlertStatus } from "#db/tables/alerts.ts";
import { type Viewer, visibleInstances } from "#src/access/viewer.ts";
import type { AccountKey, ActivityKey } from "#src/query/ids.ts";
import type { KeysetList } from "#src/query/keyset.ts";
import { containing } from "#src/query/paging.ts";

export interface AlertRow {
  instanceId: number;
  id: number;
  kind: "POLICY" | "SYSTEM";
  policyId: number | null;
  userId: string | null;
  oauthAppId: string | null;
  fileId: string | null;
  severity: string;
  status: AlertStatus;
  title: string;
  explanation: unknown;
  evidence: [number, string][];
  occurrences: number;
  lastOccurredAt: string;
  createdAt: string;
  updatedAt: string;
  assignee: string | null;
  resolution: string | null;
  changePosition: number;
}

export interface AlertFilter {
  kind?: string[] | null;
  instanceIds?: number[] | null;
  connectorSlugs?: string[] | null;
  userIds?: AccountKey[] | null;
  policyIds?: number[] | null;
  severity?: string[] | null;
  status?: string[] | null;
  createdFrom?: Date | null;
  createdTo?: Date | null;
  search?: string | null;
}

const alertColumns = (sql: Sql) => sql`
  t.instance_id as "instanceId", t.id::float8 as id, t.kind, t.policy_id as "policyId", t.user_id as "userId", t.oauth_app_id as "oauthAppId", t.file_id as "fileId", t.severity, t.status,
  t.title, t.explanation, t.evidence, t.occurrences, t.last_occurred_at as "lastOccurredAt", t.created_at as "createdAt", t.updated_at as "updatedAt", t.assignee,
  t.resolution, t.change_position::float8 as "changePosition"`;

/** Alerts, newest first. As a nested list: those of a policy (the parent's external id is its number). */
export function alertList(db: Db, viewer: Viewer, filter: AlertFilter | null): KeysetList {
  const sql = rawSql(db);
  return {
    columns: alertColumns(sql),
    from: sql`from alerts t`,
    where: whereAlerts(sql, viewer, filter),
    key: [sql`t.id`],
    keyTypes: ["bigint"],
    keyNames: ["id"],
    descending: true,
    onParent: sql`t.policy_id = p.external_id::int`,
  };
}

export interface AlertKey {
  instanceId: number;
  id: number;
}

/** Rows by key, in the order asked for; null where there is none, it is not the viewer's, or it does not pass the filter. */
export async function loadAlerts(
  db: Db,
  viewer: Viewer,
  keys: readonly AlertKey[],
  filter: AlertFilter | null = null,
): Promise<(AlertRow | null)[]> {
  const sql = rawSql(db);
  const rows = await sql<AlertRow[]>`
    select ${alertColumns(sql)} from alerts t where ${whereAlerts(sql, viewer, filter)}
      and (t.instance_id, t.id) in (select * from unnest(${keys.map((key) => key.instanceId)}::int[], ${keys.map((key) => key.id)}::bigint[]))`;
  const byKey = new Map(rows.map((row) => [`${row.instanceId}/${row.id}`, row]));
  return keys.map((key) => byKey.get(`${key.instanceId}/${key.id}`) ?? null);
}

/** Alerts that activities count for, by activity; in the order of the keys. */
export async function loadAlertsOfActivities(
  db: Db,
  viewer: Viewer,
  keys: readonly ActivityKey[],
): Promise<AlertRow[][]> {
  const sql = rawSql(db);
  const rows = await sql<(AlertRow & { n: number })[]>`
    select distinct on (k.n, t.id) k.n::int as n, ${alertColumns(sql)}
    from unnest(${keys.map((key) => key.instanceId)}::int[], ${keys.map((key) => key.occurredAt.toISOString())}::text[]::timestamptz[],
      ${keys.map((key) => key.externalId)}::text[]) with ordinality as k(instance_id, occurred_at, external_id, n)
    join policy_matches m on m.instance_id = k.instance_id and m.occurred_at = k.occurred_at and m.external_id = k.external_id
    join alerts t on t.instance_id = m.instance_id and t.id = m.alert_id
    where ${whereAlerts(sql, viewer, null)} order by k.n, t.id`;
  return keys.map((_, index) => rows.filter(({ n }) => n === index + 1).map(({ n: _n, ...row }) => row));
}

function whereAlerts(sql: Sql, viewer: Viewer, filter: AlertFilter | null): Fragment {
  const instances = visibleInstances(viewer, filter?.instanceIds);
  const conditions = [instances === null ? sql`true` : sql`t.instance_id = any(${instances}::int[])`];
  if (filter?.kind) conditions.push(sql`t.kind = any(${filter.kind})`);
  if (filter?.connectorSlugs)
    conditions.push(
      sql`t.instance_id in (select id from instances where connector_slug = any(${filter.connectorSlugs}))`,
    );
  if (filter?.userIds) {
    conditions.push(sql`(t.instance_id, t.user_id) in (select * from unnest(${filter.userIds.map((key) => key.instanceId)}::int[],
      ${filter.userIds.map((key) => key.externalId)}::text[]))`);
  }
  if (filter?.policyIds) conditions.push(sql`t.policy_id = any(${filter.policyIds}::int[])`);
  if (filter?.severity) conditions.push(sql`t.severity = any(${filter.severity})`);
  if (filter?.status) conditions.push(sql`t.status = any(${filter.status})`);
  if (filter?.createdFrom) conditions.push(sql`t.created_at >= ${filter.createdFrom.toISOString()}::timestamptz`);
  if (filter?.createdTo) conditions.push(sql`t.created_at < ${filter.createdTo.toISOString()}::timestamptz`);
  if (filter?.search != null) conditions.push(sql`t.title ilike ${containing(filter.search)}`);
  return conditions.reduce((all, one) => sql`${all} and ${one}`);
}
