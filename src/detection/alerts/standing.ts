import { type Db, rawSql } from "#db/client.ts";
import { postgresJson } from "#src/platform/text.ts";
import type { Finding, Raised } from "./raise.ts";

/** The content of an alert as a whole, reported again whenever more of it is known. Its key is never another's, not even once it is resolved, unless it is ongoing. */
export interface StandingFinding extends Finding {
  occurrences: number;
  /** The key under which it was reported before, if that has changed. */
  formerKey: string | null;
  /**
   * It goes on under one key. `occurrences` counts from its beginning: an alert has those since the one before it was resolved, and there
   * is a new alert only when there are such.
   */
  isOngoing: boolean;
}

/** Resolution of an alert that was taken back. */
const withdrawn = "Withdrawn: activities that arrived later showed that it was not so.";

/**
 * Raises alerts, or makes those that were raised say what is known now. A resolved one stays resolved; one that was withdrawn is open again.
 * In one statement. Call `announceAlerts` at the end of the transaction.
 */
export async function setAlerts(tx: Db, findings: readonly StandingFinding[], now: Date): Promise<Raised[]> {
  if (findings.length === 0) return [];
  const rows = findings.map((finding, n) => ({ ...finding, n, formerKey: finding.formerKey ?? finding.dedupKey }));
  const at = now.toISOString();
  const raised = await rawSql(tx)<{ instanceId: number; id: string; dedupKey: string; isNew: boolean }[]>`
    with found as (
      select * from json_to_recordset(${postgresJson(rows)}::text::json) as f(n int, "instanceId" int, kind text, "policyId" int, "userId" text,
        "oauthAppId" text, "fileId" text, severity text, title text, explanation jsonb, evidence jsonb, "dedupKey" text, "formerKey" text,
        "isOngoing" boolean, occurrences int, "occurredAt" timestamptz)
    ), ended as (
      select f.n, sum(a.occurrences)::int as occurrences, extract(epoch from max(a.last_occurred_at)) * 1000 as until
      from found f join alerts a on a.instance_id = f."instanceId" and a.dedup_key = f."dedupKey" and a.status not in ('OPEN', 'IN_PROGRESS')
      where f."isOngoing" group by f.n
    ), fresh as (
      select f.n, f.occurrences - coalesce(e.occurrences, 0) as occurrences,
        case when e.n is null then f.evidence
          else jsonb_path_query_array(f.evidence, 'strict $[*] ? (@[0] > $until)', jsonb_build_object('until', e.until)) end as evidence
      from found f left join ended e using (n)
    ), changed as (
      update alerts a set title = f.title, explanation = f.explanation, evidence = fresh.evidence, occurrences = greatest(fresh.occurrences, 1),
        last_occurred_at = f."occurredAt", updated_at = ${at}::timestamptz,
        dedup_key = case when exists (select from alerts b where b.instance_id = a.instance_id and b.dedup_key = f."dedupKey")
          then a.dedup_key else f."dedupKey" end,
        status = case when a.status = 'BENIGN' and a.resolution = ${withdrawn} then 'OPEN' else a.status end,
        resolution = nullif(a.resolution, ${withdrawn})
      from found f join fresh using (n) where a.instance_id = f."instanceId" and a.dedup_key = f."formerKey"
        and (not f."isOngoing" or a.status in ('OPEN', 'IN_PROGRESS'))
      returning a.instance_id, a.id, f."dedupKey", f.n
    ), added as (
      insert into alerts (instance_id, kind, policy_id, user_id, oauth_app_id, file_id, severity, title, explanation, evidence, dedup_key,
        occurrences, last_occurred_at, created_at, updated_at)
      select "instanceId", kind, "policyId", "userId", "oauthAppId", "fileId", severity, title, explanation, fresh.evidence, "dedupKey",
        fresh.occurrences, "occurredAt", ${at}::timestamptz, ${at}::timestamptz
      from found f join fresh using (n) where f.n not in (select n from changed) and fresh.occurrences > 0
        and (f."isOngoing" or not exists (select from alerts b where b.instance_id = f."instanceId" and b.dedup_key = f."dedupKey"))
      order by f.n
      returning instance_id, id, dedup_key
    )
    select instance_id as "instanceId", id, "dedupKey", false as "isNew" from changed
    union all select instance_id, id, dedup_key, true from added order by id`;
  const byKey = new Map(findings.map((finding) => [`${finding.instanceId} ${finding.dedupKey}`, finding]));
  return raised.map(({ instanceId, id, dedupKey, isNew }) => ({
    ...{ instanceId, id: Number(id), isNew },
    findings: [byKey.get(`${instanceId} ${dedupKey}`)!],
  }));
}

/** Retracts alerts that turned out wrong. Those that a person has taken up, or that an action was taken for, stay. */
export async function withdrawAlerts(
  tx: Db,
  untrue: readonly { instanceId: number; dedupKey: string }[],
  now: Date,
): Promise<Raised[]> {
  if (untrue.length === 0) return [];
  const rows = await rawSql(tx)<{ instanceId: number; id: string }[]>`
    update alerts a set status = 'BENIGN', resolution = ${withdrawn}, updated_at = ${now.toISOString()}::timestamptz
    where (a.instance_id, a.dedup_key) in
        (select * from unnest(${untrue.map((one) => one.instanceId)}::int[], ${untrue.map((one) => one.dedupKey)}::text[]))
      and a.status = 'OPEN' and a.assignee is null
      and not exists (select from governance_actions g where g.instance_id = a.instance_id and g.alert_id = a.id)
    returning a.instance_id as "instanceId", a.id`;
  return rows.map(({ instanceId, id }) => ({ instanceId, id: Number(id), isNew: false, findings: [] }));
}
