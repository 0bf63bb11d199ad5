import type { PrivilegeItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { byToken } from "#src/connector-kit/pagers.ts";
import { listOf, needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { byCursor, call, membersRoute } from "../api.ts";

/**
 * Administrator roles and the members who hold one: every role is one of an administrator.
 * Source: https://www.dropbox.com/developers/documentation/http/teams#team-members-get_available_team_member_roles
 */
export const privileges: StreamFunction<"PRIVILEGES"> = (context, cursor) =>
  stages<PrivilegeItem>(context, cursor, [
    {
      name: "roles",
      first: call("team/members/get_available_team_member_roles"),
      page: byToken({ list: "roles", parameter: "cursor", next: "cursor" }),
      items: (record, path) => {
        const role = needObject(record, path);
        const externalId = needText(role.role_id, `${path}.role_id`);
        return { kind: "privilege", externalId, name: textOf(role.name) ?? externalId, isAdmin: true };
      },
    },
    {
      name: "administrators",
      first: call("team/members/list_v2", { limit: 1000, include_removed: false }),
      page: byCursor("members", membersRoute),
      items: (record, path) => {
        const member = needObject(record, path);
        const profile = needObject(member.profile, `${path}.profile`);
        const userId = needText(profile.team_member_id, `${path}.profile.team_member_id`);
        return listOf(member.roles).map((role, index) => ({
          kind: "holder" as const,
          privilegeId: needText(needObject(role, path).role_id, `${path}.roles[${index}].role_id`),
          userId,
        }));
      },
    },
  ]);
