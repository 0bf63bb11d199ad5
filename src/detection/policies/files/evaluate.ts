import { type Db, rawSql } from "#db/client.ts";
import type { MatchEnd } from "#db/tables/file-policies.ts";
import type { Policy } from "#db/tables/policies.ts";
import type { Core } from "#src/core.ts";
import { type Finding, type Raised, raiseAlerts } from "#src/detection/alerts/raise.ts";
import { requestInspections } from "#src/detection/inspection/request.ts";
import { lockInstance } from "#src/instances/lock.ts";
import { accountText } from "#src/inventory/files/filter.ts";
import type { AccountKey } from "#src/query/ids.ts";
import type { Found } from "./content.ts";
import { loadEvaluated } from "./load.ts";
import { endMatches, type OpenMatch, openMatches, type StartedMatch, startMatches } from "./matches.ts";
import type { EvaluatedFile, FileRule, Verdict } from "./rule.ts";
import type { FileRuleSet } from "./rule-set.ts";

/** What looking at some files came to. The caller announces the alerts and publishes the files whose inspection was asked for. */
export interface Evaluated {
  raised: Raised[];
  started: (StartedMatch & { policy: Policy })[];
  errors: Map<Policy, number>;
  awaiting: Map<number, string[]>;
}

/**
 * One evaluation at a time in all processes: the consumer of changes and the job that applies a policy to stored files both compare the
 * files with the matches there are. What either reads afterwards is what the other has committed.
 */
export async function lockFileEvaluation(tx: Db): Promise<void> {
  await rawSql(tx)`select pg_advisory_xact_lock(4711005, 0)`;
}

/**
 * Compares files as they are now with the matches there are: starts and ends matches, raises alerts, and asks for the inspection of
 * files whose content decides. `only`: for one policy. In the caller's transaction, which holds the lock of `lockFileEvaluation`.
 */
export async function evaluateFiles(
  tx: Db,
  core: Core,
  rules: FileRuleSet,
  keys: readonly AccountKey[],
  { only = null, onEnd = "FILE_CHANGED" }: { only?: FileRule | null; onEnd?: MatchEnd } = {},
): Promise<Evaluated> {
  const sql = rawSql(tx);
  const now = core.now();
  const needs = only?.needs ?? rules.needs;
  const files = keys.length === 0 ? [] : await loadEvaluated(tx, keys, needs);
  await rules.people.loadOwners(
    sql,
    files.map(({ row }) => row),
    needs.groups,
  );
  const { verdicts, errors } = tryAll(core, rules, files, only, now);
  const open = await openMatches(sql, keys, only?.policy.id ?? null);
  const awaiting = await askForContent(tx, core, files, verdicts);

  const ended = open.flatMap((match): (OpenMatch & { reason: MatchEnd })[] => {
    // A policy that is not enabled here: the job that is under way for it ends its matches.
    if (!rules.byPolicy.has(match.policyId)) return [];
    const verdict = verdicts.get(accountText(match))?.get(match.policyId);
    if (verdict && verdict.matches !== false) return [];
    const exists = files.some(({ row }) => accountText(row) === accountText(match) && row.removedAt === null);
    return [{ ...match, reason: exists ? onEnd : "FILE_REMOVED" }];
  });
  await endMatches(sql, ended, now);

  const isOpen = new Set(open.map((match) => `${match.policyId} ${accountText(match)}`));
  const fresh = files.flatMap((file) =>
    [...(verdicts.get(accountText(file.row)) ?? [])].flatMap(([policyId, verdict]) => {
      if (verdict.matches !== true || isOpen.has(`${policyId} ${accountText(file.row)}`)) return [];
      return [{ file, policy: rules.byPolicy.get(policyId)!.policy, found: verdict.found }];
    }),
  );
  const raised = await raiseAlerts(
    tx,
    fresh.map(({ file, policy, found }) => findingOf(policy, file, found, now)),
    now,
  );
  const started = await startMatches(
    sql,
    raised.map(({ instanceId, id, findings: [finding] }) => ({
      instanceId,
      externalId: finding!.fileId!,
      policyId: finding!.policyId!,
      alertId: id,
    })),
    now,
  );
  return {
    raised,
    started: started.map((match) => ({ ...match, policy: rules.byPolicy.get(match.policyId)!.policy })),
    errors,
    awaiting,
  };
}

type Verdicts = Map<string, Map<number, Verdict>>;

/** Through the index first: of hundreds of rules only those are tried that may want the file. */
function tryAll(
  { log }: Pick<Core, "log">,
  rules: FileRuleSet,
  files: readonly EvaluatedFile[],
  only: FileRule | null,
  now: Date,
): { verdicts: Verdicts; errors: Map<Policy, number> } {
  const verdicts: Verdicts = new Map();
  const errors = new Map<Policy, number>();
  for (const file of files) {
    const ofFile = new Map<number, Verdict>();
    for (const rule of only ? [only] : rules.rules.candidates(file)) {
      try {
        ofFile.set(rule.policy.id, rule.try(file, now));
      } catch (error) {
        // One file that a rule cannot bear must not stop the log for all others.
        if (!errors.has(rule.policy))
          log.error({ err: error, policy: rule.policy.id }, "the evaluation of a rule failed for a file");
        errors.set(rule.policy, (errors.get(rule.policy) ?? 0) + 1);
      }
    }
    verdicts.set(accountText(file.row), ofFile);
  }
  return { verdicts, errors };
}

/** Ids of the files that were queued, by instance. Before anything else is written: pages of a scan take the instance's lock first, too. */
async function askForContent(
  tx: Db,
  core: Core,
  files: readonly EvaluatedFile[],
  verdicts: Verdicts,
): Promise<Map<number, string[]>> {
  const unknown = files.filter(
    ({ row, content }) =>
      content.state === "unknown" &&
      [...(verdicts.get(accountText(row))?.values() ?? [])].some(({ matches }) => matches === "unknown"),
  );
  const byInstance = Map.groupBy(unknown, ({ row }) => row.instanceId);
  const asked = new Map<number, string[]>();
  for (const instanceId of [...byInstance.keys()].sort((one, other) => one - other)) {
    await lockInstance(tx, instanceId);
    const ids = byInstance.get(instanceId)!.map(({ row }) => row.externalId);
    asked.set(instanceId, await requestInspections(core, tx, instanceId, ids));
  }
  return asked;
}

/** One alert for each policy and file, as long as it is open. */
function findingOf(policy: Policy, { row, domains }: EvaluatedFile, found: readonly Found[], now: Date): Finding {
  return {
    instanceId: row.instanceId,
    kind: "POLICY",
    policyId: policy.id,
    fileId: row.externalId,
    severity: policy.severity,
    title: `${policy.name}: ${row.name}`,
    explanation: {
      rule: "file",
      path: row.path,
      owner: row.ownerName,
      sharing: row.sharing,
      link: row.linkAudience,
      modifiedAt: row.modifiedAt === null ? null : new Date(row.modifiedAt).toISOString(),
      ...(domains.size > 0 ? { collaboratorDomains: [...domains].sort() } : {}),
      ...(found.length > 0 ? { content: found } : {}),
    },
    evidence: [],
    dedupKey: `policy/${policy.id}/file/${row.externalId}`,
    occurredAt: now,
  };
}
