import type { Sql } from "postgres";
import { postgresJson } from "#src/platform/text.ts";
import type { Explanation } from "./state.ts";

/** Of one policy: what would have fired at an activity. */
export interface FindingKey {
  instanceId: number;
  occurredAt: number;
  externalId: string;
  policyId: number;
}

/** Stores suppressed findings, and deletes those that turned out wrong. */
export async function storeSuppressedFindings(
  sql: Sql,
  gone: readonly FindingKey[],
  found: readonly (FindingKey & { rule: string; explanation: Explanation })[],
): Promise<void> {
  const instants = (keys: readonly FindingKey[]) => keys.map((key) => new Date(key.occurredAt).toISOString());
  if (gone.length > 0)
    await sql`
      delete from suppressed_findings s using unnest(${gone.map((key) => key.instanceId)}::int[], ${instants(gone)}::text[]::timestamptz[],
        ${gone.map((key) => key.externalId)}::text[], ${gone.map((key) => key.policyId)}::int[]) as k(instance_id, occurred_at, external_id, policy_id)
      where (s.instance_id, s.occurred_at, s.external_id, s.policy_id) = (k.instance_id, k.occurred_at, k.external_id, k.policy_id)`;
  if (found.length > 0)
    await sql`
      insert into suppressed_findings (instance_id, occurred_at, external_id, policy_id, rule, explanation)
      select * from unnest(${found.map((key) => key.instanceId)}::int[], ${instants(found)}::text[]::timestamptz[],
        ${found.map((key) => key.externalId)}::text[], ${found.map((key) => key.policyId)}::int[], ${found.map((key) => key.rule)}::text[],
        ${found.map((key) => postgresJson(key.explanation))}::text[]::jsonb[])
      on conflict (instance_id, occurred_at, external_id, policy_id) do update set rule = excluded.rule, explanation = excluded.explanation`;
}
