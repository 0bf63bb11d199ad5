import type { GroupItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { membership } from "#src/connector-kit/membership.ts";
import { needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { byCursor, call } from "../api.ts";

/** Groups with their members. Source: https://www.dropbox.com/developers/documentation/http/teams#team-groups-list */
export const groups: StreamFunction<"GROUPS"> = (context, cursor) =>
  membership<GroupItem>(context, cursor, {
    groups: {
      name: "groups",
      first: call("team/groups/list", { limit: 200 }),
      page: byCursor("groups"),
      group: (record, path) => {
        const raw = needObject(record, path);
        const id = needText(raw.group_id, `${path}.group_id`);
        const group = { ".tag": "group_id", group_id: id };
        return {
          id,
          items: [{ kind: "group", externalId: id, name: textOf(raw.group_name) ?? id, raw }],
          members: { first: call("team/groups/members/list", { group, limit: 200 }), page: byCursor("members") },
        };
      },
    },
    member: (record, path, groupId) => {
      const profile = needObject(needObject(record, path).profile, `${path}.profile`);
      return { kind: "member", groupId, userId: needText(profile.team_member_id, `${path}.profile.team_member_id`) };
    },
  });
