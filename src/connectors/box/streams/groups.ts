import type { GroupItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { type ListedGroup, membership } from "#src/connector-kit/membership.ts";
import { byOffset, type Pager } from "#src/connector-kit/pagers.ts";
import { needId, needObject, textOf } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { manifest } from "../manifest.ts";

const byCount: Pager = byOffset({ list: "entries", total: "total_count", limit: ["limit", 1000] });

/** Groups, and their members by name of the listing. https://developer.box.com/reference/get-groups/ */
export const groupListing = {
  name: "groups",
  first: "/2.0/groups?fields=id,type,name,group_type,description",
  page: byCount,
};

/** Source: https://developer.box.com/reference/get-groups-id-memberships/ */
export function membersOf(groupId: string) {
  return { first: `/2.0/groups/${encodeURIComponent(groupId)}/memberships`, page: byCount };
}

export const groups: StreamFunction<"GROUPS"> = naming(manifest.streams.GROUPS.scopes, (context, cursor) =>
  membership<GroupItem>(context, cursor, {
    groups: { ...groupListing, group: toGroup },
    member: (one, path, groupId) => {
      const user = needObject(needObject(one, path).user, `${path}.user`);
      return { kind: "member", groupId, userId: needId(user.id, `${path}.user.id`) };
    },
  }),
);

function toGroup(value: unknown, path: string): ListedGroup<GroupItem> {
  const raw = needObject(value, path);
  const id = needId(raw.id, `${path}.id`);
  return {
    id,
    items: [{ kind: "group", externalId: id, name: textOf(raw.name) ?? id, raw }],
    members: membersOf(id),
  };
}
