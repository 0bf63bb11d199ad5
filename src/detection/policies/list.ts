import type { Fragment, Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import type { AlertSeverity, Policy, PolicyKind } from "#db/tables/policies.ts";
import { maySee, type Viewer } from "#src/access/viewer.ts";
import { type AccountKey, decodeAnyId } from "#src/query/ids.ts";
import type { KeysetList } from "#src/query/keyset.ts";

import type { PolicyScope } from "./scope.ts";
import type { StoredFilter } from "./stored-filter.ts";

/** A policy as it is read for the API. Instants as PostgreSQL writes them. */
export interface PolicyRow {
  id: number;
  name: string;
  description: string;
  kind: PolicyKind;
  enabled: boolean;
  severity: AlertSeverity;
  slug: string | null;
  builtIn: boolean;
  filter: StoredFilter | null;
  threshold: Policy["threshold"];
  sigma: string | null;
  sigmaFacts: unknown;
  sensitivity: Policy["sensitivity"];
  include: PolicyScope | null;
  exclude: PolicyScope | null;
  content: Policy["content"];
  learningUntil: string | null;
  disabledReason: string | null;
  mitreTechniques: string[];
  actions: Policy["actions"];
  maxTargetsPerDay: number;
  createdBy: string;
  createdAt: string;
  updatedAt: string;
}

const columns = (sql: Sql) => sql`
  l.id, l.name, l.description, l.kind, l.enabled, l.severity, l.slug, l.built_in as "builtIn", l.filter, l.threshold, l.sigma, l.sigma_facts as "sigmaFacts",
  l.sensitivity, l.include, l.exclude, l.content, l.learning_until as "learningUntil", l.disabled_reason as "disabledReason", l.mitre_techniques as "mitreTechniques",
  l.actions, l.max_targets_per_day as "maxTargetsPerDay", l.created_by as "createdBy", l.created_at as "createdAt", l.updated_at as "updatedAt"`;

/** Policies in the order in which they were made. They apply to all instances and are seen by everybody. */
export function policyList(db: Db, kinds: readonly PolicyKind[] | null): KeysetList {
  const sql = rawSql(db);
  return {
    columns: columns(sql),
    from: sql`from policies l`,
    where: kinds ? sql`l.kind = any(${[...kinds]})` : sql`true`,
    key: [sql`l.id`],
    keyTypes: ["int"],
    keyNames: ["id"],
    descending: false,
  };
}

export async function loadPolicies(db: Db, ids: readonly number[]): Promise<(PolicyRow | null)[]> {
  const sql = rawSql(db);
  return inOrder(
    ids,
    await sql<PolicyRow[]>`select ${columns(sql)} from policies l where l.id = any(${[...ids]}::int[])`,
  );
}

/** For each policy how often it matched, and failed, in the last 24 hours, by whole hours. */
export async function loadFigures(
  db: Db,
  ids: readonly number[],
  now: Date,
): Promise<{ matches: number; errors: number }[]> {
  const since = new Date(now.getTime() - 24 * 60 * 60_000).toISOString();
  const rows = await rawSql(db)<{ id: number; matches: number; errors: number }[]>`
    select policy_id as id, sum(matches)::int as matches, sum(errors)::int as errors from policy_hours
    where policy_id = any(${[...ids]}::int[]) and hour > ${since}::timestamptz group by 1`;
  return inOrder(ids, rows).map((row) => row ?? { matches: 0, errors: 0 });
}

/** Policies that an activity matched, by activity; in the order of the keys. */
export async function loadPoliciesOfActivities(
  db: Db,
  keys: readonly { instanceId: number; occurredAt: Date; externalId: string }[],
): Promise<PolicyRow[][]> {
  const sql = rawSql(db);
  const rows = await sql<(PolicyRow & { n: number })[]>`
    select k.n::int as n, ${columns(sql)} from ${activityKeys(sql, keys)}
    join policy_matches m on m.instance_id = k.instance_id and m.occurred_at = k.occurred_at and m.external_id = k.external_id
    join policies l on l.id = m.policy_id order by k.n, l.id`;
  return keys.map((_, index) => rows.filter(({ n }) => n === index + 1).map(({ n: _n, ...row }) => row));
}

/** Policies that a file matches now, by file; in the order of the keys. */
export async function loadPoliciesOfFiles(db: Db, keys: readonly AccountKey[]): Promise<PolicyRow[][]> {
  const sql = rawSql(db);
  const rows = await sql<(PolicyRow & { n: number })[]>`
    select k.n::int as n, ${columns(sql)}
    from unnest(${keys.map((key) => key.instanceId)}::int[], ${keys.map((key) => key.externalId)}::text[]) with ordinality as k(instance_id, external_id, n)
    join file_policy_matches m on m.instance_id = k.instance_id and m.file_id = k.external_id and m.ended_at is null
    join policies l on l.id = m.policy_id order by k.n, l.id`;
  return keys.map((_, index) => rows.filter(({ n }) => n === index + 1).map(({ n: _n, ...row }) => row));
}

export function activityKeys(
  sql: Sql,
  keys: readonly { instanceId: number; occurredAt: Date; externalId: string }[],
): Fragment {
  return sql`unnest(${keys.map((key) => key.instanceId)}::int[], ${keys.map((key) => key.occurredAt.toISOString())}::text[]::timestamptz[],
    ${keys.map((key) => key.externalId)}::text[]) with ordinality as k(instance_id, occurred_at, external_id, n)`;
}

function inOrder<T extends { id: number }>(ids: readonly number[], rows: readonly T[]): (T | null)[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** A filter or scope as a viewer may see it: without the ids of what lies in instances that are not theirs. */
export function visiblePart<T>(viewer: Viewer, value: T): T {
  if (viewer.instanceIds === null) return value;
  const visit = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.filter((one) => isVisible(viewer, one)).map(visit);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, visit(inner)]));
  };
  return visit(value) as T;
}

function isVisible(viewer: Viewer, value: unknown): boolean {
  const instanceId = typeof value === "string" ? instanceOfId(value) : null;
  return instanceId === null || maySee(viewer, instanceId);
}

/** The instance that a public id lies in, or names; null for a text that is no such id. */
function instanceOfId(text: string): number | null {
  if (!/^[\w-]{8,}$/.test(text)) return null;
  try {
    const { type, key } = decodeAnyId(text);
    const found = ["Instance", "User", "Group", "OAuthApp", "File"].includes(type)
      ? /^(\d{1,9})(?:\/|$)/.exec(key)
      : null;
    return found ? Number(found[1]) : null;
  } catch {
    return null;
  }
}
