import type { GroupItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { type ListedGroup, membership } from "#src/connector-kit/membership.ts";
import { byLink } from "#src/connector-kit/pagers.ts";
import { needId, needObject, needText } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { listing } from "../api.ts";
import { manifest } from "../manifest.ts";

/** Groups of the plan; the members come all at once with the group. Source: https://developers.smartsheet.com/api/smartsheet/openapi/groups */
export const groups: StreamFunction<"GROUPS"> = naming(manifest.streams.GROUPS.scopes, (context, cursor) =>
  membership<GroupItem>(context, cursor, {
    groups: { ...listing("/groups"), group: toGroup },
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
  return {
    id,
    items: [{ kind: "group", externalId: id, name: needText(raw.name, `${path}.name`), raw }],
    members: { first: `/groups/${encodeURIComponent(id)}`, page: byLink({ list: "members" }) },
  };
}
