import { type Db, rawSql } from "#db/client.ts";
import type { Policy } from "#db/tables/policies.ts";
import type { Core } from "#src/core.ts";
import { announceAlerts, type Raised, raiseAlerts } from "#src/detection/alerts/raise.ts";
import { alertConnectionsFailed } from "#src/detection/alerts/system.ts";
import { runDetections } from "#src/detection/anomalies/index.ts";
import { findApps, scannedInstances } from "#src/detection/policies/apps.ts";
import { type LoggedActivity, loadActivities } from "#src/detection/policies/batch.ts";
import { type Match, matchFinding, reachedFindings } from "#src/detection/policies/finding.ts";
import { countHits, type Hit, pruneHits } from "#src/detection/policies/hits.ts";
import { guardOverload, type OverloadLimits, Tally } from "#src/detection/policies/overload.ts";
import { recordEvidence, recordMatches } from "#src/detection/policies/record.ts";
import { currentRules, type RuleSet } from "#src/detection/policies/rule-set.ts";
import { Suppressor } from "#src/detection/policies/suppress.ts";
import { epochOf } from "#src/platform/instant.ts";
import type { Topics } from "#src/realtime/publish.ts";
import type { LogEntry } from "#src/realtime/tailer.ts";
import { type PolicyAlert, requestPolicyActions } from "#src/response/governance/by-policy.ts";
import { announceActionKeys } from "#src/response/governance/record.ts";

const pruneEveryMs = 10_000;

export interface Evaluator {
  /** Takes batches of the log: everything that follows from them is written in the transaction. */
  consume(tx: Db, entries: readonly LogEntry[]): Promise<void>;
}

/**
 * Tries every new activity against the policies that are enabled as of the transaction. Keeps compiled rules between batches; everything
 * else it knows is in the database, so that any process may take the next batch.
 */
export function createEvaluator(core: Core, limits: OverloadLimits): Evaluator {
  let rules: RuleSet | null = null;
  let prunedAt = 0;
  return {
    async consume(tx, entries) {
      const failures = failedConnections(entries);
      const news = entries.filter(({ topic }) => topic === "activities" || topic === "scan");
      if (news.length === 0 && failures.length === 0) return;
      const broken = await alertConnectionsFailed(tx, failures, core.now());
      rules = await currentRules(tx, rules, core.log);
      const raised = await evaluate(tx, core, rules, news, limits);
      const now = core.now().getTime();
      if (now - prunedAt > pruneEveryMs) {
        await pruneHits(rawSql(tx), new Date(now));
        prunedAt = now;
      }
      const asked = await requestPolicyActions(tx, core, newAlerts(rules, raised));
      // Last: from here on the log is locked.
      await announceActionKeys(tx, asked.actions);
      await announceAlerts(tx, [...broken, ...raised, ...asked.raised]);
    },
  };
}

function failedConnections(entries: readonly LogEntry[]): { instanceId: number; reason: string; occurredAt: Date }[] {
  return entries.flatMap(({ topic, instanceId, payload, createdAt }) => {
    const failure = topic === "instance" ? (payload as Topics["instance"]).failure : undefined;
    return failure === undefined ? [] : [{ instanceId, reason: failure, occurredAt: new Date(epochOf(createdAt)) }];
  });
}

async function evaluate(
  tx: Db,
  core: Pick<Core, "now" | "log">,
  rules: RuleSet,
  entries: readonly LogEntry[],
  limits: OverloadLimits,
): Promise<Raised[]> {
  const sql = rawSql(tx);
  const now = core.now();
  const activities = await loadActivities(sql, entries, rules.readsRaw);
  await rules.people.load(sql, activities, rules.needs);
  const suppressor = new Suppressor(rules.suppressions, now);
  const { matches, hits, errors } = findMatches(core, rules, activities, suppressor);
  const reached = await countHits(sql, hits, now);
  const apps =
    rules.appRules.length === 0 ? [] : await findApps(sql, rules.appRules, await scannedInstances(sql, entries), now);
  const findings = [
    ...matches.filter(({ rule }) => rule.counting === null).map(matchFinding),
    ...(await reachedFindings(sql, reached, activities)),
    ...apps,
  ];
  const raised = await raiseAlerts(tx, findings, now);
  const detected = await runDetections(tx, core, activities, rules.detections, suppressor.covering);
  await recordMatches(sql, matches, raised);
  await recordEvidence(sql, [...raised, ...detected]);
  const tally = new Tally();
  for (const { rule, activity } of matches) tally.match(rule.policy, activity.row.instanceId);
  for (const { policyId, instanceId } of apps)
    tally.match(rules.policies.get(policyId as number) as Policy, instanceId);
  for (const { instanceId, isNew, findings } of detected) {
    const policy = isNew ? rules.policies.get(findings[0]?.policyId as number) : undefined;
    if (policy) tally.match(policy, instanceId);
  }
  for (const [policy, count] of errors) tally.errors(policy, count);
  const overloaded = await guardOverload(tx, tally, limits, now);
  await suppressor.record(sql);
  return [...raised, ...detected, ...overloaded];
}

/** What policies act on: an alert when it is raised, not each of its occurrences. */
function newAlerts({ policies }: RuleSet, raised: readonly Raised[]): PolicyAlert[] {
  return raised.flatMap(({ instanceId, id, isNew, findings }) => {
    const [finding] = findings;
    const policy = isNew && finding?.kind === "POLICY" ? policies.get(finding.policyId as number) : undefined;
    if (!finding || !policy) return [];
    const { userId = null, oauthAppId = null, fileId = null } = finding;
    const occurredAt = firstEvent(findings);
    return [{ policy, alert: { instanceId, id }, userId, oauthAppId, fileId, occurredAt }];
  });
}

/** When the first activity of the findings happened; null for findings without any. */
function firstEvent(findings: Raised["findings"]): Date | null {
  const times = findings.flatMap(({ evidence }) => evidence.map(([at]) => at));
  return times.length === 0 ? null : new Date(times.reduce((first, at) => Math.min(first, at)));
}

/** Through the index first: of a thousand rules only those are tried that may want the activity. */
function findMatches(
  { log }: Pick<Core, "log">,
  { rules }: Pick<RuleSet, "rules">,
  activities: readonly LoggedActivity[],
  suppressor: Suppressor,
): { matches: Match[]; hits: Hit[]; errors: Map<Policy, number> } {
  const matches: Match[] = [];
  const hits: Hit[] = [];
  const errors = new Map<Policy, number>();
  for (const activity of activities) {
    for (const rule of rules.candidates(activity)) {
      const { policy } = rule;
      if (activity.position <= policy.fromPosition) continue;
      try {
        if (!rule.matches(activity)) continue;
        const muted = suppressor.muted(policy.id, activity);
        if (muted !== null) suppressor.note(policy.id, activity, muted);
        else {
          const { counting } = rule;
          if (counting) for (const hit of counting.hits(activity)) hits.push({ rule, counting, activity, ...hit });
          matches.push({ rule, activity });
        }
      } catch (error) {
        // One event that a rule cannot bear must not stop the log for all others.
        if (!errors.has(policy))
          log.error({ err: error, policy: policy.id }, "the evaluation of a rule failed for an activity");
        errors.set(policy, (errors.get(policy) ?? 0) + 1);
      }
    }
  }
  return { matches, hits, errors };
}
