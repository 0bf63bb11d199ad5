import type { Fragment, Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import { type Viewer, visibleInstances } from "#src/access/viewer.ts";
import type { KeysetList } from "#src/keyset.ts";
import { type ActivityFilter, type ActivityKey, filterSql } from "./filter.ts";
import { type ActivityRow, activityColumns } from "./row.ts";

/** Activities, newest first. As a nested list: those of an instance, or (with `ofUser`) of one account. */
export function activityList(db: Db, viewer: Viewer, filter: ActivityFilter | null, ofUser = false): KeysetList {
  const sql = rawSql(db);
  return {
    columns: activityColumns(sql),
    from: sql`from activities a`,
    where: sql`${allowed(sql, viewer)} and ${filterSql(sql, filter)}`,
    ...activityKey(sql),
    onParent: ofUser
      ? sql`a.instance_id = p.instance_id and a.user_id = p.external_id`
      : sql`a.instance_id = p.instance_id`,
  };
}

const activityKey = (sql: Sql) => ({
  key: [sql`a.occurred_at`, sql`a.instance_id`, sql`a.external_id`],
  keyTypes: ["timestamptz", "int", "text"] as const,
  keyNames: ["occurredAt", "instanceId", "externalId"] as const,
  descending: true,
});

function allowed(sql: Sql, viewer: Viewer): Fragment {
  const instances = visibleInstances(viewer);
  return instances === null ? sql`true` : sql`a.instance_id = any(${instances}::int[])`;
}

/** Sort key of a row, for its cursor. */
export function activitySortKey(row: ActivityRow): [number, number, string] {
  return [Date.parse(row.occurredAt), row.instanceId, row.externalId];
}

/** Rows by key, in the order asked for; null where there is none or it is not the viewer's. */
export async function loadActivities(
  db: Db,
  viewer: Viewer,
  keys: readonly ActivityKey[],
): Promise<(ActivityRow | null)[]> {
  const sql = rawSql(db);
  const rows = await sql<
    ActivityRow[]
  >`select ${activityColumns(sql)} from activities a where ${allowed(sql, viewer)} and ${keysIn(sql, keys)}`;
  const byKey = new Map(rows.map((row) => [activitySortKey(row).join("/"), row]));
  return keys.map((key) => byKey.get([key.occurredAt.getTime(), key.instanceId, key.externalId].join("/")) ?? null);
}

/** The raw events by key: JSON exactly as the app sent it, parsed. */
export async function loadRawEvents(db: Db, keys: readonly ActivityKey[]): Promise<unknown[]> {
  const sql = rawSql(db);
  const rows = await sql<{ instanceId: number; occurredAt: string; externalId: string; raw: unknown }[]>`
    select a.instance_id as "instanceId", a.occurred_at as "occurredAt", a.external_id as "externalId", a.raw from activities a where ${keysIn(sql, keys)}`;
  const byKey = new Map(
    rows.map((row) => [[Date.parse(row.occurredAt), row.instanceId, row.externalId].join("/"), row.raw]),
  );
  return keys.map((key) => byKey.get([key.occurredAt.getTime(), key.instanceId, key.externalId].join("/")) ?? null);
}

function keysIn(sql: Sql, keys: readonly ActivityKey[]): Fragment {
  return sql`(a.instance_id, a.occurred_at, a.external_id) in (select * from unnest(${keys.map((key) => key.instanceId)}::int[],
    ${keys.map((key) => key.occurredAt.toISOString())}::text[]::timestamptz[], ${keys.map((key) => key.externalId)}::text[]))`;
}
