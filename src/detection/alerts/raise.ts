import { type Db, rawSql } from "#db/client.ts";
import type { AlertSeverity } from "#db/tables/policies.ts";
import { postgresJson } from "#src/platform/text.ts";
import { publish } from "#src/realtime/publish.ts";

/** Evidence kept with an alert; later matches only count. */
const maxEvidence = 100;

export interface Finding {
  instanceId: number;
  kind: "POLICY" | "SYSTEM";
  policyId: number | null;
  userId?: string | null;
  oauthAppId?: string | null;
  fileId?: string | null;
  severity: AlertSeverity;
  title: string;
  /** Why, in figures: places, speed, baseline, counts. */
  explanation: Record<string, unknown>;
  /** `[epoch ms, external id]` of activities of the instance, oldest first. */
  evidence: [number, string][];
  /** Findings with one key are one alert as long as it is unresolved. */
  dedupKey: string;
  /** Event time. */
  occurredAt: Date;
  /** How often it happened. Default 1. */
  occurrences?: number;
}

export interface Raised {
  instanceId: number;
  id: number;
  /** False: an occurrence of an open alert. */
  isNew: boolean;
  /** What it was raised from, or repeated by; at least one. */
  findings: readonly Finding[];
}

/**
 * Raises alerts, or counts them as occurrences of open ones: one statement, however many. Findings with one key are one alert, in the order
 * of the first of each. Call `announceAlerts` at the end of the transaction.
 */
export async function raiseAlerts(tx: Db, findings: readonly Finding[], now: Date): Promise<Raised[]> {
  if (findings.length === 0) return [];
  const merged = merge(findings);
  const rows = [...merged.values()].map(({ findings: [finding], evidence, occurrences, occurredAt }) => ({
    instance_id: finding.instanceId,
    kind: finding.kind,
    policy_id: finding.policyId,
    user_id: finding.userId ?? null,
    oauth_app_id: finding.oauthAppId ?? null,
    file_id: finding.fileId ?? null,
    severity: finding.severity,
    title: finding.title,
    explanation: finding.explanation,
    evidence: evidence.slice(0, maxEvidence),
    dedup_key: finding.dedupKey,
    occurrences,
    last_occurred_at: occurredAt.toISOString(),
  }));
  const at = now.toISOString();
  const raised = await rawSql(tx)<{ instanceId: number; id: string; dedupKey: string; isNew: boolean }[]>`
    insert into alerts as a (instance_id, kind, policy_id, user_id, oauth_app_id, file_id, severity, title, explanation, evidence, dedup_key, occurrences,
      last_occurred_at, created_at, updated_at)
    select r.*, ${at}::timestamptz, ${at}::timestamptz
    from json_to_recordset(${postgresJson(rows)}::text::json) as r(instance_id int, kind text, policy_id int, user_id text, oauth_app_id text, file_id text,
      severity text, title text, explanation jsonb, evidence jsonb, dedup_key text, occurrences int, last_occurred_at timestamptz)
    on conflict (instance_id, dedup_key) where status in ('OPEN', 'IN_PROGRESS') do update set
      occurrences = a.occurrences + excluded.occurrences, last_occurred_at = greatest(a.last_occurred_at, excluded.last_occurred_at),
      updated_at = excluded.updated_at,
      evidence = case when jsonb_array_length(a.evidence) >= ${maxEvidence} then a.evidence
        else jsonb_path_query_array(a.evidence || excluded.evidence, ${`$[0 to ${maxEvidence - 1}]`}::text::jsonpath) end
    returning instance_id as "instanceId", id, dedup_key as "dedupKey", (xmax = 0) as "isNew"`;
  const byKey = new Map(raised.map((row) => [`${row.instanceId} ${row.dedupKey}`, row]));
  return [...merged].map(([key, { findings: own }]) => {
    const row = byKey.get(key)!;
    return { instanceId: row.instanceId, id: Number(row.id), isNew: row.isNew, findings: own };
  });
}

interface Merged {
  findings: [Finding, ...Finding[]];
  evidence: [number, string][];
  occurrences: number;
  occurredAt: Date;
}

function merge(findings: readonly Finding[]): Map<string, Merged> {
  const merged = new Map<string, Merged>();
  for (const finding of findings) {
    const key = `${finding.instanceId} ${finding.dedupKey}`;
    const { evidence, occurredAt, occurrences = 1 } = finding;
    const earlier = merged.get(key);
    if (!earlier) {
      merged.set(key, { findings: [finding], evidence: evidence.slice(0, maxEvidence), occurrences, occurredAt });
      continue;
    }
    earlier.findings.push(finding);
    earlier.occurrences += occurrences;
    if (earlier.evidence.length < maxEvidence) earlier.evidence.push(...evidence.slice(0, maxEvidence));
    if (occurredAt > earlier.occurredAt) earlier.occurredAt = occurredAt;
  }
  return merged;
}

/** Puts changed alerts into the log, which notes its position with them. */
export async function announceAlerts(
  tx: Db,
  changed: readonly { instanceId: number; id: number; isNew?: boolean }[],
): Promise<void> {
  const byInstance = new Map<number, Map<number, boolean>>();
  for (const { instanceId, id, isNew } of changed) {
    const ofInstance = byInstance.get(instanceId) ?? new Map<number, boolean>();
    byInstance.set(instanceId, ofInstance.set(id, ofInstance.get(id) || isNew === true));
  }
  for (const [instanceId, found] of byInstance) {
    const ids = [...found.keys()];
    const raised = ids.filter((id) => found.get(id));
    await publish(tx, "alert", { instanceId, payload: { ids, raised } });
  }
}
