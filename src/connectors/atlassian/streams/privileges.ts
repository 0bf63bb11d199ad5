import type { PrivilegeItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { needObject, needText } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { directoriesOf, people } from "../api.ts";
import { manifest } from "../manifest.ts";
import { adminRoles, rolesOf } from "../map-users.ts";

const names: Readonly<Record<string, string>> = {
  "atlassian/org-admin": "Organization admin",
  "atlassian/site-admin": "Site admin",
  "atlassian/admin": "App admin",
  "atlassian/user-access-admin": "User access admin",
  "atlassian/user": "User",
  "atlassian/guest": "Guest",
  "atlassian/customer": "Customer",
};
const known: readonly PrivilegeItem[] = Object.entries(names).map(([externalId, name]) => ({
  ...{ kind: "privilege", externalId, name, isAdmin: adminRoles.includes(externalId) },
}));

/** Platform roles, which stand on the accounts. One that Atlassian adds later is named by its id. */
export const privileges: StreamFunction<"PRIVILEGES"> = naming(
  manifest.streams.PRIVILEGES.scopes,
  async function* (context, cursor) {
    const directories = await directoriesOf(context);
    yield* stages<PrivilegeItem>(
      context,
      cursor,
      directories.map((id, index) => ({
        ...people(context, id),
        ...(index === 0 ? { before: known } : {}),
        items: toHolders,
      })),
    );
  },
);

function toHolders(value: unknown, path: string): PrivilegeItem[] {
  const user = needObject(value, path);
  const userId = needText(user.accountId, `${path}.accountId`);
  return rolesOf(user).flatMap((role): PrivilegeItem[] => [
    ...(names[role] === undefined
      ? [{ kind: "privilege" as const, externalId: role, name: role, isAdmin: role.includes("admin") }]
      : []),
    { kind: "holder", privilegeId: role, userId },
  ]);
}
