import { type Db, rawSql } from "#db/client.ts";
import type { AlertSeverity } from "#db/tables/policies.ts";
import { publish } from "#src/events.ts";

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
}

export interface Raised {
  instanceId: number;
  id: number;
  /** False: an occurrence of an open alert. */
  isNew: boolean;
}

/** Raises alerts, or counts them as occurrences of open ones. Call `announceAlerts` at the end of the transaction. */
export async function raiseAlerts(tx: Db, findings: readonly Finding[], now: Date): Promise<Raised[]> {
  const sql = rawSql(tx);
  const raised: Raised[] = [];
  for (const finding of findings) {
    const evidence = finding.evidence.slice(0, maxEvidence);
    const [row] = await sql<{ id: string; isNew: boolean }[]>`
      insert into alerts as a (instance_id, kind, policy_id, user_id, oauth_app_id, file_id, severity, title, explanation, evidence, dedup_key, last_occurred_at, created_at, updated_at)
      values (${finding.instanceId}, ${finding.kind}, ${finding.policyId}, ${finding.userId ?? null}, ${finding.oauthAppId ?? null}, ${finding.fileId ?? null},
        ${finding.severity}, ${finding.title}, ${JSON.stringify(finding.explanation)}::text::jsonb, ${JSON.stringify(evidence)}::text::jsonb, ${finding.dedupKey},
        ${finding.occurredAt.toISOString()}::timestamptz, ${now.toISOString()}::timestamptz, ${now.toISOString()}::timestamptz)
      on conflict (instance_id, dedup_key) where status in ('OPEN', 'IN_PROGRESS') do update set
        occurrences = a.occurrences + 1, last_occurred_at = greatest(a.last_occurred_at, excluded.last_occurred_at), updated_at = excluded.updated_at,
        evidence = case when jsonb_array_length(a.evidence) + jsonb_array_length(excluded.evidence) <= ${maxEvidence} then a.evidence || excluded.evidence else a.evidence end
      returning id, (xmax = 0) as "isNew"`;
    if (row) raised.push({ instanceId: finding.instanceId, id: Number(row.id), isNew: row.isNew });
  }
  return raised;
}

/** Puts changed alerts into the log and notes where. At the end of the transaction: it takes the log's lock. */
export async function announceAlerts(tx: Db, changed: readonly { instanceId: number; id: number }[]): Promise<void> {
  const byInstance = new Map<number, Set<number>>();
  for (const { instanceId, id } of changed)
    byInstance.set(instanceId, (byInstance.get(instanceId) ?? new Set()).add(id));
  const sql = rawSql(tx);
  for (const [instanceId, ids] of byInstance) {
    const position = await publish(tx, "alert", { instanceId, payload: { ids: [...ids] } });
    await sql`update alerts set change_position = ${position} where instance_id = ${instanceId} and id = any(${[...ids]}::bigint[])`;
  }
}
