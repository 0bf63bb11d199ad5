import type { GroupItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { needId, needObject, needText } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { listing } from "../api.ts";
import { manifest } from "../manifest.ts";

/** Groups, then all memberships. Source: https://developer.zendesk.com/api-reference/ticketing/groups/group_memberships/ */
export const groups: StreamFunction<"GROUPS"> = naming(manifest.streams.GROUPS.scopes, (context, cursor) =>
  stages<GroupItem>(context, cursor, [
    { ...listing("groups"), items: toGroup },
    { ...listing("group_memberships"), items: toMember },
  ]),
);

function toGroup(value: unknown, path: string): GroupItem[] {
  const raw = needObject(value, path);
  const externalId = needId(raw.id, `${path}.id`);
  return raw.deleted === true ? [] : [{ kind: "group", externalId, name: needText(raw.name, `${path}.name`), raw }];
}

function toMember(value: unknown, path: string): GroupItem {
  const { group_id, user_id } = needObject(value, path);
  return { kind: "member", groupId: needId(group_id, `${path}.group_id`), userId: needId(user_id, `${path}.user_id`) };
}
