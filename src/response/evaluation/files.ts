import type { Db } from "#db/client.ts";
import type { Core } from "#src/core.ts";
import { announceAlerts } from "#src/detection/alerts/raise.ts";
import { type Evaluated, evaluateFiles, lockFileEvaluation } from "#src/detection/policies/files/evaluate.ts";
import { currentFileRules, type FileRuleSet } from "#src/detection/policies/files/rule-set.ts";
import { advanceFileRun, lockFileRun, requestDailyRuns, requestFileRun } from "#src/detection/policies/files/runs.ts";
import { guardOverload, type OverloadLimits, overloadLimits, Tally } from "#src/detection/policies/overload.ts";
import { accountText } from "#src/inventory/files/filter.ts";
import type { AccountKey } from "#src/query/ids.ts";
import type { Consumer } from "#src/realtime/consumer.ts";
import { publish } from "#src/realtime/publish.ts";
import type { LogEntry } from "#src/realtime/tailer.ts";
import { requestPolicyActions } from "#src/response/governance/by-policy.ts";
import { announceActionKeys } from "#src/response/governance/record.ts";

/** The evaluation of policies over files as a consumer of the log: each change once, in order, whichever process takes it. */
export function filePolicyConsumer(core: Core, limits: OverloadLimits = overloadLimits): Consumer {
  let rules: FileRuleSet | null = null;
  return {
    name: "file-policies",
    batches: 200,
    activities: 1000,
    async consume(tx, entries) {
      const changed = changedFiles(entries);
      if (changed.length === 0) return;
      await lockFileEvaluation(tx);
      rules = await currentFileRules(tx, rules, core.log);
      await conclude(tx, core, await evaluateFiles(tx, core, rules, changed), limits);
    },
  };
}

/** Each once: a file is looked at as it is now, not as it was at each of its changes. */
function changedFiles(entries: readonly LogEntry[]): AccountKey[] {
  const changed = new Map<string, AccountKey>();
  for (const { topic, instanceId, externalIds } of entries)
    if (topic === "files")
      for (const externalId of externalIds) {
        const key = { instanceId, externalId };
        changed.set(accountText(key), key);
      }
  return [...changed.values()];
}

/**
 * Applies a policy to the stored files: after it was made, changed or switched. How far it came commits with what was found, so that the
 * job goes on from there after a crash.
 */
export async function applyToFiles(
  core: Core,
  policyId: number,
  signal: AbortSignal,
  limits: OverloadLimits = overloadLimits,
): Promise<void> {
  let rules: FileRuleSet | null = null;
  for (let more = true; more; ) {
    signal.throwIfAborted();
    more = await core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      await lockFileEvaluation(tx);
      const run = await lockFileRun(tx, policyId);
      if (!run) return false;
      rules = await currentFileRules(tx, rules, core.log);
      const rule = rules.byPolicy.get(policyId) ?? null;
      // Disabled, or it can no longer be parsed, while its files were being passed.
      const step =
        rule === null && run.phase === "FILES" ? { ...run, phase: "MATCHES" as const, reachedMatch: 0 } : run;
      const keys = await advanceFileRun(tx, step, rule, core.now());
      const onEnd = step.phase === "MATCHES" ? "POLICY_CHANGED" : "FILE_CHANGED";
      if (keys.length > 0)
        await conclude(tx, core, await evaluateFiles(tx, core, rules, keys, { only: rule, onEnd }), limits);
      return true;
    });
  }
}

/** Policies that depend on the time, on folders or on groups: queued again a day after their last run. */
export async function applyDaily(core: Core): Promise<void> {
  await requestDailyRuns(core, await currentFileRules(core.db, null, core.log));
}

/** Counts, actions and announcements of what was found. */
async function conclude(
  tx: Db,
  core: Core,
  { raised, started, errors, awaiting }: Evaluated,
  limits: OverloadLimits,
): Promise<void> {
  const tally = new Tally();
  for (const { policy, instanceId } of started) tally.match(policy, instanceId);
  for (const [policy, count] of errors) tally.errors(policy, count);
  const overloaded = await guardOverload(tx, tally, limits, core.now());
  for (const { findings } of overloaded)
    for (const { policyId } of findings) if (policyId !== null) await requestFileRun(tx, core, policyId);
  const asked = await requestPolicyActions(
    tx,
    core,
    // Every match is acted on, also while the alert of the one before is open.
    started.map(({ policy, instanceId, externalId, alertId, id }) => ({
      policy,
      alert: { instanceId, id: alertId },
      userId: null,
      oauthAppId: null,
      fileId: externalId,
      matchId: id,
      // When it was shared like this no app reports.
      occurredAt: null,
    })),
  );
  await announceActionKeys(tx, asked.actions);
  await announceAlerts(tx, [...raised, ...overloaded, ...asked.raised]);
  for (const [instanceId, externalIds] of awaiting)
    if (externalIds.length > 0) await publish(tx, "files", { instanceId, externalIds });
}
