import type { PrivilegeItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { type ListedGroup, membership } from "#src/connector-kit/membership.ts";
import type { Pager } from "#src/connector-kit/pagers.ts";
import { needId, needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { cabinets } from "../api.ts";
import { manifest } from "../manifest.ts";
import { holdersIn, isOfRepository, rights } from "../rights.ts";

/** Rights on each cabinet, which groups hold and their members with them. */
export const privileges: StreamFunction<"PRIVILEGES"> = naming(
  manifest.streams.PRIVILEGES.scopes,
  (context, cursor) => {
    const known = new Map<string, string[]>();
    const holders = (cabinetId: string): Pager => {
      return async (of) => ({ records: await holdersIn(of, cabinetId, known), path: "", next: null, body: null });
    };
    const toCabinet = (value: unknown, path: string): ListedGroup<PrivilegeItem> => {
      const raw = needObject(value, path);
      const id = needId(raw.id, `${path}.id`);
      if (!isOfRepository(raw, context)) return { id, items: [], members: null };
      const name = textOf(raw.name) ?? id;
      return {
        id,
        items: rights.map(({ right, verb, isAdmin }) => ({
          ...{ kind: "privilege", externalId: `${id}:${right}`, name: `${verb} ${name}`, isAdmin },
        })),
        members: { first: `/v1/cabinet/${id}/membership`, page: holders(id) },
      };
    };
    return membership<PrivilegeItem>(context, cursor, {
      groups: { ...cabinets, group: toCabinet },
      member(one, path, cabinetId) {
        const { right, userId } = needObject(one, path);
        return {
          kind: "holder",
          privilegeId: `${cabinetId}:${needText(right, `${path}.right`)}`,
          userId: needText(userId, `${path}.userId`),
        };
      },
    });
  },
);
