import type { Policy } from "#db/tables/policies.ts";
import { accountKeys, instanceKeys } from "#src/query/ids.ts";
import type { People } from "./people.ts";

/** As it is stored: public ids. */
export type PolicyScope = NonNullable<Policy["include"]>;

/** The same with the ids decoded, as keys of text. */
export interface DecodedScope {
  users: ReadonlySet<string>;
  groups: ReadonlySet<string>;
  instances: ReadonlySet<number>;
  /** Of FILE policies. */
  folders: ReadonlySet<string>;
}

/** Who did something, or owns it. */
export interface Involved {
  row: { instanceId: number; userId: string | null };
}

/** Throws InvalidInputError naming the list. */
export function decodeScope(scope: PolicyScope | null, field: string[] = []): DecodedScope | null {
  if (!scope) return null;
  const keys = (type: "User" | "Group" | "File", name: "userIds" | "groupIds" | "folderIds") =>
    new Set(accountKeys(type, scope[name], [...field, name])?.map((key) => `${key.instanceId}/${key.externalId}`));
  return {
    users: keys("User", "userIds"),
    groups: keys("Group", "groupIds"),
    instances: new Set(instanceKeys(scope.instanceIds, [...field, "instanceIds"])),
    folders: keys("File", "folderIds"),
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
): ((one: Involved) => boolean) | null {
  const names = (scope: DecodedScope | null) => scope && (scope.users.size > 0 || scope.groups.size > 0);
  if (!names(include) && !include?.instances.size && !names(exclude) && !exclude?.instances.size) return null;
  const isNamed = (scope: DecodedScope, { row }: Involved) => {
    if (row.userId === null) return false;
    if (scope.users.has(`${row.instanceId}/${row.userId}`)) return true;
    if (scope.groups.size === 0) return false;
    for (const group of people.groupsOf(row.instanceId, row.userId)) if (scope.groups.has(group)) return true;
    return false;
  };
  return (one) => {
    const { instanceId } = one.row;
    if (exclude && (exclude.instances.has(instanceId) || isNamed(exclude, one))) return false;
    if (!include) return true;
    if (include.instances.size > 0 && !include.instances.has(instanceId)) return false;
    return !names(include) || isNamed(include, one);
  };
}
