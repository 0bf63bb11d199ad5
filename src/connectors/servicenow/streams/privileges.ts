import type { PrivilegeItem } from "#src/connector-kit/contract/records.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { is } from "../encoded-query.ts";
import { manifest } from "../manifest.ts";
import { toHolder, toRole } from "../map-people.ts";
import { byId, table } from "../tables.ts";

/** Roles, and who has them: directly, through a group, or because another role contains them. */
export const privileges = naming<"PRIVILEGES">(manifest.streams.PRIVILEGES.scopes, (context, cursor) =>
  stages<PrivilegeItem>(context, cursor, [
    {
      name: "roles",
      first: table("sys_user_role", { fields: ["sys_id", "name", "description", "elevated_privilege"] }),
      ...{ page: byId, items: toRole },
    },
    {
      name: "holders",
      first: table("sys_user_has_role", { fields: ["sys_id", "user", "role"], where: [is("state", "active")] }),
      ...{ page: byId, items: toHolder },
    },
  ]),
);
