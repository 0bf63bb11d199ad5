import { type Db, rawSql } from "#db/client.ts";
import type { Check, CheckResult, PostureSnapshot } from "#src/connector-kit/contract/checks.ts";
import { postgresJson } from "#src/platform/text.ts";
import { announceRecommendations, noteScore } from "./record.ts";

export interface Evaluated {
  slug: string;
  finding: "TO_ADDRESS" | "COMPLETED" | "NOT_EVALUATED";
  /** 0..1 of the points. */
  share: number;
  evidence: unknown;
  because: string | null;
}

/** Runs one check. What could not be read, or threw, is NOT_EVALUATED with the reason: never a pass. */
export function runCheck(check: Check, snapshot: PostureSnapshot, known: (key: string) => boolean): Evaluated {
  const unevaluated = (because: string): Evaluated => ({
    slug: check.slug,
    finding: "NOT_EVALUATED",
    share: 0,
    evidence: null,
    because,
  });
  for (const key of check.needs) {
    const reason = snapshot.unreadable(key);
    if (reason !== null) return unevaluated(`${key} could not be read: ${reason}`);
    if (!known(key)) return unevaluated(`${key} has not been read.`);
  }
  let answer: CheckResult;
  try {
    answer = check.evaluate(snapshot);
  } catch (error) {
    return unevaluated(`The check failed: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (answer.result === "unknown") return unevaluated(answer.because ?? "What it needs is not known.");
  const passed = answer.result === "pass";
  const share = Math.max(0, Math.min(1, answer.share ?? (passed ? 1 : 0)));
  return {
    slug: check.slug,
    finding: passed ? "COMPLETED" : "TO_ADDRESS",
    share: passed ? 1 : Math.min(share, 0.999),
    evidence: answer.evidence ?? null,
    because: null,
  };
}

/**
 * Runs a connector's checks over the settings as stored, in the transaction that ends a posture scan. What an admin decided stays,
 * until the check finds COMPLETED. Changes go to the log.
 */
export async function evaluatePosture(tx: Db, checks: readonly Check[], instanceId: number, now: Date): Promise<void> {
  if (checks.length === 0) return;
  const sql = rawSql(tx);
  const rows = await sql<{ key: string; value: unknown; unreadable: string | null }[]>`
    select key, value, unreadable from posture_settings where instance_id = ${instanceId}`;
  const settings = new Map(rows.map((row) => [row.key, row]));
  const snapshot: PostureSnapshot = {
    get: (key) => settings.get(key)?.value,
    unreadable: (key) => settings.get(key)?.unreadable ?? null,
  };
  const changed: string[] = [];
  for (const check of checks) {
    const found = runCheck(check, snapshot, (key) => settings.has(key));
    const [row] = await sql<{ changed: boolean }[]>`
      with before as (select finding, share, evidence, because from recommendations where instance_id = ${instanceId} and slug = ${check.slug})
      insert into recommendations as r (instance_id, slug, finding, share, max_points, evidence, because, evaluated_at)
      values (${instanceId}, ${check.slug}, ${found.finding}, ${found.share}, ${check.maxPoints}, ${postgresJson(found.evidence)}::text::jsonb, ${found.because}, ${now.toISOString()}::timestamptz)
      on conflict (instance_id, slug) do update set finding = excluded.finding, share = excluded.share, max_points = excluded.max_points,
        evidence = excluded.evidence, because = excluded.because, evaluated_at = excluded.evaluated_at,
        decision = case when excluded.finding = 'COMPLETED' then null else r.decision end,
        status_set_by = case when excluded.finding = 'COMPLETED' then null else r.status_set_by end,
        status_expires_at = case when excluded.finding = 'COMPLETED' then null else r.status_expires_at end
      returning not exists (select from before b where b.finding = r.finding and b.share = r.share and b.evidence is not distinct from r.evidence
        and b.because is not distinct from r.because) as changed`;
    if (row?.changed) changed.push(check.slug);
  }
  const slugs = checks.map((check) => check.slug);
  await sql`delete from recommendations where instance_id = ${instanceId} and slug <> all(${slugs})`;
  await noteScore(tx, instanceId, now);
  if (changed.length > 0) await announceRecommendations(tx, instanceId, changed);
}
