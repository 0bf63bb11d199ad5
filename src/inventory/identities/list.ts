import type { Fragment, Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import { type Viewer, visibleInstances } from "#src/access/viewer.ts";
import type { KeysetList } from "#src/query/keyset.ts";
import { containing } from "#src/query/paging.ts";
import type { IdentityRow } from "./row.ts";

export type { IdentityRow } from "./row.ts";

export interface IdentityScope {
  terminated?: boolean | null;
  search?: string | null;
}

const identityColumns = (sql: Sql) =>
  sql`i.id::float8 as id, i.email, i.terminated_at as "terminatedAt", i.terminated_instance_id as "terminatedInstanceId"`;

/** People who have an account the viewer may see, oldest first. */
export function identityList(db: Db, viewer: Viewer, scope: IdentityScope): KeysetList {
  const sql = rawSql(db);
  return {
    columns: identityColumns(sql),
    from: sql`from identities i`,
    where: whereIdentities(sql, viewer, scope),
    key: [sql`i.id`],
    keyTypes: ["bigint"],
    keyNames: ["id"],
    descending: false,
  };
}

export async function loadIdentities(db: Db, viewer: Viewer, ids: readonly number[]): Promise<(IdentityRow | null)[]> {
  const sql = rawSql(db);
  const rows = await sql<
    IdentityRow[]
  >`select ${identityColumns(sql)} from identities i where ${whereIdentities(sql, viewer, {})} and i.id = any(${[...ids]}::bigint[])`;
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

function whereIdentities(sql: Sql, viewer: Viewer, scope: IdentityScope): Fragment {
  const instances = visibleInstances(viewer);
  const mine = instances === null ? sql`true` : sql`u.instance_id = any(${instances}::int[])`;
  const conditions = [sql`exists (select from users u where u.identity_id = i.id and ${mine})`];
  if (scope.terminated != null)
    conditions.push(scope.terminated ? sql`i.terminated_at is not null` : sql`i.terminated_at is null`);
  if (scope.search != null) conditions.push(sql`i.email ilike ${containing(scope.search)}`);
  return conditions.reduce((all, one) => sql`${all} and ${one}`);
}
