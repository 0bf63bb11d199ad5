import type { Context } from "#src/connector-kit/contract/context.ts";
import type { PrivilegeItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { needObject, needText } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { employees, readUser } from "../api.ts";
import { manifest } from "../manifest.ts";
import { isAdminRole, rolesOf } from "../map-users.ts";

/** Roles that ShareFile has by itself. Source: https://github.com/citrix/ShareFile-NET */
const known = [
  ...["MasterAdmin", "SuperUser", "CanManageUsers", "CanCreateFolders", "CanUseFileBox"],
  ...["AdminAccountPolicies", "AdminBilling", "AdminBranding", "AdminManageEmployees", "AdminReporting", "AdminSSO"],
  ...["AdminSuperGroup", "AdminZones", "AdminDelegate", "AdminConnectors"],
];

const privilege = (role: string): PrivilegeItem => ({
  ...{ kind: "privilege", externalId: role, isAdmin: isAdminRole(role) },
  name: role.replace(/([a-z])([A-Z])/g, "$1 $2"),
});

/** Roles of employees, with a call for each. That of an employee is no privilege: all have it. */
export const privileges: StreamFunction<"PRIVILEGES"> = naming(manifest.streams.PRIVILEGES.scopes, (context, cursor) =>
  stages<PrivilegeItem>(context, cursor, [
    { ...employees, before: known.map(privilege), items: (one, path) => held(context, one, path) },
  ]),
);

async function held(context: Context, value: unknown, path: string): Promise<PrivilegeItem[]> {
  const userId = needText(needObject(value, path).Id, `${path}.Id`);
  const roles = rolesOf(await readUser(context, userId)).filter((role) => role !== "Employee");
  return roles.flatMap((role): PrivilegeItem[] => [
    ...(known.includes(role) ? [] : [privilege(role)]),
    { kind: "holder", privilegeId: role, userId },
  ]);
}
