import type { GroupItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { type ListedGroup, membership } from "#src/connector-kit/membership.ts";
import { needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { groupListing, groupPages, membersOf } from "../api.ts";
import { manifest } from "../manifest.ts";

/**
 * Groups with everybody in them, 200 a page, those of groups in groups and of other organisations included. A group that holds the whole
 * organisation names it as one member, which is nobody's account.
 * Source: https://developers.google.com/workspace/admin/directory/reference/rest/v1/groups/list
 */
export const groups: StreamFunction<"GROUPS"> = naming(manifest.streams.GROUPS.scopes, (context, cursor) =>
  membership<GroupItem>(context, cursor, {
    groups: { name: "groups", first: groupListing(200), page: groupPages, group: toGroup },
    member: toMember,
  }),
);

function toGroup(value: unknown, path: string): ListedGroup<GroupItem> {
  const raw = needObject(value, path);
  const id = needText(raw.id, `${path}.id`);
  const name = textOf(raw.name) ?? textOf(raw.email) ?? id;
  return { id, items: [{ kind: "group", externalId: id, name, raw }], members: membersOf(id) };
}

function toMember(value: unknown, path: string, groupId: string): GroupItem[] {
  const member = needObject(value, path);
  const type = needText(member.type, `${path}.type`);
  const userId = textOf(member.id);
  // Members by address alone have no Google account.
  return type === "USER" && userId !== null ? [{ kind: "member", groupId, userId }] : [];
}
