import type { GroupItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { type ListedGroup, membership } from "#src/connector-kit/membership.ts";
import { byLink } from "#src/connector-kit/pagers.ts";
import { needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";

/**
 * Groups of every kind and their members, 200 a page.
 * Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Group/
 */
export const groups: StreamFunction<"GROUPS"> = (context, cursor) =>
  membership<GroupItem>(context, cursor, {
    groups: { name: "groups", first: "/api/v1/groups?limit=200", page: byLink(), group: toGroup },
    member: (one, path, groupId) => ({
      kind: "member",
      groupId,
      userId: needText(needObject(one, path).id, `${path}.id`),
    }),
  });

function toGroup(value: unknown, path: string): ListedGroup<GroupItem> {
  const raw = needObject(value, path);
  const id = needText(raw.id, `${path}.id`);
  return {
    id,
    items: [{ kind: "group", externalId: id, name: textOf(objectOf(raw.profile).name) ?? id, raw }],
    members: { first: `/api/v1/groups/${encodeURIComponent(id)}/users?limit=200`, page: byLink() },
  };
}
