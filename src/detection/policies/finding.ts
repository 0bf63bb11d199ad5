import type { Sql } from "postgres";
import type { Policy } from "#db/tables/policies.ts";
import type { Finding } from "#src/detection/alerts/raise.ts";
import { epochOf } from "#src/platform/instant.ts";
import type { LoggedActivity } from "./batch.ts";
import type { Rule } from "./compile.ts";
import { type Reached, reachedKey, type StoredHit } from "./hits.ts";
import type { SigmaFacts } from "./sigma.ts";

/** A rule and an activity that passes its filter and scope, and is not suppressed. */
export interface Match {
  rule: Rule;
  activity: LoggedActivity;
}

/** Every match is a finding; those by one account are one alert as long as it is open. */
export function matchFinding({ rule: { policy }, activity }: Match): Finding {
  const { row, occurredAtMs } = activity;
  return {
    instanceId: row.instanceId,
    kind: "POLICY",
    policyId: policy.id,
    userId: row.userId,
    severity: policy.severity,
    title: titleOf(policy, row.actorName),
    explanation: {
      rule: "match",
      eventType: row.eventType,
      description: row.description,
      outcome: row.outcome,
      ipAddress: row.ipAddress,
      country: row.country,
      ...ofSigma(policy),
    },
    evidence: [[occurredAtMs, row.externalId]],
    dedupKey: matchKey(policy.id, row),
    occurredAt: new Date(occurredAtMs),
  };
}

/** Which public rule fired, and what else it is known to find. */
function ofSigma({ sigmaFacts }: Policy): object {
  if (sigmaFacts === null) return {};
  const { id, level, correlation, falsePositives } = sigmaFacts as SigmaFacts;
  return { sigma: { id, level, correlation, falsePositives } };
}

export function matchKey(
  policyId: number,
  { userId, actorName }: { userId: string | null; actorName: string | null },
): string {
  return userId === null ? `policy/${policyId}//${actorName ?? ""}` : `policy/${policyId}/${userId}`;
}

/** Thresholds that were reached. The account is that of the alert's instance: a person may have one in each. */
export async function reachedFindings(
  sql: Sql,
  reached: readonly Reached[],
  activities: readonly LoggedActivity[],
): Promise<Finding[]> {
  const actors = await loadActors(
    sql,
    reached.filter(({ counting }) => counting.isOfOneUser),
    activities,
  );
  return reached.map((one) => reachedFinding(one, actors.get(one) ?? nobody));
}

interface Actor {
  userId: string | null;
  actorName: string | null;
}
const nobody: Actor = { userId: null, actorName: null };

/** Most are at hand; those that came in an earlier batch are read by one statement. */
async function loadActors(
  sql: Sql,
  reached: readonly Reached[],
  activities: readonly LoggedActivity[],
): Promise<Map<Reached, Actor>> {
  const nameOf = (instanceId: number, occurredAtMs: number, externalId: string) =>
    `${instanceId}/${occurredAtMs}/${externalId}`;
  const known = new Map<string, Actor>(
    activities.map(({ row, occurredAtMs }) => [nameOf(row.instanceId, occurredAtMs, row.externalId), row]),
  );
  const own = ({ run, instanceId }: Reached) => run.filter((hit) => hit.instanceId === instanceId);
  const at = (hit: StoredHit) => nameOf(hit.instanceId, hit.occurredAtMs, hit.externalId);
  const missing = reached.flatMap((one) => (own(one).some((hit) => known.has(at(hit))) ? [] : own(one).slice(0, 1)));
  if (missing.length > 0) {
    const rows = await sql<(Actor & { instanceId: number; occurredAt: string; externalId: string })[]>`
      select a.instance_id as "instanceId", a.occurred_at as "occurredAt", a.external_id as "externalId", a.user_id as "userId", a.actor_name as "actorName"
      from activities a where (a.instance_id, a.occurred_at, a.external_id) in (select * from unnest(${missing.map((hit) => hit.instanceId)}::int[],
        ${missing.map((hit) => new Date(hit.occurredAtMs).toISOString())}::text[]::timestamptz[], ${missing.map((hit) => hit.externalId)}::text[]))`;
    for (const row of rows) known.set(nameOf(row.instanceId, epochOf(row.occurredAt), row.externalId), row);
  }
  return new Map(
    reached.map((one) => {
      const hit = own(one).find((each) => known.has(at(each)));
      return [one, hit ? known.get(at(hit))! : nobody];
    }),
  );
}

function reachedFinding(reached: Reached, { userId, actorName }: Actor): Finding {
  const { policy } = reached.rule;
  const { instanceId, run, fresh, occurrences } = reached;
  return {
    instanceId,
    kind: "POLICY",
    policyId: policy.id,
    userId,
    severity: policy.severity,
    title: titleOf(policy, actorName),
    explanation: {
      rule: "threshold",
      matches: run.length,
      from: new Date(run[0]!.occurredAtMs).toISOString(),
      to: new Date(run.at(-1)!.occurredAtMs).toISOString(),
      ...(policy.threshold ? { threshold: policy.threshold } : {}),
      ...ofSigma(policy),
    },
    evidence: fresh
      .filter((hit) => hit.instanceId === instanceId)
      .map((hit): [number, string] => [hit.occurredAtMs, hit.externalId]),
    dedupKey: reachedKey(reached),
    occurredAt: new Date(fresh.at(-1)!.occurredAtMs),
    occurrences,
  };
}

function titleOf(policy: Policy, actorName: string | null): string {
  return actorName === null ? policy.name : `${policy.name}: ${actorName}`;
}
