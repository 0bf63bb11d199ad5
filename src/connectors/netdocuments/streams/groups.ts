import type { GroupItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { type ListedGroup, membership } from "#src/connector-kit/membership.ts";
import { needId, needObject, textOf } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { groupsOf, membersOf } from "../api.ts";
import { manifest } from "../manifest.ts";

/** Groups of the repository with their members. */
export const groups: StreamFunction<"GROUPS"> = naming(manifest.streams.GROUPS.scopes, (context, cursor) =>
  membership<GroupItem>(context, cursor, {
    groups: { ...groupsOf(context), group: toGroup },
    member: (one, path, groupId) => ({
      kind: "member",
      groupId,
      userId: needId(needObject(one, path).id, `${path}.id`),
    }),
  }),
);

function toGroup(value: unknown, path: string): ListedGroup<GroupItem> {
  const raw = needObject(value, path);
  const id = needId(raw.id, `${path}.id`);
  const { first, page } = membersOf(id);
  return {
    id,
    items: [{ kind: "group", externalId: id, name: textOf(raw.name) ?? id, raw }],
    members: { first, page },
  };
}
