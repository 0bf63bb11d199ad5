import type { GroupItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { membership } from "#src/connector-kit/membership.ts";
import { byToken } from "#src/connector-kit/pagers.ts";
import { needId, needObject, textOf } from "#src/connector-kit/record.ts";
import { byIndex, groupsPath } from "../api.ts";

/** One answer holds all members. */
const members = byToken({ list: "members", listMayBeMissing: true, parameter: "-", next: "-" });

/** Groups, and a call for the members of each. Source: https://developers.egnyte.com/docs/Group_Management_API_Documentation */
export const groups: StreamFunction<"GROUPS"> = (context, cursor) =>
  membership<GroupItem>(context, cursor, {
    groups: {
      name: "groups",
      first: groupsPath,
      page: byIndex,
      group: (record, path) => {
        const raw = needObject(record, path);
        const id = needId(raw.id, `${path}.id`);
        return {
          id,
          items: [{ kind: "group", externalId: id, name: textOf(raw.displayName) ?? id, raw }],
          members: { first: `${groupsPath}/${encodeURIComponent(id)}`, page: members },
        };
      },
    },
    member: (record, path, groupId) => ({
      kind: "member",
      groupId,
      userId: needId(needObject(record, path).value, `${path}.value`),
    }),
  });
