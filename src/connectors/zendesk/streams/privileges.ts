import type { PrivilegeItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { byLink } from "#src/connector-kit/pagers.ts";
import { idOf, needId, needObject, needText, objectOf } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { people } from "../api.ts";
import { manifest } from "../manifest.ts";

/** Roles that Zendesk has by itself: those of a custom role's person are named by it. */
const own: readonly PrivilegeItem[] = [
  { kind: "privilege", externalId: "admin", name: "Admin", isAdmin: true },
  { kind: "privilege", externalId: "agent", name: "Agent", isAdmin: false },
];

/** What of a custom role changes the account or who may do what in it. */
const powers = ["manage_business_rules", "manage_extensions_and_channels", "manage_roles", "manage_team_members"];

/** Source: https://developer.zendesk.com/api-reference/ticketing/account-configuration/custom_roles/ */
export const privileges: StreamFunction<"PRIVILEGES"> = naming(manifest.streams.PRIVILEGES.scopes, (context, cursor) =>
  stages<PrivilegeItem>(context, cursor, [
    {
      name: "custom roles",
      first: "/api/v2/custom_roles",
      page: byLink({ list: "custom_roles" }),
      before: own,
      items: toPrivilege,
    },
    { ...people, items: toHolder },
  ]),
);

function toPrivilege(value: unknown, path: string): PrivilegeItem {
  const { id, name, configuration } = needObject(value, path);
  const granted = objectOf(configuration);
  return {
    kind: "privilege",
    externalId: needId(id, `${path}.id`),
    name: needText(name, `${path}.name`),
    isAdmin: powers.some((power) => granted[power] === true),
  };
}

/** An admin is one whatever custom role the record names. */
function toHolder(value: unknown, path: string): PrivilegeItem {
  const { id, role, custom_role_id } = needObject(value, path);
  const custom = idOf(custom_role_id);
  const privilegeId = role === "admin" ? "admin" : (custom ?? "agent");
  return { kind: "holder", privilegeId, userId: needId(id, `${path}.id`) };
}
