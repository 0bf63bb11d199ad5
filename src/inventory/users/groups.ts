import type { Fragment, Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import { type Viewer, visibleInstances } from "#src/access/viewer.ts";
import type { AccountKey } from "#src/query/ids.ts";
import type { KeysetList } from "#src/query/keyset.ts";
import { containing } from "#src/query/paging.ts";

export interface GroupRow {
  instanceId: number;
  externalId: string;
  name: string;
}
export interface PrivilegeRow {
  instanceId: number;
  externalId: string;
  name: string;
  isAdmin: boolean;
}
export interface GroupScope {
  instanceIds?: number[] | null;
  search?: string | null;
}

const groupColumns = (sql: Sql) => sql`g.instance_id as "instanceId", g.external_id as "externalId", g.name`;

/** Groups by instance and the app's id. As a nested list: those an account is a member of. */
export function groupList(db: Db, viewer: Viewer, scope: GroupScope): KeysetList {
  const sql = rawSql(db);
  const instances = visibleInstances(viewer, scope.instanceIds);
  const mine = instances === null ? sql`true` : sql`g.instance_id = any(${instances}::int[])`;
  return {
    columns: groupColumns(sql),
    from: sql`from groups g`,
    where: scope.search == null ? mine : sql`${mine} and g.name ilike ${containing(scope.search)}`,
    key: [sql`g.instance_id`, sql`g.external_id`],
    keyTypes: ["int", "text"],
    keyNames: ["instanceId", "externalId"],
    descending: false,
    onParent: sql`g.instance_id = p.instance_id and exists (select from group_members m where m.instance_id = g.instance_id and m.group_id = g.external_id and m.user_id = p.external_id)`,
  };
}

export async function loadGroups(db: Db, viewer: Viewer, keys: readonly AccountKey[]): Promise<(GroupRow | null)[]> {
  const sql = rawSql(db);
  const rows = await sql<
    GroupRow[]
  >`select ${groupColumns(sql)} from groups g where ${keysIn(sql, sql`g.instance_id, g.external_id`, viewer, sql`g.instance_id`, keys)}`;
  return inOrder(rows, keys);
}

export async function loadPrivileges(
  db: Db,
  viewer: Viewer,
  keys: readonly AccountKey[],
): Promise<(PrivilegeRow | null)[]> {
  const sql = rawSql(db);
  const rows = await sql<PrivilegeRow[]>`
    select p.instance_id as "instanceId", p.external_id as "externalId", p.name, p.is_admin as "isAdmin" from privileges p
    where ${keysIn(sql, sql`p.instance_id, p.external_id`, viewer, sql`p.instance_id`, keys)}`;
  return inOrder(rows, keys);
}

/** What each account holds. The accounts were read with the viewer's rights already. */
export async function loadPrivilegesOfUsers(db: Db, users: readonly AccountKey[]): Promise<PrivilegeRow[][]> {
  const sql = rawSql(db);
  const rows = await sql<(PrivilegeRow & { userId: string })[]>`
    select p.instance_id as "instanceId", p.external_id as "externalId", p.name, p.is_admin as "isAdmin", h.user_id as "userId"
    from privilege_holders h join privileges p on p.instance_id = h.instance_id and p.external_id = h.privilege_id
    where (h.instance_id, h.user_id) in (select * from unnest(${users.map((key) => key.instanceId)}::int[], ${users.map((key) => key.externalId)}::text[]))
    order by p.name, p.external_id`;
  return users.map((user) =>
    rows.filter((row) => row.instanceId === user.instanceId && row.userId === user.externalId),
  );
}

function keysIn(
  sql: Sql,
  columns: Fragment,
  viewer: Viewer,
  instanceColumn: Fragment,
  keys: readonly AccountKey[],
): Fragment {
  const instances = visibleInstances(viewer);
  return sql`${instances === null ? sql`true` : sql`${instanceColumn} = any(${instances}::int[])`}
    and (${columns}) in (select * from unnest(${keys.map((key) => key.instanceId)}::int[], ${keys.map((key) => key.externalId)}::text[]))`;
}

function inOrder<T extends AccountKey>(rows: readonly T[], keys: readonly AccountKey[]): (T | null)[] {
  const byKey = new Map(rows.map((row) => [`${row.instanceId}/${row.externalId}`, row]));
  return keys.map((key) => byKey.get(`${key.instanceId}/${key.externalId}`) ?? null);
}
