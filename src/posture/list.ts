import type { Fragment, Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import type { RecommendationStatus } from "#db/tables/posture.ts";
import { type Viewer, visibleInstances } from "#src/access/viewer.ts";
import type { AccountKey } from "#src/query/ids.ts";
import type { KeysetList } from "#src/query/keyset.ts";
import { effectivePoints, effectiveStatus } from "./record.ts";

export interface RecommendationRow {
  instanceId: number;
  slug: string;
  connectorSlug: string;
  status: RecommendationStatus;
  points: number;
  maxPoints: number;
  evidence: unknown;
  because: string | null;
  evaluatedAt: string;
  note: string | null;
  statusSetBy: string | null;
  statusExpiresAt: string | null;
  changePosition: number;
  /** What it costs of the score; the key of the list by it is in thousandths. */
  lost: number;
}

export type RecommendationOrder = "NAME" | "POINTS_LOST";

export interface RecommendationFilter {
  connectorSlugs?: string[] | null;
  instanceIds?: number[] | null;
  status?: RecommendationStatus[] | null;
  /** Slugs of checks of the wanted severities: the severity is the check's, in the code. */
  slugs?: string[] | null;
}

const columns = (sql: Sql) => sql`
  r.instance_id as "instanceId", r.slug, i.connector_slug as "connectorSlug", ${effectiveStatus(sql)} as status, (${effectivePoints(sql)})::float8 as points,
  r.max_points as "maxPoints", r.evidence, r.because, r.evaluated_at as "evaluatedAt", r.note, r.status_set_by as "statusSetBy",
  r.status_expires_at as "statusExpiresAt", r.change_position::float8 as "changePosition", ${lost(sql)}::float8 as lost`;

/** Points that are missing, in thousandths. */
const lost = (sql: Sql) => sql`round(1000 * (r.max_points - (${effectivePoints(sql)})))::bigint`;

/** Recommendations by instance and name, or those that cost most first. As a nested list: those of an instance. */
export function recommendationList(
  db: Db,
  viewer: Viewer,
  filter: RecommendationFilter | null,
  order: RecommendationOrder = "NAME",
): KeysetList {
  const sql = rawSql(db);
  const byLoss = order === "POINTS_LOST";
  return {
    columns: columns(sql),
    from: sql`from recommendations r join instances i on i.id = r.instance_id`,
    where: where(sql, viewer, filter),
    key: [...(byLoss ? [lost(sql)] : []), sql`r.instance_id`, sql`r.slug`],
    keyTypes: byLoss ? ["bigint", "int", "text"] : ["int", "text"],
    keyNames: byLoss ? ["lost", "instanceId", "slug"] : ["instanceId", "slug"],
    descending: byLoss,
    onParent: sql`r.instance_id = p.instance_id`,
  };
}

/** Rows by key (the external id is the slug), in the order asked for; null where there is none for the viewer or the filter. */
export async function loadRecommendations(
  db: Db,
  viewer: Viewer,
  keys: readonly AccountKey[],
  filter: RecommendationFilter | null = null,
): Promise<(RecommendationRow | null)[]> {
  const sql = rawSql(db);
  const rows = await sql<RecommendationRow[]>`
    select ${columns(sql)} from recommendations r join instances i on i.id = r.instance_id where ${where(sql, viewer, filter)}
      and (r.instance_id, r.slug) in (select * from unnest(${keys.map((key) => key.instanceId)}::int[], ${keys.map((key) => key.externalId)}::text[]))`;
  const byKey = new Map(rows.map((row) => [`${row.instanceId}/${row.slug}`, row]));
  return keys.map((key) => byKey.get(`${key.instanceId}/${key.externalId}`) ?? null);
}

function where(sql: Sql, viewer: Viewer, filter: RecommendationFilter | null): Fragment {
  const instances = visibleInstances(viewer, filter?.instanceIds);
  const conditions = [
    sql`i.status <> 'DISCONNECTED'`,
    instances === null ? sql`true` : sql`r.instance_id = any(${instances}::int[])`,
  ];
  if (filter?.connectorSlugs) conditions.push(sql`i.connector_slug = any(${filter.connectorSlugs})`);
  if (filter?.status) conditions.push(sql`${effectiveStatus(sql)} = any(${filter.status})`);
  if (filter?.slugs) conditions.push(sql`r.slug = any(${filter.slugs})`);
  return conditions.reduce((all, one) => sql`${all} and ${one}`);
}

export interface Score {
  /** Null: all instances the viewer sees. */
  instanceId: number | null;
  points: number;
  maxPoints: number;
}

/** The score now, of each instance; null where nothing was evaluated. */
export async function loadScores(db: Db, instanceIds: readonly number[]): Promise<(Score | null)[]> {
  const sql = rawSql(db);
  const rows = await sql<{ instanceId: number; points: number; maxPoints: number }[]>`
    select r.instance_id as "instanceId", sum(${effectivePoints(sql)})::float8 as points, sum(r.max_points)::float8 as "maxPoints"
    from recommendations r where r.instance_id = any(${[...instanceIds]}::int[]) group by 1`;
  const byId = new Map(rows.map((row) => [row.instanceId, row]));
  return instanceIds.map((id) => byId.get(id) ?? null);
}

/** The score of everything the viewer sees, now. */
export async function overallScore(db: Db, viewer: Viewer): Promise<Score> {
  const sql = rawSql(db);
  const [row] = await sql<{ points: number; maxPoints: number }[]>`
    select coalesce(sum(${effectivePoints(sql)}), 0)::float8 as points, coalesce(sum(r.max_points), 0)::float8 as "maxPoints"
    from recommendations r join instances i on i.id = r.instance_id where ${where(sql, viewer, null)}`;
  return { instanceId: null, points: row?.points ?? 0, maxPoints: row?.maxPoints ?? 0 };
}

export interface ScorePoint {
  date: string;
  percentage: number;
}

const pointColumns = (sql: Sql) => sql`to_char(s.day, 'YYYY-MM-DD') || 'T00:00:00.000Z' as date,
  (case when sum(s.max_points) > 0 then 100 * sum(s.points) / sum(s.max_points) else 0 end)::float8 as percentage`;

/** Days on which something was evaluated, oldest first, summed over the instances the viewer sees. */
export async function overallHistory(db: Db, viewer: Viewer, days: number): Promise<ScorePoint[]> {
  const sql = rawSql(db);
  const instances = visibleInstances(viewer);
  return sql<ScorePoint[]>`
    select ${pointColumns(sql)} from secure_scores s
    where s.day > current_date - ${days}::int and ${instances === null ? sql`true` : sql`s.instance_id = any(${instances}::int[])`}
    group by s.day order by s.day`;
}

/** The same of each instance. The instances were read with the viewer's rights already. */
export async function loadHistories(db: Db, instanceIds: readonly number[], days: number): Promise<ScorePoint[][]> {
  const sql = rawSql(db);
  const rows = await sql<(ScorePoint & { instanceId: number })[]>`
    select s.instance_id as "instanceId", ${pointColumns(sql)} from secure_scores s
    where s.day > current_date - ${days}::int and s.instance_id = any(${[...instanceIds]}::int[])
    group by s.instance_id, s.day order by s.day`;
  const byInstance = Map.groupBy(rows, (row) => row.instanceId);
  return instanceIds.map((id) => byInstance.get(id) ?? []);
}
