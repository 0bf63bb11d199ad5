import SchemaBuilder from "@pothos/core";
import RelayPlugin from "@pothos/plugin-relay";
import { InvalidInputError } from "#src/errors.ts";
import type { Context } from "./context.ts";

export interface SchemaTypes {
  Context: Context;
  Scalars: {
    ID: { Input: string; Output: string | number };
    /** In: a Date. Out: a Date, or an instant as PostgreSQL writes it. */
    DateTime: { Input: Date; Output: Date | string };
    JSON: { Input: unknown; Output: unknown };
  };
  DefaultFieldNullability: false;
}

export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [RelayPlugin],
  defaultFieldNullability: false,
  relay: {
    clientMutationId: "omit",
    cursorType: "String",
    brandLoadedObjects: true,
    encodeGlobalID: (type, id) => encodeId(type, id),
    decodeGlobalID: (text) => {
      const { type, key } = decodeAnyId(text);
      return { typename: type, id: key };
    },
    nodeQueryOptions: { description: "The object with this id, or null: absent and not yours look alike." },
    nodesQueryOptions: {
      description: "The objects with these ids (at most 200), in order; null where there is none for you.",
      resolve: (_parent, { ids }, _context, _info, resolveNodes) => {
        if (ids.length > 200) throw new InvalidInputError("At most 200 ids at once.", ["ids"]);
        return resolveNodes(ids);
      },
    },
    nodeTypeOptions: { description: "Anything with an id of its own." },
    pageInfoTypeOptions: { description: "Where a page stands in its list." },
  },
});

/** Public ids: opaque, stable, and of one type each. */
export function encodeId(type: string, key: string | number | bigint): string {
  return Buffer.from(`${type}:${key}`).toString("base64url");
}

function decodeAnyId(text: string, field?: string[]): { type: string; key: string } {
  const match = /^([A-Za-z]{1,40}):([\s\S]+)$/.exec(Buffer.from(text, "base64url").toString("utf8"));
  if (!match || text.length > 2000)
    throw new InvalidInputError(`"${text.slice(0, 60)}" is not an id of this API.`, field);
  return { type: match[1] as string, key: match[2] as string };
}

/** The key inside an id of the given type. Throws InvalidInputError naming the argument. */
export function decodeId(type: string, text: string, field: string[]): string {
  const id = decodeAnyId(text, field);
  if (id.type !== type) throw new InvalidInputError(`This is the id of a ${id.type}; a ${type} is needed here.`, field);
  return id.key;
}
