import type { PrivilegeItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { needId, needObject } from "#src/connector-kit/record.ts";
import { edge } from "../api.ts";

const privilegeId = "community-admin";

/** Workplace names its administrators, not their roles. */
export const privileges: StreamFunction<"PRIVILEGES"> = (context, cursor) =>
  stages<PrivilegeItem>(context, cursor, [
    {
      ...edge("/community/admins", "id,name"),
      before: [{ kind: "privilege", externalId: privilegeId, name: "Community administrator", isAdmin: true }],
      items: (one, path) => ({
        kind: "holder",
        privilegeId,
        userId: needId(needObject(one, path).id, `${path}.id`),
      }),
    },
  ]);
