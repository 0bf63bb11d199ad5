import type { Policy } from "#db/tables/policies.ts";
import type { EvaluatedActivity } from "#src/detection/rules/evaluated.ts";
import { accountKeys, instanceKeys } from "#src/query/ids.ts";
import type { People } from "./people.ts";

/** As it is stored: public ids. */
export type PolicyScope = NonNullable<Policy["include"]>;

/** The same with the ids decoded, as keys of text. */
export interface DecodedScope {
  users: ReadonlySet<string>;
  groups: ReadonlySet<string>;
  instances: ReadonlySet<number>;
}

/** Throws InvalidInputError naming the list. */
export function decodeScope(scope: PolicyScope | null, field: string[] = []): DecodedScope | null {
  if (!scope) return null;
  const keys = (type: "User" | "Group", name: "userIds" | "groupIds") =>
    new Set(accountKeys(type, scope[name], [...field, name])?.map((key) => `${key.instanceId}/${key.externalId}`));
  return {
    users: keys("User", "userIds"),
    groups: keys("Group", "groupIds"),
    instances: new Set(instanceKeys(scope.instanceIds, [...field, "instanceIds"])),
  };
}

/**
 * Whom a policy is about. Included: in one of the instances (if any are named) and by one of the users or a member of one of the groups
 * (if any are named). Excluded: in one of the instances, or by one of the users or members. Excluding beats including. Null: everybody.
 */
export function scopeTest(
  include: DecodedScope | null,
  exclude: DecodedScope | null,
  people: People,
): ((activity: EvaluatedActivity) => boolean) | null {
  const names = (scope: DecodedScope | null) => scope && (scope.users.size > 0 || scope.groups.size > 0);
  if (!names(include) && !include?.instances.size && !names(exclude) && !exclude?.instances.size) return null;
  const isNamed = (scope: DecodedScope, { row }: EvaluatedActivity) => {
    if (row.userId === null) return false;
    if (scope.users.has(`${row.instanceId}/${row.userId}`)) return true;
    if (scope.groups.size === 0) return false;
    for (const group of people.groupsOf(row.instanceId, row.userId)) if (scope.groups.has(group)) return true;
    return false;
  };
  return (activity) => {
    const { instanceId } = activity.row;
    if (exclude && (exclude.instances.has(instanceId) || isNamed(exclude, activity))) return false;
    if (!include) return true;
    if (include.instances.size > 0 && !include.instances.has(instanceId)) return false;
    return !names(include) || isNamed(include, activity);
  };
}
