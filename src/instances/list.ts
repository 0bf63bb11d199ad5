import type { Fragment } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import type { InstanceStatus } from "#db/tables/instances.ts";
import { type Viewer, visibleInstances } from "#src/access/viewer.ts";
import type { KeysetList } from "#src/query/keyset.ts";
import { type Reading, readerOf } from "#src/query/reading.ts";
import { queryValues, sql } from "#src/query/sql.ts";
import { type InstanceRow, instanceTable } from "./row.ts";

export type { InstanceRow } from "./row.ts";

export interface InstanceScope {
  connectorSlugs?: string[] | null;
  status?: InstanceStatus[] | null;
}

/** Instances in the order in which they were added. As a nested list: those of a connector (the parent's external id is its slug). */
export function instanceList(viewer: Viewer, scope: InstanceScope, reading: Reading = "all"): KeysetList {
  return {
    columns: readerOf(instanceTable, reading),
    from: sql`from instances i`,
    where: whereInstances(viewer, scope),
    key: [sql`i.id`],
    keyTypes: ["int"],
    keyNames: ["id"],
    descending: false,
    onParent: sql`i.connector_slug = p.external_id`,
  };
}

/** Rows by id, in the order asked for; null where there is none or it is not the viewer's. */
export async function loadInstances(db: Db, viewer: Viewer, ids: readonly number[]): Promise<(InstanceRow | null)[]> {
  const reader = readerOf(instanceTable, "all");
  const rows = reader.rows(
    await queryValues(
      rawSql(db),
      sql`select ${reader.inner} from instances i where ${whereInstances(viewer, {})} and i.id = any(${[...ids]}::int[])`,
    ),
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

function whereInstances(viewer: Viewer, scope: InstanceScope): Fragment {
  const instances = visibleInstances(viewer);
  const conditions = [instances === null ? sql`true` : sql`i.id = any(${instances}::int[])`];
  if (scope.connectorSlugs) conditions.push(sql`i.connector_slug = any(${scope.connectorSlugs})`);
  if (scope.status) conditions.push(sql`i.status = any(${scope.status})`);
  return conditions.reduce((all, one) => sql`${all} and ${one}`);
}
