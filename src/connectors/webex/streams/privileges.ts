import type { PrivilegeItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { byItems, idsIn, people, readRoles } from "../api.ts";
import { manifest } from "../manifest.ts";

/** Roles and licences, and who holds them: each person names theirs. */
export const privileges: StreamFunction<"PRIVILEGES"> = naming(
  manifest.streams.PRIVILEGES.scopes,
  async function* (context, cursor) {
    const roles = await readRoles(context);
    yield* stages<PrivilegeItem>(context, cursor, [
      {
        name: "licences",
        first: "/licenses",
        page: byItems,
        before: [...roles].map(([externalId, role]) => ({ kind: "privilege", externalId, ...role })),
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
          return [...idsIn(person.roles), ...idsIn(person.licenses)].map((privilegeId) => ({
            ...{ kind: "holder", privilegeId, userId },
          }));
        },
      },
    ]);
  },
);
