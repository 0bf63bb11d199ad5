import type { GroupItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { listOf, needId, needObject, needText } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { directoriesOf, search } from "../api.ts";
import { manifest } from "../manifest.ts";

/** Groups of each directory, and the groups of its accounts: Atlassian lists no members of a group. */
export const groups: StreamFunction<"GROUPS"> = naming(
  manifest.streams.GROUPS.scopes,
  async function* (context, cursor) {
    const directories = await directoriesOf(context);
    yield* stages<GroupItem>(
      context,
      cursor,
      directories.flatMap((id) => [
        { ...search(context, id, "groups"), items: toGroup },
        {
          ...search(context, id, "users", { expand: ["groups"] }),
          name: `groups of accounts of ${id}`,
          items: toMemberships,
        },
      ]),
    );
  },
);

function toGroup(value: unknown, path: string): GroupItem {
  const raw = needObject(value, path);
  return { kind: "group", externalId: needId(raw.id, `${path}.id`), name: needText(raw.name, `${path}.name`), raw };
}

function toMemberships(value: unknown, path: string): GroupItem[] {
  const { accountId, groups } = needObject(value, path);
  const userId = needText(accountId, `${path}.accountId`);
  return listOf(groups).map((group, index) => ({
    ...{ kind: "member", userId },
    groupId: needId(needObject(group, `${path}.groups[${index}]`).id, `${path}.groups[${index}].id`),
  }));
}
