import type { Sql } from "postgres";
import type { Raised } from "#src/detection/alerts/raise.ts";
import { postgresJson } from "#src/platform/text.ts";
import { type Match, matchKey } from "./finding.ts";

/** Keeps which activity matched which policy, and the alert it counts for; one statement. */
export async function recordMatches(sql: Sql, matches: readonly Match[], raised: readonly Raised[]): Promise<void> {
  if (matches.length === 0) return;
  const alerts = new Map(
    raised.map(({ instanceId, findings: [first], id }) => [`${instanceId} ${first?.dedupKey}`, id]),
  );
  const rows = matches.map(({ rule: { policy, counting }, activity: { row } }) => ({
    instance_id: row.instanceId,
    occurred_at: row.occurredAt,
    external_id: row.externalId,
    policy_id: policy.id,
    alert_id: counting ? null : (alerts.get(`${row.instanceId} ${matchKey(policy.id, row)}`) ?? null),
  }));
  await sql`
    insert into policy_matches (instance_id, occurred_at, external_id, policy_id, alert_id)
    select * from json_to_recordset(${postgresJson(rows)}::text::json)
      as r(instance_id int, occurred_at timestamptz, external_id text, policy_id int, alert_id bigint)
    on conflict do nothing`;
}

/** The same for alerts that are raised from several activities together: by thresholds and detections. */
export async function recordEvidence(sql: Sql, raised: readonly Raised[]): Promise<void> {
  const rows = new Map<string, Record<string, unknown>>();
  for (const { instanceId, id, findings } of raised)
    for (const { policyId, evidence } of findings)
      if (policyId !== null)
        for (const [at, externalId] of evidence)
          rows.set(`${policyId} ${instanceId} ${at} ${externalId}`, {
            instance_id: instanceId,
            occurred_at: new Date(at).toISOString(),
            external_id: externalId,
            policy_id: policyId,
            alert_id: id,
          });
  if (rows.size === 0) return;
  await sql`
    insert into policy_matches as m (instance_id, occurred_at, external_id, policy_id, alert_id)
    select * from json_to_recordset(${postgresJson([...rows.values()])}::text::json)
      as r(instance_id int, occurred_at timestamptz, external_id text, policy_id int, alert_id bigint)
    on conflict (instance_id, occurred_at, external_id, policy_id) do update set alert_id = excluded.alert_id where m.alert_id is null`;
}
