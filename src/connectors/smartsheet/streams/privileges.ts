import type { PrivilegeItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { needId, needObject } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { people } from "../api.ts";
import { manifest } from "../manifest.ts";
import { roles } from "../roles.ts";

/** Smartsheet has no roles beside these four flags of an account. */
export const privileges: StreamFunction<"PRIVILEGES"> = naming(manifest.streams.PRIVILEGES.scopes, (context, cursor) =>
  stages<PrivilegeItem>(context, cursor, [
    {
      ...people,
      before: roles.map(({ flag, name, isAdmin }) => ({ kind: "privilege", externalId: flag, name, isAdmin })),
      items(one, path) {
        const user = needObject(one, path);
        const userId = needId(user.id, `${path}.id`);
        const held = roles.filter(({ flag }) => user[flag] === true);
        return held.map(({ flag }) => ({ kind: "holder", privilegeId: flag, userId }));
      },
    },
  ]),
);
