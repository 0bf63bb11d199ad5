import type { GroupItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { type ListedGroup, membership } from "#src/connector-kit/membership.ts";
import { needId, needObject, needText } from "#src/connector-kit/record.ts";
import { edge } from "../api.ts";

/** Groups people post in, and their members. */
export const groups: StreamFunction<"GROUPS"> = (context, cursor) =>
  membership<GroupItem>(context, cursor, {
    groups: { ...edge("/community/groups", "id,name,privacy,archived"), group: toGroup },
    member: (one, path, groupId) => ({
      kind: "member",
      groupId,
      userId: needId(needObject(one, path).id, `${path}.id`),
    }),
  });

function toGroup(value: unknown, path: string): ListedGroup<GroupItem> {
  const raw = needObject(value, path);
  const id = needId(raw.id, `${path}.id`);
  return {
    id,
    items: [{ kind: "group", externalId: id, name: needText(raw.name, `${path}.name`), raw }],
    members: edge(`/${id}/members`, "id"),
  };
}
