import type { Sql } from "postgres";
import type { Counting } from "#src/detection/rules/counting.ts";
import { epochOf } from "#src/platform/instant.ts";
import { postgresJson } from "#src/platform/text.ts";
import type { LoggedActivity } from "./batch.ts";
import type { Rule } from "./compile.ts";

/** A match that is counted. */
export interface Hit {
  rule: Rule;
  counting: Counting;
  activity: LoggedActivity;
  key: string;
  /** What is counted distinct, where values are counted. */
  value: string | null;
}

/** New hits that are over a threshold, or bring earlier ones over it. */
export interface Reached {
  rule: Rule;
  counting: Counting;
  key: string;
  /** Where the alert belongs: one alert for a run, also when it spans instances. */
  instanceId: number;
  /** All of the run that this batch saw, oldest first. */
  run: StoredHit[];
  /** Those of the run that no alert has counted yet. */
  fresh: StoredHit[];
  /** How often it happened: the threshold itself once, each further hit once more. */
  occurrences: number;
}

export interface StoredHit {
  occurredAtMs: number;
  instanceId: number;
  externalId: string;
  value: string | null;
  alertInstanceId: number | null;
}

/** How long a hit waits for late ones, after its window. */
const graceMs = 24 * 60 * 60_000;

/** Stores hits and finds where thresholds are reached. In the consumer's transaction; three statements, however many hits. */
export async function countHits(sql: Sql, hits: readonly Hit[], now: Date): Promise<Reached[]> {
  if (hits.length === 0) return [];
  const rows = hits.map(({ rule, counting, activity, key, value }) => ({
    policy_id: rule.policy.id,
    key,
    occurred_at: activity.row.occurredAt,
    instance_id: activity.row.instanceId,
    external_id: activity.row.externalId,
    value,
    expires_at: new Date(now.getTime() + counting.windowSeconds * 1000 + graceMs).toISOString(),
  }));
  await sql`
    insert into threshold_hits (policy_id, key, occurred_at, instance_id, external_id, value, expires_at)
    select * from json_to_recordset(${postgresJson(rows)}::text::json)
      as r(policy_id int, key text, occurred_at timestamptz, instance_id int, external_id text, value text, expires_at timestamptz)
    on conflict do nothing`;
  const clusters = clustersOf(hits);
  const around = await readAround(sql, clusters);
  const reached = clusters.flatMap((cluster, index) => reachedIn(cluster, around[index]!));
  await joinOpenAlerts(sql, reached);
  const counted = reached.flatMap(({ rule, key, instanceId, fresh }) =>
    fresh.map((hit) => ({
      policy_id: rule.policy.id,
      key,
      occurred_at: new Date(hit.occurredAtMs).toISOString(),
      instance_id: hit.instanceId,
      external_id: hit.externalId,
      alert_instance_id: instanceId,
    })),
  );
  if (counted.length > 0)
    await sql`
      update threshold_hits h set alert_instance_id = r.alert_instance_id
      from json_to_recordset(${postgresJson(counted)}::text::json)
        as r(policy_id int, key text, occurred_at timestamptz, instance_id int, external_id text, alert_instance_id int)
      where (h.policy_id, h.key, h.occurred_at, h.instance_id, h.external_id) = (r.policy_id, r.key, r.occurred_at, r.instance_id, r.external_id)`;
  return reached;
}

/** What alerts of one threshold and key are one by. */
export function reachedKey({ rule, key }: Pick<Reached, "rule" | "key">): string {
  return `policy/${rule.policy.id}/threshold/${key}`;
}

/** What is counted over instances joins the open alert of its key, in whichever instance that is. */
async function joinOpenAlerts(sql: Sql, reached: readonly Reached[]): Promise<void> {
  const across = reached.filter(({ counting }) => counting.isAcrossInstances);
  if (across.length === 0) return;
  const open = await sql<{ dedupKey: string; instanceId: number }[]>`
    select dedup_key as "dedupKey", instance_id as "instanceId" from alerts where policy_id = any(${across.map(({ rule }) => rule.policy.id)}::int[])
      and dedup_key = any(${across.map(reachedKey)}::text[]) and status in ('OPEN', 'IN_PROGRESS') order by id desc`;
  const instances = new Map(open.map(({ dedupKey, instanceId }) => [dedupKey, instanceId]));
  for (const one of across) {
    const name = reachedKey(one);
    one.instanceId = instances.get(name) ?? one.instanceId;
    instances.set(name, one.instanceId);
  }
}

/** Removes hits that nothing can be counted with any more; so many at a time. */
export async function pruneHits(sql: Sql, now: Date): Promise<void> {
  await sql`delete from threshold_hits where ctid = any(array(
    select ctid from threshold_hits where expires_at < ${now.toISOString()}::timestamptz order by expires_at limit 5000))`;
}

/** New hits of one key that lie so close together that their windows touch. */
interface Cluster {
  rule: Rule;
  counting: Counting;
  key: string;
  firstMs: number;
  lastMs: number;
}

function clustersOf(hits: readonly Hit[]): Cluster[] {
  const byKey = new Map<string, Hit[]>();
  for (const hit of hits) {
    const name = `${hit.rule.policy.id} ${hit.key}`;
    const same = byKey.get(name);
    if (same) same.push(hit);
    else byKey.set(name, [hit]);
  }
  const clusters: Cluster[] = [];
  for (const [{ rule, counting, key }, instants] of [...byKey.values()].map(
    (same) => [same[0]!, same.map(({ activity }) => activity.occurredAtMs).sort((a, b) => a - b)] as const,
  )) {
    let current: Cluster | null = null;
    for (const instant of instants) {
      if (current && instant - current.lastMs < counting.windowSeconds * 1000) current.lastMs = instant;
      else {
        current = { rule, counting, key, firstMs: instant, lastMs: instant };
        clusters.push(current);
      }
    }
  }
  return clusters;
}

/** For each cluster its hits and their neighbours, oldest first: as many on either side as a window with one of them can hold. */
async function readAround(sql: Sql, clusters: readonly Cluster[]): Promise<StoredHit[][]> {
  const instant = (ms: number) => new Date(ms).toISOString();
  const rows = await sql<
    {
      n: number;
      occurredAt: string;
      instanceId: number;
      externalId: string;
      value: string | null;
      alertInstanceId: number | null;
    }[]
  >`
    select c.n::int as n, h.occurred_at as "occurredAt", h.instance_id as "instanceId", h.external_id as "externalId", h.value, h.alert_instance_id as "alertInstanceId"
    from unnest(${clusters.map(({ rule }) => rule.policy.id)}::int[], ${clusters.map(({ key }) => key)}::text[],
      ${clusters.map(({ firstMs }) => instant(firstMs))}::text[]::timestamptz[], ${clusters.map(({ lastMs }) => instant(lastMs))}::text[]::timestamptz[],
      ${clusters.map(({ counting }) => counting.windowSeconds)}::int[], ${clusters.map(({ counting }) => counting.neighbours)}::int[])
      with ordinality as c(policy_id, key, first_at, last_at, seconds, neighbours, n)
    cross join lateral (
      (select * from threshold_hits t where t.policy_id = c.policy_id and t.key = c.key
        and t.occurred_at < c.first_at and t.occurred_at > c.first_at - make_interval(secs => c.seconds) order by t.occurred_at desc limit c.neighbours)
      union all
      (select * from threshold_hits t where t.policy_id = c.policy_id and t.key = c.key and t.occurred_at between c.first_at and c.last_at)
      union all
      (select * from threshold_hits t where t.policy_id = c.policy_id and t.key = c.key
        and t.occurred_at > c.last_at and t.occurred_at < c.last_at + make_interval(secs => c.seconds) order by t.occurred_at limit c.neighbours)
    ) h order by c.n, h.occurred_at, h.instance_id, h.external_id`;
  const around = clusters.map((): StoredHit[] => []);
  for (const { n, occurredAt, ...hit } of rows) around[n - 1]!.push({ ...hit, occurredAtMs: epochOf(occurredAt) });
  return around;
}

function reachedIn({ rule, counting, key }: Cluster, hits: readonly StoredHit[]): Reached[] {
  return counting.runs(hits).flatMap(({ first, last }) => {
    const run = hits.slice(first, last + 1);
    const fresh = run.filter(({ alertInstanceId }) => alertInstanceId === null);
    if (fresh.length === 0) return [];
    const earlier = run.find(({ alertInstanceId }) => alertInstanceId !== null);
    const instanceId = earlier?.alertInstanceId ?? run[0]!.instanceId;
    const occurrences = counting.occurrences(fresh.length, earlier !== undefined);
    return [{ rule, counting, key, instanceId, run, fresh, occurrences }];
  });
}
