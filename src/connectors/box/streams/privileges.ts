import type { PrivilegeItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { needId, needObject } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { byMarker } from "../api.ts";
import { manifest } from "../manifest.ts";
import { groupListing, membersOf } from "./groups.ts";

const privileges: readonly PrivilegeItem[] = [
  { kind: "privilege", externalId: "admin", name: "Administrator", isAdmin: true },
  { kind: "privilege", externalId: "coadmin", name: "Co-administrator", isAdmin: true },
  { kind: "privilege", externalId: "group-admin", name: "Group administrator", isAdmin: false },
];

/** Roles of managed users, and who administers a group: a listing of members for each group. */
export const rolesHeld: StreamFunction<"PRIVILEGES"> = naming(manifest.streams.PRIVILEGES.scopes, (context, cursor) =>
  stages<PrivilegeItem>(context, cursor, [
    {
      name: "roles",
      first: "/2.0/users?user_type=managed&fields=id,role&usemarker=true&limit=1000",
      page: byMarker,
      before: privileges,
      items: (one, path) => {
        const user = needObject(one, path);
        const userId = needId(user.id, `${path}.id`);
        const { role } = user;
        return role === "admin" || role === "coadmin" ? [{ kind: "holder", privilegeId: role, userId }] : [];
      },
    },
    {
      ...groupListing,
      items: (one, path) => administratorsOf(context, needId(needObject(one, path).id, `${path}.id`)),
    },
  ]),
);

async function administratorsOf(context: StreamContext, groupId: string): Promise<PrivilegeItem[]> {
  const holders: PrivilegeItem[] = [];
  for await (const { records, path } of walkPages(context, { name: "members", ...membersOf(groupId) })) {
    for (const [index, record] of records.entries()) {
      const { role, user } = needObject(record, `${path}[${index}]`);
      if (role !== "admin") continue;
      const place = `${path}[${index}].user`;
      holders.push({ kind: "holder", privilegeId: "group-admin", userId: needId(needObject(user, place).id, place) });
    }
  }
  return holders;
}
