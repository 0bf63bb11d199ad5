import { type Db, rawSql } from "#db/client.ts";
import type { Policy } from "#db/tables/policies.ts";
import { recordAudit } from "#src/access/audit.ts";
import { systemViewer } from "#src/access/viewer.ts";
import type { Raised } from "#src/detection/alerts/raise.ts";
import { alertPolicyOverloaded } from "#src/detection/alerts/system.ts";

/** A policy that matches more often is switched off: its alerts are of no use, and it slows all others. */
export interface OverloadLimits {
  perDay: number;
  perThreeHours: number;
}

export const overloadLimits: OverloadLimits = { perDay: 200_000, perThreeHours: 100_000 };

const hourMs = 60 * 60_000;

interface Count {
  policy: Policy;
  matches: number;
  errors: number;
  byInstance: Map<number, number>;
}

/** What the policies made of one batch. */
export class Tally {
  readonly counts = new Map<number, Count>();

  match(policy: Policy, instanceId: number, times = 1): void {
    const count = this.#of(policy);
    count.matches += times;
    count.byInstance.set(instanceId, (count.byInstance.get(instanceId) ?? 0) + times);
  }

  errors(policy: Policy, times: number): void {
    this.#of(policy).errors += times;
  }

  #of(policy: Policy): Count {
    let count = this.counts.get(policy.id);
    if (!count) {
      count = { policy, matches: 0, errors: 0, byInstance: new Map() };
      this.counts.set(policy.id, count);
    }
    return count;
  }
}

/**
 * Adds to the hour's counters and switches off what is over a limit, with an alert where it matched most. One statement, as long as no
 * policy comes near its limit.
 */
export async function guardOverload(tx: Db, tally: Tally, limits: OverloadLimits, now: Date): Promise<Raised[]> {
  if (tally.counts.size === 0) return [];
  const counts = [...tally.counts.values()].sort((a, b) => a.policy.id - b.policy.id);
  const hour = new Date(Math.floor(now.getTime() / hourMs) * hourMs);
  const rows = await rawSql(tx)<{ policyId: number; matches: number }[]>`
    insert into policy_hours as h (policy_id, hour, matches, errors)
    select r.policy_id, ${hour.toISOString()}::timestamptz, r.matches, r.errors
    from unnest(${counts.map(({ policy }) => policy.id)}::int[], ${counts.map(({ matches }) => matches)}::int[], ${counts.map(({ errors }) => errors)}::int[])
      as r(policy_id, matches, errors)
    on conflict (policy_id, hour) do update set matches = h.matches + excluded.matches, errors = h.errors + excluded.errors
    returning policy_id as "policyId", matches`;
  // Hours are added up only every so many matches: a policy may go over its limit by a hundredth.
  const step = Math.max(1, Math.floor(Math.min(limits.perDay, limits.perThreeHours) / 100));
  const suspects = rows.flatMap(({ policyId, matches }) => {
    const count = tally.counts.get(policyId)!;
    return Math.floor(matches / step) > Math.floor((matches - count.matches) / step) ? [count] : [];
  });
  return suspects.length === 0 ? [] : switchOff(tx, suspects, limits, hour, now);
}

async function switchOff(
  tx: Db,
  suspects: readonly Count[],
  limits: OverloadLimits,
  hour: Date,
  now: Date,
): Promise<Raised[]> {
  const sql = rawSql(tx);
  const since = (hours: number) => new Date(hour.getTime() - (hours - 1) * hourMs).toISOString();
  const sums = await sql<{ policyId: number; day: number; threeHours: number }[]>`
    select policy_id as "policyId", sum(matches)::int as day, (coalesce(sum(matches) filter (where hour >= ${since(3)}::timestamptz), 0))::int as "threeHours"
    from policy_hours where policy_id = any(${suspects.map(({ policy }) => policy.id)}::int[]) and hour >= ${since(24)}::timestamptz group by 1 order by 1`;
  const raised: Raised[] = [];
  for (const { policyId, day, threeHours } of sums) {
    const { policy, byInstance } = suspects.find((one) => one.policy.id === policyId)!;
    const over =
      threeHours > limits.perThreeHours
        ? { count: threeHours, limit: limits.perThreeHours, span: "3 hours" }
        : day > limits.perDay
          ? { count: day, limit: limits.perDay, span: "24 hours" }
          : null;
    if (!over) continue;
    const reason = `It matched ${over.count.toLocaleString("en")} activities within ${over.span}; the limit is ${over.limit.toLocaleString("en")}. Narrow it and enable it again.`;
    await sql`update policies set enabled = false, disabled_reason = ${reason}, updated_at = ${now.toISOString()}::timestamptz where id = ${policyId}`;
    await recordAudit(tx, systemViewer, {
      action: "policy.disable",
      target: `policy/${policyId}`,
      before: { enabled: true },
      after: { enabled: false, disabledReason: reason },
      result: "ok",
    });
    const [[instanceId] = [0]] = [...byInstance].sort((a, b) => b[1] - a[1]);
    raised.push(...(await alertPolicyOverloaded(tx, policy, instanceId, { reason, ...over }, now)));
  }
  return raised;
}
