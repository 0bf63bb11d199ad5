import type { GroupItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { listOf, needId, needObject, needText } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { groups as listed } from "../api.ts";
import { manifest } from "../manifest.ts";

/** Groups that an identity provider keeps, with their members. */
export const groups: StreamFunction<"GROUPS"> = naming(manifest.streams.GROUPS.scopes, (context, cursor) =>
  stages<GroupItem>(context, cursor, [{ ...listed, items: toGroup }]),
);

function toGroup(value: unknown, path: string): GroupItem[] {
  const { members, ...raw } = needObject(value, path);
  const externalId = needId(raw.id, `${path}.id`);
  const group: GroupItem = { kind: "group", externalId, name: needText(raw.displayName, `${path}.displayName`), raw };
  return [
    group,
    ...listOf(members).map((member, index): GroupItem => {
      const place = `${path}.members[${index}]`;
      return { kind: "member", groupId: externalId, userId: needId(needObject(member, place).value, `${place}.value`) };
    }),
  ];
}
