import type { GroupItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { type ListedGroup, membership } from "#src/connector-kit/membership.ts";
import { needId, needObject, needText } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { listing } from "../api.ts";
import { manifest } from "../manifest.ts";

/** Roles and their members. Source: https://developers.onelogin.com/api-docs/2/roles/list-roles */
export const roles: StreamFunction<"GROUPS"> = naming(manifest.streams.GROUPS.scopes, (context, cursor) =>
  membership<GroupItem>(context, cursor, {
    groups: { ...listing("/api/2/roles"), group: toGroup },
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
  const { first, page } = listing(`/api/2/roles/${encodeURIComponent(id)}/users`);
  return {
    id,
    items: [{ kind: "group", externalId: id, name: needText(raw.name, `${path}.name`), raw }],
    members: { first, page },
  };
}
