import type { Fragment } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import { type Viewer, visibleInstances } from "#src/access/viewer.ts";
import type { AccountKey } from "#src/query/ids.ts";
import type { KeysetList } from "#src/query/keyset.ts";
import { containing } from "#src/query/paging.ts";
import { type Reading, readerOf } from "#src/query/reading.ts";
import { query, queryValues, sql } from "#src/query/sql.ts";
import { type UserRow, userTable } from "./row.ts";

export type { UserRow } from "./row.ts";

export interface UserFilter {
  instanceIds?: number[] | null;
  connectorSlugs?: string[] | null;
  status?: string[] | null;
  isAdmin?: boolean | null;
  isExternal?: boolean | null;
  types?: string[] | null;
  groupIds?: AccountKey[] | null;
  privilegeIds?: AccountKey[] | null;
  domains?: string[] | null;
  lastSeenBefore?: Date | null;
  lastSignInBefore?: Date | null;
  /** Of a person who has left. */
  terminated?: boolean | null;
  search?: string | null;
  not?: UserFilter | null;
}

/** Conditions and, for a nested list, what the accounts hang on: an instance, a group's members, an app's users. */
export interface UserScope {
  filter?: UserFilter | null;
  of?: "instance" | "group" | "oauthApp";
}

/** Accounts by instance and the app's id. */
export function userList(viewer: Viewer, scope: UserScope, reading: Reading = "all"): KeysetList {
  const parents = {
    instance: sql`u.instance_id = p.instance_id`,
    group: sql`u.instance_id = p.instance_id and exists (select from group_members m where m.instance_id = u.instance_id and m.group_id = p.external_id and m.user_id = u.external_id)`,
    oauthApp: sql`u.instance_id = p.instance_id and exists (select from oauth_grants g where g.instance_id = u.instance_id and g.app_id = p.external_id and g.user_id = u.external_id)`,
  };
  return {
    columns: readerOf(userTable, reading),
    from: sql`from users u`,
    where: [allowed(viewer), ...userConditions(scope.filter ?? {})].reduce((all, one) => sql`${all} and ${one}`),
    key: [sql`u.instance_id`, sql`u.external_id`],
    keyTypes: ["int", "text"],
    keyNames: ["instanceId", "externalId"],
    descending: false,
    onParent: parents[scope.of ?? "instance"],
  };
}

export function userSortKey(row: { instanceId: number; externalId: string }): [number, string] {
  return [row.instanceId, row.externalId];
}

/** Rows by key, in the order asked for; null where there is none or it is not the viewer's. */
export async function loadUsers(db: Db, viewer: Viewer, keys: readonly AccountKey[]): Promise<(UserRow | null)[]> {
  const reader = readerOf(userTable, "all");
  const rows = reader.rows(
    await queryValues(
      rawSql(db),
      sql`select ${reader.inner} from users u where ${allowed(viewer)}
      and (u.instance_id, u.external_id) in (select * from unnest(${keys.map((key) => key.instanceId)}::int[], ${keys.map((key) => key.externalId)}::text[]))`,
    ),
  );
  const byKey = new Map(rows.map((row) => [userSortKey(row).join("/"), row]));
  return keys.map((key) => byKey.get(`${key.instanceId}/${key.externalId}`) ?? null);
}

/** Accounts of each person that the viewer may see. */
export async function loadUsersOfIdentities(
  db: Db,
  viewer: Viewer,
  identityIds: readonly number[],
): Promise<UserRow[][]> {
  const reader = readerOf(userTable, "all");
  const rows = reader.rows(
    await queryValues(
      rawSql(db),
      sql`select ${reader.inner} from users u where ${allowed(viewer)} and u.identity_id = any(${[...identityIds]}::bigint[]) order by u.instance_id, u.external_id`,
    ),
  );
  return identityIds.map((id) => rows.filter((row) => row.identityId === id));
}

/** How many accounts of each instance are not deleted. */
export async function countUsers(db: Db, instanceIds: readonly number[]): Promise<Map<number, number>> {
  const rows = await query<{ id: number; count: number }>(
    rawSql(db),
    sql`select instance_id as id, count(*)::int as count from users where instance_id = any(${[...instanceIds]}::int[]) and status <> 'DELETED' group by instance_id`,
  );
  return new Map(rows.map((row) => [row.id, row.count]));
}

function allowed(viewer: Viewer): Fragment {
  const instances = visibleInstances(viewer);
  return instances === null ? sql`true` : sql`u.instance_id = any(${instances}::int[])`;
}

function userConditions(filter: UserFilter): Fragment[] {
  const conditions: Fragment[] = [];
  const add = (fragment: Fragment) => conditions.push(fragment);
  if (filter.instanceIds) add(sql`u.instance_id = any(${filter.instanceIds}::int[])`);
  if (filter.connectorSlugs)
    add(sql`u.instance_id in (select id from instances where connector_slug = any(${filter.connectorSlugs}))`);
  if (filter.status) add(sql`u.status = any(${filter.status})`);
  if (filter.isAdmin != null) add(sql`u.is_admin = ${filter.isAdmin}`);
  if (filter.isExternal != null) add(sql`u.is_external = ${filter.isExternal}`);
  if (filter.types) add(sql`u.type = any(${filter.types})`);
  if (filter.groupIds)
    add(
      sql`exists (select from group_members m where m.instance_id = u.instance_id and m.user_id = u.external_id and (m.instance_id, m.group_id) in ${keys(filter.groupIds)})`,
    );
  if (filter.privilegeIds)
    add(
      sql`exists (select from privilege_holders h where h.instance_id = u.instance_id and h.user_id = u.external_id and (h.instance_id, h.privilege_id) in ${keys(filter.privilegeIds)})`,
    );
  if (filter.domains)
    add(sql`split_part(lower(u.email), '@', 2) = any(${filter.domains.map((domain) => domain.toLowerCase())})`);
  if (filter.lastSeenBefore)
    add(sql`(u.last_seen_at is null or u.last_seen_at < ${filter.lastSeenBefore.toISOString()}::timestamptz)`);
  if (filter.lastSignInBefore)
    add(sql`(u.last_sign_in_at is null or u.last_sign_in_at < ${filter.lastSignInBefore.toISOString()}::timestamptz)`);
  if (filter.terminated != null) {
    const left = sql`exists (select from identities d where d.id = u.identity_id and d.terminated_at is not null)`;
    add(filter.terminated ? left : sql`not ${left}`);
  }
  if (filter.search != null) {
    const text = containing(filter.search);
    add(
      sql`(u.display_name ilike ${text} or u.email ilike ${text} or u.login ilike ${text} or u.external_id = ${filter.search})`,
    );
  }
  if (filter.not) {
    const inner = userConditions(filter.not).reduce((all, one) => sql`${all} and ${one}`, sql`true`);
    add(sql`not coalesce((${inner}), false)`);
  }
  return conditions;
}

function keys(of: readonly AccountKey[]): Fragment {
  return sql`(select * from unnest(${of.map((key) => key.instanceId)}::int[], ${of.map((key) => key.externalId)}::text[]))`;
}
