import type { GroupItem } from "#src/connector-kit/contract/records.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { manifest } from "../manifest.ts";
import { toGroup, toMember } from "../map-people.ts";
import { byId, table } from "../tables.ts";

/** One table names the members of all groups: a listing instead of a call for each group. */
export const groups = naming<"GROUPS">(manifest.streams.GROUPS.scopes, (context, cursor) =>
  stages<GroupItem>(context, cursor, [
    {
      name: "groups",
      first: table("sys_user_group", {
        fields: ["sys_id", "name", "description", "active", "manager", "email", "type"],
      }),
      ...{ page: byId, items: toGroup },
    },
    {
      name: "members",
      first: table("sys_user_grmember", { fields: ["sys_id", "group", "user"] }),
      ...{ page: byId, items: toMember },
    },
  ]),
);
