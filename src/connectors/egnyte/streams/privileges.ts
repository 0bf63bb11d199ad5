import type { PrivilegeItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { needId, needObject, textOf } from "#src/connector-kit/record.ts";
import { byIndex, usersPath } from "../api.ts";

const types = { admin: "Administrator", power: "Power User", standard: "Standard User" } as const;
const typeId = (type: string) => `type:${type}`;

/**
 * The type of each account, and the role that an administrator gave a power user: such a role holds rights of administration.
 * Source: https://developers.egnyte.com/docs/User_Management_API_Documentation
 */
export const privileges: StreamFunction<"PRIVILEGES"> = (context, cursor) =>
  stages<PrivilegeItem>(context, cursor, [
    {
      name: "types",
      first: usersPath,
      page: byIndex,
      before: Object.entries(types).map(([type, name]) => ({
        ...{ kind: "privilege" as const, externalId: typeId(type), name, isAdmin: type === "admin" },
      })),
      items: (record, path) => {
        const user = needObject(record, path);
        const userId = needId(user.id, `${path}.id`);
        const type = textOf(user.userType);
        const role = textOf(user.role);
        const held: PrivilegeItem[] = [];
        if (type !== null && !(type in types))
          held.push({ kind: "privilege", externalId: typeId(type), name: type, isAdmin: false });
        if (type !== null) held.push({ kind: "holder", privilegeId: typeId(type), userId });
        if (role !== null) {
          const externalId = `role:${role}`;
          held.push({ kind: "privilege", externalId, name: role, isAdmin: true });
          held.push({ kind: "holder", privilegeId: externalId, userId });
        }
        return held;
      },
    },
  ]);
