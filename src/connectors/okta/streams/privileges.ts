import type { PrivilegeItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { needObject, needText } from "#src/connector-kit/record.ts";
import { administrators, rolesOf, standardRoles } from "../roles.ts";

/**
 * Administrator roles and who holds them, themselves or through a group: one call for each administrator. Every role makes an admin.
 * Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/RoleAssignmentAUser/
 */
export const privileges: StreamFunction<"PRIVILEGES"> = (context, cursor) =>
  stages<PrivilegeItem>(context, cursor, [
    {
      ...administrators,
      before: Object.entries(standardRoles).map(([type, name]) => privilege(type, name)),
      items: async (one, path) => {
        const userId = needText(needObject(one, path).id, `${path}.id`);
        const held = await rolesOf(context, userId);
        return held.flatMap(({ privilegeId, name }): PrivilegeItem[] => [
          ...(standardRoles[privilegeId] ? [] : [privilege(privilegeId, name)]),
          { kind: "holder", privilegeId, userId },
        ]);
      },
    },
  ]);

function privilege(externalId: string, name: string): PrivilegeItem {
  return { kind: "privilege", externalId, name, isAdmin: true };
}
