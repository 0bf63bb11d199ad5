import type { Sql } from "postgres";
import { type Db, rawSql, tables } from "#db/client.ts";
import type { Policy } from "#db/tables/policies.ts";
import type { EvaluatedActivity } from "#src/detection/rules/evaluated.ts";
import type { Log } from "#src/platform/log.ts";
import { type Condition, createFilterIndex, type FilterIndex } from "#src/realtime/filter-index.ts";
import { type AppRule, compileAppRule } from "./apps.ts";
import { type CompiledSuppression, compileRule, compileSuppression, type Needs, type Rule } from "./compile.ts";
import { People, type PeopleNeeds } from "./people.ts";
import { ruleDimensions } from "./rule-dimensions.ts";

/** Every enabled policy and every suppression as of one version, compiled. */
export interface RuleSet {
  version: number;
  policies: ReadonlyMap<number, Policy>;
  /** Rules over single activities. */
  rules: FilterIndex<EvaluatedActivity, Rule>;
  detections: Policy[];
  appRules: AppRule[];
  suppressions: ReadonlyMap<number, readonly CompiledSuppression[]>;
  /** Loaded for each batch with `needs`; the rules look into it. */
  people: People;
  needs: PeopleNeeds;
  /** Some rule looks at the event as the app sent it. */
  readsRaw: boolean;
}

/** The rules as of the transaction: `known` when nothing has changed since. */
export async function currentRules(tx: Db, known: RuleSet | null, log: Log): Promise<RuleSet> {
  const sql: Sql = rawSql(tx);
  const [row] = await sql<{ version: number }[]>`select version from policy_version`;
  const version = Number(row?.version);
  if (known?.version === version) return known;
  const policies = await tx.query.policies.findMany({
    where: (t, { eq }) => eq(t.enabled, true),
    orderBy: (t) => t.id,
  });
  const suppressions = await tx.select().from(tables.suppressions).orderBy(tables.suppressions.id);
  return compileSet(version, policies, suppressions, log);
}

/** Roughly, beside a value of a dimension that has many. */
const frequencies: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  category: { LOG_ON: 5, USER: 5, ADMIN: 2 },
  outcome: { SUCCESS: 10, FAILURE: 1, UNKNOWN: 1 },
  ipCategory: { OTHER: 10 },
};
const frequencyOfConnector = 5;

function frequencyOf({ dimension, values }: Condition): number {
  if (dimension === "connector") return frequencyOfConnector;
  const known = frequencies[dimension];
  return known ? values.reduce<number>((sum, value) => sum + (known[value] ?? 1), 0) : 1;
}

export function compileSet(
  version: number,
  policies: readonly Policy[],
  suppressions: readonly (typeof tables.suppressions.$inferSelect)[],
  log: Log,
): RuleSet {
  const people = new People();
  const groups = new Set<string>();
  const needs = { groups, domains: false, persons: false, admins: false, targets: false };
  let readsRaw = false;
  const note = (some: Needs) => {
    for (const group of some.groups) groups.add(group);
    needs.domains ||= some.domains;
    needs.targets ||= some.targets;
    needs.persons ||= some.persons;
    needs.admins ||= some.admins;
    readsRaw ||= some.raw;
  };
  const rules = createFilterIndex<EvaluatedActivity, Rule>(ruleDimensions, frequencyOf);
  const compile = <T>(what: object, make: () => T): T | null => {
    try {
      return make();
    } catch (error) {
      // One that a later version wrote, say. The others go on.
      log.error({ err: error, ...what }, "a stored rule cannot be parsed; it is skipped");
      return null;
    }
  };
  const appRules: AppRule[] = [];
  for (const policy of policies) {
    if (policy.kind === "OAUTH_APP") {
      const rule = compile({ policy: policy.id }, () => compileAppRule(policy));
      if (rule) appRules.push(rule);
    }
    if (policy.kind !== "ACTIVITY" && policy.kind !== "SIGMA") continue;
    const rule = compile({ policy: policy.id }, () => compileRule(policy, people));
    if (!rule) continue;
    rules.add(rule, rule.conditions);
    note(rule.needs);
  }
  const byPolicy = new Map<number, CompiledSuppression[]>();
  for (const row of suppressions) {
    const suppression = compile({ suppression: row.id }, () => compileSuppression(row, people));
    if (!suppression) continue;
    byPolicy.set(row.policyId, [...(byPolicy.get(row.policyId) ?? []), suppression]);
    note(suppression.needs);
  }
  return {
    version,
    policies: new Map(policies.map((policy) => [policy.id, policy])),
    rules,
    detections: policies.filter(({ kind }) => kind === "ANOMALY"),
    appRules,
    suppressions: byPolicy,
    people,
    needs,
    readsRaw,
  };
}
