import type { Fragment, Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import type { MatchEnd } from "#db/tables/file-policies.ts";
import { type Viewer, visibleInstances } from "#src/access/viewer.ts";
import type { AccountKey } from "#src/query/ids.ts";
import type { KeysetList } from "#src/query/keyset.ts";

export interface OpenMatch extends AccountKey {
  id: number;
  policyId: number;
}

export interface StartedMatch extends OpenMatch {
  alertId: number;
}

/** Matches of files that go on: of all policies, or of one. */
export async function openMatches(
  sql: Sql,
  keys: readonly AccountKey[],
  policyId: number | null,
): Promise<OpenMatch[]> {
  if (keys.length === 0) return [];
  return sql<OpenMatch[]>`
    select m.instance_id as "instanceId", m.file_id as "externalId", m.id::float8 as id, m.policy_id as "policyId" from file_policy_matches m
    where m.ended_at is null and ${policyId === null ? sql`true` : sql`m.policy_id = ${policyId}`}
      and (m.instance_id, m.file_id) in (select * from unnest(${keys.map(({ instanceId }) => instanceId)}::int[], ${keys.map(({ externalId }) => externalId)}::text[]))`;
}

export async function startMatches(
  sql: Sql,
  matches: readonly (AccountKey & { policyId: number; alertId: number })[],
  now: Date,
): Promise<StartedMatch[]> {
  if (matches.length === 0) return [];
  return sql<StartedMatch[]>`
    insert into file_policy_matches (instance_id, file_id, policy_id, alert_id, matched_at)
    select *, ${now.toISOString()}::timestamptz from unnest(${matches.map(({ instanceId }) => instanceId)}::int[], ${matches.map(({ externalId }) => externalId)}::text[],
      ${matches.map(({ policyId }) => policyId)}::int[], ${matches.map(({ alertId }) => alertId)}::bigint[])
    on conflict do nothing
    returning instance_id as "instanceId", file_id as "externalId", policy_id as "policyId", alert_id::float8 as "alertId", id::float8 as id`;
}

export async function endMatches(
  sql: Sql,
  matches: readonly (Pick<OpenMatch, "instanceId" | "id"> & { reason: MatchEnd })[],
  now: Date,
): Promise<void> {
  if (matches.length === 0) return;
  await sql`
    update file_policy_matches m set ended_at = ${now.toISOString()}::timestamptz, end_reason = r.reason
    from unnest(${matches.map(({ instanceId }) => instanceId)}::int[], ${matches.map(({ id }) => id)}::bigint[], ${matches.map(({ reason }) => reason)}::text[])
      as r(instance_id, id, reason)
    where m.instance_id = r.instance_id and m.id = r.id and m.ended_at is null`;
}

/** A match as it is read for the API. */
export interface FilePolicyMatchRow {
  instanceId: number;
  id: number;
  fileId: string;
  policyId: number;
  alertId: number;
  matchedAt: string;
  endedAt: string | null;
  endReason: MatchEnd | null;
}

/** Matches of a policy (the parent's external id is its number), the newest first: those that go on, or those that have ended. */
export function filePolicyMatchList(db: Db, viewer: Viewer, ended: boolean): KeysetList {
  const sql = rawSql(db);
  return {
    columns: sql`m.instance_id as "instanceId", m.id::float8 as id, m.file_id as "fileId", m.policy_id as "policyId", m.alert_id::float8 as "alertId",
      m.matched_at as "matchedAt", m.ended_at as "endedAt", m.end_reason as "endReason"`,
    from: sql`from file_policy_matches m`,
    where: sql`${allowed(sql, viewer)} and ${ended ? sql`m.ended_at is not null` : sql`m.ended_at is null`}`,
    key: [sql`m.id`],
    keyTypes: ["bigint"],
    keyNames: ["id"],
    descending: true,
    onParent: sql`m.policy_id = p.external_id::int`,
  };
}

function allowed(sql: Sql, viewer: Viewer): Fragment {
  const instances = visibleInstances(viewer);
  return instances === null ? sql`true` : sql`m.instance_id = any(${instances}::int[])`;
}

/** Rows of one statement: short transactions, so that nothing waits behind them. */
const chunk = 10_000;

/** Ended matches that are kept no longer, and those of files that retention has removed. */
export async function forgetOldFileMatches(sql: Sql, before: Date): Promise<void> {
  for (;;) {
    const { count } = await sql`
      delete from file_policy_matches where (instance_id, id) in (
        select instance_id, id from file_policy_matches where ended_at is not null and ended_at < ${before.toISOString()}::timestamptz limit ${chunk})`;
    if (count < chunk) break;
  }
}
