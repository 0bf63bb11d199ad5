import type { GroupItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { type ListedGroup, membership } from "#src/connector-kit/membership.ts";
import { needId, needObject, needText } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { listing } from "../api.ts";
import { manifest } from "../manifest.ts";

/** Distribution groups with their members. */
export const groups: StreamFunction<"GROUPS"> = naming(manifest.streams.GROUPS.scopes, (context, cursor) =>
  membership<GroupItem>(context, cursor, {
    groups: { ...listing("groups", "/Groups"), group: toGroup },
    member: (one, path, groupId) => ({
      kind: "member",
      groupId,
      userId: needId(needObject(one, path).Id, `${path}.Id`),
    }),
  }),
);

function toGroup(value: unknown, path: string): ListedGroup<GroupItem> {
  const raw = needObject(value, path);
  const id = needId(raw.Id, `${path}.Id`);
  const { first, page } = listing("members", `/Groups(${encodeURIComponent(id)})/Contacts`);
  return {
    id,
    items: [{ kind: "group", externalId: id, name: needText(raw.Name, `${path}.Name`), raw }],
    members: { first, page },
  };
}
