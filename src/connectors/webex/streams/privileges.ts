import type { PrivilegeItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { idsIn, licences, people, roles, toRole } from "../api.ts";
import { manifest } from "../manifest.ts";

/** Roles and licences, and who holds them: each person names theirs. */
export const privileges: StreamFunction<"PRIVILEGES"> = naming(manifest.streams.PRIVILEGES.scopes, (context, cursor) =>
  stages<PrivilegeItem>(context, cursor, [
    {
      ...roles,
      items: (one, path) => {
        const { id: externalId, ...role } = toRole(one, path);
        return { kind: "privilege", externalId, ...role };
      },
    },
    {
      ...licences,
      items: (one, path) => {
        const raw = needObject(one, path);
        const externalId = needText(raw.id, `${path}.id`);
        const site = textOf(raw.siteUrl);
        const name = `Licence ${textOf(raw.name) ?? externalId}${site ? ` (${site})` : ""}`;
        return { kind: "privilege", externalId, name, isAdmin: false };
      },
    },
    {
      ...people,
      items: (one, path) => {
        const person = needObject(one, path);
        const userId = needText(person.id, `${path}.id`);
        const held = [...idsIn(person.roles), ...idsIn(person.licenses)];
        return held.map((privilegeId): PrivilegeItem => ({ kind: "holder", privilegeId, userId }));
      },
    },
  ]),
);
