import type { Policy } from "#db/tables/policies.ts";
import type { Counting } from "#src/detection/rules/counting.ts";
import type { EvaluatedActivity } from "#src/detection/rules/evaluated.ts";
import { InvalidInputsError } from "#src/errors.ts";
import { conditionsOf } from "#src/inventory/activities/feed.ts";
import { type ActivityFilter, filterPredicate } from "#src/inventory/activities/filter.ts";
import type { Condition } from "#src/realtime/filter-index.ts";
import type { People } from "./people.ts";
import { Problems } from "./problems.ts";
import { type DecodedScope, decodeScope, scopeTest } from "./scope.ts";
import { sigmaRuleOf } from "./sigma.ts";
import { readFilter } from "./stored-filter.ts";
import { countingOf } from "./threshold.ts";

/** A policy over activities, ready to be tried on one. */
export interface Rule {
  policy: Policy;
  /** What the index finds it by. */
  conditions: Condition[];
  /** Its filter and its scope. */
  matches(activity: EvaluatedActivity): boolean;
  /** Null: each match is a finding. */
  counting: Counting | null;
  needs: Needs;
}

/** What it asks of other tables. */
export interface Needs {
  groups: ReadonlySet<string>;
  domains: boolean;
  targets: boolean;
  /** Which accounts are one person's. */
  persons: boolean;
  /** Which accounts are admins. */
  admins: boolean;
  /** The event as the app sent it. */
  raw: boolean;
}

/** Throws InvalidInputsError when the stored policy cannot be understood (any more). */
export function compileRule(policy: Policy, people: People): Rule {
  const include = decodeScope(policy.include, ["include"]);
  const exclude = decodeScope(policy.exclude, ["exclude"]);
  const inScope = scopeTest(include, exclude, people);
  const { conditions, test, counting, needs } =
    policy.kind === "SIGMA" ? sigmaParts(policy, [include, exclude]) : filterParts(policy, [include, exclude], people);
  return {
    policy,
    conditions: [...scopeConditions(include), ...conditions],
    matches: inScope ? (activity) => test(activity) && inScope(activity) : test,
    counting,
    needs,
  };
}

/** What a rule is beside its scope. */
interface Parts extends Pick<Rule, "conditions" | "counting" | "needs"> {
  test: Rule["matches"];
}

function filterParts(policy: Policy, scopes: readonly (DecodedScope | null)[], people: People): Parts {
  const filter = decodeFilter(policy.filter);
  const passes = filterPredicate(filter, people);
  if (!passes) throw new Error("a filter of a policy that asks for more than people");
  const { threshold } = policy;
  const needs = needsOf([filter], scopes);
  return {
    conditions: conditionsOf(filter),
    test: ({ row, connectorSlug }) => passes(row, connectorSlug),
    counting: threshold && countingOf(threshold, people),
    needs: threshold?.sameUser === true && !threshold.sameInstance ? { ...needs, persons: true } : needs,
  };
}

function sigmaParts(policy: Policy, scopes: readonly (DecodedScope | null)[]): Parts {
  const { conditions, matches, correlation } = sigmaRuleOf(policy);
  return { conditions, test: matches, counting: correlation, needs: { ...needsOf([], scopes), raw: true } };
}

/** A muted pattern of a policy. */
export interface CompiledSuppression {
  id: number;
  policyId: number;
  expiresAt: Date | null;
  matches(activity: EvaluatedActivity): boolean;
  needs: Needs;
}

export function compileSuppression(
  row: { id: number; policyId: number; match: unknown; expiresAt: Date | null },
  people: People,
): CompiledSuppression {
  const filter = decodeFilter(row.match);
  const passes = filterPredicate(filter, people);
  if (!passes) throw new Error("a suppression that asks for more than people");
  return {
    id: row.id,
    policyId: row.policyId,
    expiresAt: row.expiresAt,
    matches: (activity) => passes(activity.row, activity.connectorSlug),
    needs: needsOf([filter], []),
  };
}

/** Throws InvalidInputsError. */
export function decodeFilter(stored: unknown): ActivityFilter {
  const problems = new Problems();
  const filter = readFilter(stored ?? {}, ["filter"], problems);
  if (problems.found.length > 0) throw new InvalidInputsError(problems.found);
  return filter;
}

function scopeConditions(include: DecodedScope | null): Condition[] {
  if (!include) return [];
  const found: Condition[] = [];
  if (include.users.size > 0 && include.groups.size === 0)
    found.push({ dimension: "user", values: [...include.users] });
  if (include.instances.size > 0) found.push({ dimension: "instance", values: [...include.instances] });
  return found;
}

function needsOf(filters: readonly ActivityFilter[], scopes: readonly (DecodedScope | null)[]): Needs {
  const needs = {
    groups: new Set<string>(),
    domains: false,
    targets: false,
    persons: false,
    admins: false,
    raw: false,
  };
  const visit = (filter: ActivityFilter) => {
    for (const key of filter.groupIds ?? []) needs.groups.add(`${key.instanceId}/${key.externalId}`);
    if (filter.userDomains) needs.domains = true;
    if (filter.identityIds) needs.persons = true;
    if (filter.isAdmin != null) needs.admins = true;
    if (filter.involvement && filter.involvement !== "ACTOR") needs.targets = true;
    if (filter.not) visit(filter.not);
  };
  for (const filter of filters) visit(filter);
  for (const scope of scopes) for (const group of scope?.groups ?? []) needs.groups.add(group);
  return needs;
}
