import SchemaBuilder, { brandWithType } from "@pothos/core";
import RelayPlugin, { resolveNodes } from "@pothos/plugin-relay";
import type { GraphQLResolveInfo } from "graphql";
import { InvalidInputError } from "#src/errors.ts";
import type { Context } from "./context.ts";
import { checkNodeId, decodeAnyId, encodeId } from "./ids.ts";

export interface SchemaTypes {
  Context: Context;
  Scalars: {
    ID: { Input: string; Output: string | number };
    /** In: a Date. Out: a Date, or an instant as PostgreSQL writes it. */
    DateTime: { Input: Date; Output: Date | string };
    JSON: { Input: unknown; Output: unknown };
    /** Whole numbers beyond 32 bits. */
    BigInt: { Input: number; Output: number };
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
    // Judged by the two fields below: thrown from here, one bad id would be the end of all that are asked for with it.
    decodeGlobalID: (text) => {
      try {
        const { type, key } = decodeAnyId(text);
        return { typename: type, id: key };
      } catch {
        return { typename: "", id: text };
      }
    },
    // Below: what is read of a node depends on what is selected of it.
    nodeQueryOptions: false,
    nodesQueryOptions: {
      description:
        "The objects with these ids (at most 200), in the given order. An item is null if there is no such object or you may not see it.",
      args: { ids: { description: "Global ids of the objects, at most 200." } },
      resolve: async (_parent, args, _context, _info, resolveNodes) => {
        if (args.ids.length > 200) throw new InvalidInputError("At most 200 ids at once.", ["ids"]);
        const wrong = args.ids.map((id, index) => problemOf(textOf(id), ["ids", String(index)]));
        // Pothos loads what `args` holds, whatever it is handed; for null it loads nothing.
        args.ids = args.ids.map((id, index) => (wrong[index] ? (null as never) : id));
        const found = await resolveNodes(args.ids);
        return found.map((one, index) => wrong[index] ?? one);
      },
    },
    idFieldOptions: { description: "Global id: opaque, and unique across all types." },
    nodeTypeOptions: { description: "An object with a global id." },
    pageInfoTypeOptions: { description: "The position of a page in its list." },
    hasNextPageFieldOptions: { description: "True if there are items after this page." },
    hasPreviousPageFieldOptions: { description: "True if there are items before this page." },
    startCursorFieldOptions: { description: "Cursor of the first item. Null for an empty page." },
    endCursorFieldOptions: { description: "Cursor of the last item. Null for an empty page at the end of the list." },
  },
});

type ReadNode = (key: string, context: Context, info: GraphQLResolveInfo) => PromiseLike<object | null>;

const nodeReaders = new Map<string, ReadNode>();

/** How `node` reads one object of a type by the key of its id, no more of it than is selected. Others are loaded whole. */
export function readsNode(typename: string, read: ReadNode): void {
  nodeReaders.set(typename, read);
}

builder.queryField("node", (t) =>
  t.field({
    type: builder.nodeInterfaceRef(),
    nullable: true,
    description: "The object with this id. Null if there is none or you may not see it.",
    args: { id: t.arg.id({ required: true, description: "Global id of the object." }) },
    resolve: async (_parent, args, context, info) => {
      const { type, key } = checkNodeId(String(args.id), ["id"]);
      const read = nodeReaders.get(type);
      if (!read) return (await resolveNodes(builder, context, info, [{ typename: type, id: key }]))[0];
      const row = await read(key, context, info);
      brandWithType(row, type as never);
      return row;
    },
  }),
);

function textOf({ typename, id }: { typename: string; id: unknown }): string {
  return typename === "" ? String(id) : encodeId(typename, String(id));
}

/** The error to put in the place of an id that is none; null for a good one. */
function problemOf(text: string, field: string[]): InvalidInputError | null {
  try {
    checkNodeId(text, field);
    return null;
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    throw error;
  }
}
