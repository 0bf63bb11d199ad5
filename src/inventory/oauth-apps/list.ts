import type { Fragment, Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import { systemViewer, type Viewer, visibleInstances } from "#src/access/viewer.ts";
import type { AccountKey } from "#src/query/ids.ts";
import type { KeysetList } from "#src/query/keyset.ts";
import { containing } from "#src/query/paging.ts";

export interface OAuthAppRow {
  instanceId: number;
  externalId: string;
  name: string;
  publisher: string | null;
  publisherVerified: boolean | null;
  scopes: string[];
  permissionLevel: string;
  state: string;
  lastAuthorizedAt: string | null;
  lastUsedAt: string | null;
}

export interface OAuthAppFilter {
  instanceIds?: number[] | null;
  permissionLevels?: string[] | null;
  states?: string[] | null;
  scopes?: string[] | null;
  minUsers?: number | null;
  search?: string | null;
}

const appColumns = (sql: Sql) => sql`
  o.instance_id as "instanceId", o.external_id as "externalId", o.name, o.publisher, o.publisher_verified as "publisherVerified", o.scopes,
  o.permission_level as "permissionLevel", o.state, o.last_authorized_at as "lastAuthorizedAt", o.last_used_at as "lastUsedAt"`;

/** Apps by instance and the app's id there. */
export function oauthAppList(db: Db, viewer: Viewer, filter: OAuthAppFilter | null): KeysetList {
  const sql = rawSql(db);
  return {
    columns: appColumns(sql),
    from: sql`from oauth_apps o`,
    where: whereApps(sql, viewer, filter),
    key: [sql`o.instance_id`, sql`o.external_id`],
    keyTypes: ["int", "text"],
    keyNames: ["instanceId", "externalId"],
    descending: false,
  };
}

export async function loadOAuthApps(
  db: Db,
  viewer: Viewer,
  keys: readonly AccountKey[],
): Promise<(OAuthAppRow | null)[]> {
  const sql = rawSql(db);
  const rows = await sql<OAuthAppRow[]>`
    select ${appColumns(sql)} from oauth_apps o where ${whereApps(sql, viewer, null)}
      and (o.instance_id, o.external_id) in (select * from unnest(${keys.map((key) => key.instanceId)}::int[], ${keys.map((key) => key.externalId)}::text[]))`;
  const byKey = new Map(rows.map((row) => [`${row.instanceId}/${row.externalId}`, row]));
  return keys.map((key) => byKey.get(`${key.instanceId}/${key.externalId}`) ?? null);
}

/** Apps of one instance that pass a filter. */
export async function loadMatchingApps(sql: Sql, instanceId: number, filter: OAuthAppFilter): Promise<OAuthAppRow[]> {
  return sql<OAuthAppRow[]>`
    select ${appColumns(sql)} from oauth_apps o where o.instance_id = ${instanceId} and ${whereApps(sql, systemViewer, filter)} order by o.external_id`;
}

/** How many accounts granted each app. */
export async function countGrants(db: Db, apps: readonly AccountKey[]): Promise<number[]> {
  const sql = rawSql(db);
  const rows = await sql<{ instanceId: number; appId: string; count: number }[]>`
    select g.instance_id as "instanceId", g.app_id as "appId", count(*)::int as count from oauth_grants g
    where (g.instance_id, g.app_id) in (select * from unnest(${apps.map((key) => key.instanceId)}::int[], ${apps.map((key) => key.externalId)}::text[])) group by 1, 2`;
  const byKey = new Map(rows.map((row) => [`${row.instanceId}/${row.appId}`, row.count]));
  return apps.map((key) => byKey.get(`${key.instanceId}/${key.externalId}`) ?? 0);
}

function whereApps(sql: Sql, viewer: Viewer, filter: OAuthAppFilter | null): Fragment {
  const instances = visibleInstances(viewer, filter?.instanceIds);
  const conditions = [instances === null ? sql`true` : sql`o.instance_id = any(${instances}::int[])`];
  if (filter?.permissionLevels) conditions.push(sql`o.permission_level = any(${filter.permissionLevels})`);
  if (filter?.states) conditions.push(sql`o.state = any(${filter.states})`);
  if (filter?.scopes) conditions.push(sql`o.scopes && ${filter.scopes}::text[]`);
  if (filter?.minUsers != null)
    conditions.push(
      sql`(select count(*) from oauth_grants g where g.instance_id = o.instance_id and g.app_id = o.external_id) >= ${filter.minUsers}`,
    );
  if (filter?.search != null)
    conditions.push(sql`(o.name ilike ${containing(filter.search)} or o.publisher ilike ${containing(filter.search)})`);
  return conditions.reduce((all, one) => sql`${all} and ${one}`);
}
