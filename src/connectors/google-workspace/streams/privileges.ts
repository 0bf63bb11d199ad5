import type { PrivilegeItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { optional } from "#src/connector-kit/probe.ts";
import { listOf, needId, needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { assignmentPages, customer, membersOf, readAll, rolePages } from "../api.ts";
import { manifest } from "../manifest.ts";

/**
 * Admin roles, and who holds them, also through a group as far as groups may be read.
 * Source: https://developers.google.com/workspace/admin/directory/reference/rest/v1/roleAssignments
 */
export const privileges: StreamFunction<"PRIVILEGES"> = naming(manifest.streams.PRIVILEGES.scopes, (context, cursor) =>
  stages<PrivilegeItem>(context, cursor, [
    {
      name: "roles",
      first: { url: `${customer}/roles`, query: { maxResults: 100 } },
      page: rolePages,
      items: toPrivilege,
    },
    {
      name: "assignments",
      first: { url: `${customer}/roleassignments`, query: { maxResults: 200 } },
      page: assignmentPages,
      items: (one, path) => holdersOf(context, one, path),
    },
  ]),
);

function toPrivilege(value: unknown, path: string): PrivilegeItem {
  const role = needObject(value, path);
  const isAdmin = role.isSuperAdminRole === true || listOf(role.rolePrivileges).length > 0;
  const name = nameOf(needText(role.roleName, `${path}.roleName`));
  return { kind: "privilege", externalId: needId(role.roleId, `${path}.roleId`), name, isAdmin };
}

/** Google's own roles have names that nobody sees: `_HELP_DESK_ADMIN_ROLE` → `Help Desk Admin`. */
export function nameOf(role: string): string {
  if (role === "_SEED_ADMIN_ROLE") return "Super Admin";
  const [, words] = /^_(\w+)_ROLE$/.exec(role) ?? [];
  if (words === undefined) return role;
  return words
    .toLowerCase()
    .replace(/(^|_)([a-z])/g, (_, __, letter: string) => ` ${letter.toUpperCase()}`)
    .trim();
}

async function holdersOf(context: StreamContext, value: unknown, path: string): Promise<PrivilegeItem[]> {
  const assignment = needObject(value, path);
  const privilegeId = needId(assignment.roleId, `${path}.roleId`);
  const assignee = needId(assignment.assignedTo, `${path}.assignedTo`);
  if (assignment.assigneeType !== "group") return [{ kind: "holder", privilegeId, userId: assignee }];
  const { first, page } = membersOf(assignee);
  const members = await optional(() => readAll(context, "members", first, page));
  return (members.value ?? []).flatMap(({ type, id }): PrivilegeItem[] => {
    const userId = textOf(id);
    return type === "USER" && userId !== null ? [{ kind: "holder", privilegeId, userId }] : [];
  });
}
