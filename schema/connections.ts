import type { ObjectRef } from "@pothos/core";
import { rawSql } from "#db/client.ts";
import { type KeysetList, keyOf, type Parent, rootCount, rootPage } from "#src/query/keyset.ts";
import { encodeKeyset, type Page, type PageArgs } from "#src/query/paging.ts";
import { builder } from "./builder.ts";
import type { Context } from "./context.ts";

/** A page on its way to the client. `count` runs only when totalCount is asked for. */
export interface ConnectionShape<T> {
  edges: { cursor: string; node: T }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  count: () => Promise<number | null>;
  /** The nodes of the edges, where they are at hand. */
  nodes?: T[];
  /** Position of the log when the page was read; activities only. */
  streamCursor?: string | undefined;
}

/** Of counting up to 10,000 items, in objects. */
const countCost = 5;

type Extra<T> = (
  t: Parameters<
    NonNullable<Parameters<ReturnType<typeof builder.objectRef<ConnectionShape<T>>>["implement"]>[0]["fields"]>
  >[0],
) => Record<string, never>;

/** The Relay connection of a node type: `<Name>Connection` with edges, nodes, pageInfo and totalCount. */
export function connectionOf<T>(name: string, node: ObjectRef<typeof builder.$inferSchemaTypes, T>, extra?: Extra<T>) {
  const edge = builder.objectRef<{ cursor: string; node: T }>(`${name}Edge`).implement({
    description: `One ${name} of a page, with its cursor.`,
    fields: (t) => ({
      cursor: t.exposeString("cursor", {
        description: "Cursor of this item. Pass it as `after` to continue behind it.",
      }),
      node: t.field({
        type: node as never,
        description: `The ${name} at this place of the list.`,
        resolve: (parent) => parent.node as never,
      }),
    }),
  });
  return builder.objectRef<ConnectionShape<T>>(`${name}Connection`).implement({
    description: `One page of a list of ${name} objects.`,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        description: "Items of the page with their cursors.",
        resolve: (parent) => parent.edges,
      }),
      nodes: t.field({
        type: [node] as never,
        description: "Items of the page without their cursors.",
        resolve: (parent) => (parent.nodes ?? parent.edges.map((one) => one.node)) as never,
      }),
      pageInfo: t.field({
        type: builder.pageInfoRef(),
        description: "Position of the page in the list.",
        resolve: (parent) => parent.pageInfo,
      }),
      totalCount: t.int({
        nullable: true,
        description:
          "Number of items in the whole list, exact up to 10,000. Null if there are more or counting would take too long.",
        extensions: { cost: countCost },
        resolve: (parent) => parent.count(),
      }),
      ...(extra?.(t as never) ?? {}),
    }),
  });
}

export const pagingArgs = {
  first: "Number of items to return, at most 200. Default 50.",
  after: "Cursor after which to continue (exclusive). Default: the start of the list.",
  last: "Number of items to return from the end of the list, at most 200.",
  before: "Cursor before which to end (exclusive). Default: the end of the list.",
};

/** A page of a root list. */
export async function rootConnection<T extends object>(
  context: Context,
  list: KeysetList,
  args: PageArgs,
  streamCursor?: () => string,
): Promise<ConnectionShape<T>> {
  const client = rawSql(context.core.db);
  const page = await rootPage<T>(client, list, args);
  return new PageConnection(list, page, () => rootCount(client, list), streamCursor);
}

/**
 * A page of a list that hangs on a parent; parents that ask alike share one statement. `kind` and `scope` name the list: what its
 * rows and their columns depend on.
 */
export async function nestedConnection<T extends object>(
  context: Context,
  kind: string,
  args: PageArgs,
  scope: object,
  makeList: () => KeysetList,
  parent: Parent,
  streamCursor?: () => string,
): Promise<ConnectionShape<T>> {
  const { first, after, last, before } = args;
  const { list, page } = context.load.nested<T>(kind, { first, after, last, before, ...{ scope } }, makeList, parent);
  const count = () => context.load.nestedCount(kind, scope, makeList, parent);
  return new PageConnection(list, await page, count, streamCursor);
}

/** Cursors are made when they are asked for. */
class PageConnection<T extends object> implements ConnectionShape<T> {
  readonly nodes: T[];
  readonly count: () => Promise<number | null>;
  readonly #streamCursor: (() => string) | undefined;
  readonly #list: KeysetList;
  readonly #page: Page<T>;

  constructor(
    list: KeysetList,
    page: Page<T>,
    count: () => Promise<number | null>,
    streamCursor: (() => string) | undefined,
  ) {
    this.#list = list;
    this.#page = page;
    this.nodes = page.rows;
    this.count = count;
    this.#streamCursor = streamCursor;
  }

  get streamCursor(): string | undefined {
    return this.#streamCursor?.();
  }

  get edges(): ConnectionShape<T>["edges"] {
    return this.nodes.map((node) => ({ node, cursor: this.#cursorOf(node) }));
  }

  get pageInfo(): ConnectionShape<T>["pageInfo"] {
    const first = this.nodes[0];
    const last = this.nodes.at(-1);
    const { hasNextPage, hasPreviousPage, startKey, endKey } = this.#page;
    return {
      hasNextPage,
      hasPreviousPage,
      startCursor: startKey ? encodeKeyset(startKey) : first ? this.#cursorOf(first) : null,
      endCursor: endKey ? encodeKeyset(endKey) : last ? this.#cursorOf(last) : null,
    };
  }

  #cursorOf(node: T): string {
    return encodeKeyset(keyOf(this.#list, node));
  }
}
