import type { PrivilegeItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { type ListedGroup, membership } from "#src/connector-kit/membership.ts";
import { needId, needObject, needText } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { holdersOf, privileges as listed } from "../api.ts";
import { manifest } from "../manifest.ts";

/** Privileges of delegated administration, and who holds each. Source: https://developers.onelogin.com/api-docs/1/privileges/list-privileges */
export const privileges: StreamFunction<"PRIVILEGES"> = naming(manifest.streams.PRIVILEGES.scopes, (context, cursor) =>
  membership<PrivilegeItem>(context, cursor, {
    groups: { ...listed, group: toPrivilege },
    member: (one, path, privilegeId) => ({ kind: "holder", privilegeId, userId: needId(one, path) }),
  }),
);

/** Whatever it allows, it administers something. */
function toPrivilege(value: unknown, path: string): ListedGroup<PrivilegeItem> {
  const raw = needObject(value, path);
  const id = needId(raw.id, `${path}.id`);
  const { first, page } = holdersOf(id);
  return {
    id,
    items: [{ kind: "privilege", externalId: id, name: needText(raw.name, `${path}.name`), isAdmin: true }],
    members: { first, page },
  };
}
