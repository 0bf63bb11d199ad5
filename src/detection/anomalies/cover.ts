import type { Sql } from "postgres";
import type { Policy } from "#db/tables/policies.ts";
import { People } from "#src/detection/policies/people.ts";
import { decodeScope, scopeTest } from "#src/detection/policies/scope.ts";
import type { EvaluatedActivity } from "#src/detection/rules/evaluated.ts";

/** Which policies are about which activities, by whom they include and exclude. A statement only when a policy names groups. */
export async function coverOf(
  sql: Sql,
  policies: readonly Policy[],
  activities: readonly EvaluatedActivity[],
): Promise<(policy: Policy, activity: EvaluatedActivity) => boolean> {
  const people = new People();
  const groups = new Set<string>();
  const tests = new Map<Policy, ((activity: EvaluatedActivity) => boolean) | null>();
  for (const policy of policies) {
    const scopes = [decodeScope(policy.include), decodeScope(policy.exclude)] as const;
    for (const scope of scopes) for (const group of scope?.groups ?? []) groups.add(group);
    tests.set(policy, scopeTest(...scopes, people));
  }
  const needs = { groups, domains: false, persons: false, admins: false, targets: false };
  if (groups.size > 0) await people.load(sql, activities, needs);
  return (policy, activity) => tests.get(policy)?.(activity) ?? true;
}
