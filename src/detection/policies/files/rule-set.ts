import { type Db, rawSql } from "#db/client.ts";
import type { Policy } from "#db/tables/policies.ts";
import type { Log } from "#src/platform/log.ts";
import { type Condition, createFilterIndex, type FilterIndex } from "#src/realtime/filter-index.ts";
import { People } from "../people.ts";
import { compileFileRule, type EvaluatedFile, type FileNeeds, type FileRule, fileDimensions } from "./rule.ts";

/** Every enabled policy over files as of one version, compiled. */
export interface FileRuleSet {
  version: number;
  byPolicy: ReadonlyMap<number, FileRule>;
  rules: FilterIndex<EvaluatedFile, FileRule>;
  /** The owners of the files of a batch; the rules look into it. */
  people: People;
  needs: FileNeeds;
}

/** The rules as of the transaction: `known` when nothing has changed since. */
export async function currentFileRules(tx: Db, known: FileRuleSet | null, log: Log): Promise<FileRuleSet> {
  const [row] = await rawSql(tx)<{ version: number }[]>`select version from policy_version`;
  const version = Number(row?.version);
  if (known?.version === version) return known;
  const policies = await tx.query.policies.findMany({
    where: (t, { and, eq }) => and(eq(t.enabled, true), eq(t.kind, "FILE")),
    orderBy: (t) => t.id,
  });
  return compileFileRules(version, policies, log);
}

export function compileFileRules(version: number, policies: readonly Policy[], log: Log): FileRuleSet {
  const people = new People();
  const rules = createFilterIndex<EvaluatedFile, FileRule>(fileDimensions, frequencyOf);
  const byPolicy = new Map<number, FileRule>();
  const groups = new Set<string>();
  const needs = { groups, domains: false, folders: false, content: false };
  for (const policy of policies) {
    try {
      const rule = compileFileRule(policy, people);
      rules.add(rule, rule.conditions);
      byPolicy.set(policy.id, rule);
      for (const group of rule.needs.groups) groups.add(group);
      needs.domains ||= rule.needs.domains;
      needs.folders ||= rule.needs.folders;
      needs.content ||= rule.needs.content;
    } catch (error) {
      // One that a later version wrote, say. The others go on.
      log.error({ err: error, policy: policy.id }, "a stored rule cannot be parsed; it is skipped");
    }
  }
  return { version, byPolicy, rules, people, needs };
}

/** Roughly, of a hundred files, beside a value of a dimension that has many. */
const frequencyOfSharing: Readonly<Record<string, number>> = { PRIVATE: 50, INTERNAL: 40, EXTERNAL: 8, PUBLIC: 2 };
const frequencies: Readonly<Record<string, number>> = { extension: 2, mimeType: 2, instance: 20 };

function frequencyOf({ dimension, values }: Condition): number {
  if (dimension === "sharing") return values.reduce<number>((sum, one) => sum + (frequencyOfSharing[one] ?? 1), 0);
  return frequencies[dimension] ?? 1;
}
