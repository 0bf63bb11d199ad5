import type { GroupItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { type ListedGroup, membership } from "#src/connector-kit/membership.ts";
import { byOffset } from "#src/connector-kit/pagers.ts";
import { needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { manifest } from "../manifest.ts";

/** Counted from 1. The answer for members states no total, only how many there are in the group. */
const counted = { parameter: "startIndex", start: 1, overlap: 0, listMayBeMissing: true } as const;
const pageOfGroups = byOffset({ ...counted, list: "groups", total: "totalResults", limit: ["count", 100] });
const pageOfMembers = byOffset({ ...counted, list: "members", total: "memberSize", limit: ["count", 500] });

/** Source: https://developer.webex.com/docs/api/v1/groups/list-groups */
export const groups: StreamFunction<"GROUPS"> = naming(manifest.streams.GROUPS.scopes, (context, cursor) =>
  membership<GroupItem>(context, cursor, {
    groups: { name: "groups", first: "/groups", page: pageOfGroups, group: toGroup },
    member: (one, path, groupId) => {
      const member = needObject(one, path);
      if (member.type !== undefined && member.type !== "user") return [];
      return { kind: "member", groupId, userId: needText(member.id, `${path}.id`) };
    },
  }),
);

function toGroup(value: unknown, path: string): ListedGroup<GroupItem> {
  const raw = needObject(value, path);
  const id = needText(raw.id, `${path}.id`);
  return {
    id,
    items: [{ kind: "group", externalId: id, name: textOf(raw.displayName) ?? id, raw }],
    members: { first: `/groups/${encodeURIComponent(id)}/members`, page: pageOfMembers },
  };
}
