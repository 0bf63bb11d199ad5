import { rawSql } from "#db/client.ts";
import { maySee } from "#src/access/viewer.ts";
import { InvalidInputError } from "#src/errors.ts";
import type { ScanRow } from "#src/ingest/scan/list.ts";
import { type InstanceRow, instanceList } from "#src/instances/list.ts";
import { type ActivityEvent, activityFeed } from "#src/inventory/activities/feed.ts";
import { fileFeed } from "#src/inventory/files/feed.ts";
import type { FileRow } from "#src/inventory/files/row.ts";
import { rootPage } from "#src/query/keyset.ts";
import { maxPageSize } from "#src/query/paging.ts";
import { decodeCursor, type NamedCursor, wholeBatch } from "#src/realtime/cursor.ts";
import {
  type Beginning,
  type Channel,
  type Feed,
  type Item,
  inMessages,
  mayWant,
  replacedEntries,
  selectItems,
} from "#src/realtime/feed.ts";
import { follow } from "#src/realtime/follow.ts";
import { abortable } from "./abortable.ts";
import { ActivityFilter, type ActivityFilterShape, liveActivityFilter } from "./activity.ts";
import { builder } from "./builder.ts";
import type { Context } from "./context.ts";
import { FileFilter, type FileFilterShape, fileFilter } from "./file-filter.ts";
import { instanceKeys } from "./ids.ts";
import { ActivityEventRef, FileRef, InstanceRef, ScanRef } from "./refs.ts";

/** What a subscription follows. */
export interface Followed {
  feed: Feed<Item, Context>;
  beginning: Beginning<Context>;
}

/**
 * What a field follows, made from its arguments: `extensions.followed` of the field. With it, subscribers who ask alike can
 * share what is made for them: the field's own `resolve` must not look at its arguments. Throws InvalidInputError.
 */
export type OpenFollowed = (args: Record<string, unknown>) => Followed;

/** One subscriber by itself: the log from the beginning on. Rights are checked again before each entry. */
async function* alone(
  context: Context,
  open: () => Followed,
  signal: AbortSignal,
): AsyncGenerator<unknown, void, void> {
  const sql = rawSql(context.core.db);
  const { feed, beginning } = open();
  // Taken first: what changes while the current states are sent comes again afterwards.
  const { tailer } = context;
  const start: NamedCursor =
    beginning.after === null
      ? { epoch: tailer.epoch(), position: tailer.position(), index: wholeBatch }
      : decodeCursor(beginning.after);
  if (beginning.first) yield* beginning.first(context);
  for await (const entries of follow(tailer, sql, start, signal)) {
    const replaced = replacedEntries(feed.channel, entries);
    for (const entry of entries) {
      if (replaced.has(entry) || !mayWant(feed, entry.instanceId)) continue;
      const items = await feed.channel.read(sql, entry);
      if (items.length === 0 || !maySee(await context.refresh(), entry.instanceId)) continue;
      const seen = entry.position === start.position ? start.index : -1;
      for (const message of inMessages(await selectItems(feed, sql, entry, items, seen), feed.perMessage)) {
        const value = await feed.toValue(message, context);
        if (value !== null) yield value;
      }
    }
  }
}

const instanceChannel: Channel<Item> = {
  read: (_, { topic, instanceId }) => (topic === "instance" ? [{ index: 0, instanceId }] : []),
  keyOf: ({ topic, instanceId }) => (topic === "instance" ? String(instanceId) : null),
  dimensions: { instance: ({ instanceId }) => instanceId },
};

function instanceChanges({ ids }: { ids?: readonly unknown[] | null }): Followed {
  const wanted = instanceKeys(ids?.map(String), ["ids"]);
  return {
    feed: {
      ...ofInstances(wanted),
      channel: instanceChannel,
      toValue: ([item], context) => context.load.instance.load(item!.instanceId),
    },
    beginning: { after: null, first: (context) => currentInstances(context, wanted) },
  };
}

async function* currentInstances(context: Context, ids: number[] | null): AsyncGenerator<InstanceRow, void, void> {
  const wanted = ids === null ? null : new Set(ids);
  let after: string | null = null;
  do {
    const list = instanceList(context.viewer, {});
    const page: { rows: InstanceRow[]; hasNextPage: boolean } = await rootPage<InstanceRow>(
      rawSql(context.core.db),
      list,
      { first: maxPageSize, after },
    );
    for (const row of page.rows) if (!wanted || wanted.has(row.id)) yield row;
    const last = page.rows.at(-1);
    after = page.hasNextPage && last ? Buffer.from(JSON.stringify([last.id])).toString("base64url") : null;
  } while (after !== null);
}

interface ScanItem extends Item {
  scanId: number;
}

const scanChannel: Channel<ScanItem> = {
  read: (_, { instanceId, scanId }) => (scanId === null ? [] : [{ index: 0, instanceId, scanId }]),
  keyOf: ({ instanceId, scanId }) => (scanId === null ? null : `${instanceId}/${scanId}`),
  dimensions: { instance: ({ instanceId }) => instanceId },
};

function scanChanges({ instanceIds }: { instanceIds?: readonly unknown[] | null }): Followed {
  const feed: Feed<ScanItem, Context> = {
    ...ofInstances(instanceKeys(instanceIds?.map(String), ["instanceIds"])),
    channel: scanChannel,
    toValue: ([item], context) => context.load.scan.load({ instanceId: item!.instanceId, id: item!.scanId }),
  };
  return { feed: feed as unknown as Feed<Item, Context>, beginning: { after: null } };
}

function ofInstances(ids: number[] | null) {
  const wanted = ids === null ? null : new Set(ids);
  return {
    conditions: ids === null ? [] : [{ dimension: "instance", values: ids }],
    matches: ({ instanceId }: Item) => wanted === null || wanted.has(instanceId),
    perMessage: 1,
  };
}

interface ActivityArguments {
  filter?: ActivityFilterShape | null;
  after?: string | null;
  maxBatch?: number | null;
}

/** One by one, or in messages of at most `size`. */
function newActivities({ filter, after }: ActivityArguments, size: number | null = null): Followed {
  const feed = activityFeed<Context>(liveActivityFilter(filter, new Date()), size);
  return { feed: feed as unknown as Feed<Item, Context>, beginning: { after: after ?? null } };
}

function newActivityBatches(args: ActivityArguments): Followed {
  const size = args.maxBatch ?? 500;
  if (size < 1 || size > 500) throw new InvalidInputError("`maxBatch` must be between 1 and 500.", ["maxBatch"]);
  return newActivities(args, size);
}

function fileChanges({ filter, after }: { filter?: FileFilterShape | null; after?: string | null }): Followed {
  const feed = fileFeed<Context>(fileFilter(filter, new Date()));
  return { feed: feed as unknown as Feed<Item, Context>, beginning: { after: after ?? null } };
}

const afterDescription =
  "Cursor behind which to resume (exclusive): first every activity since, then live. Default: from now on.";

builder.subscriptionFields((t) => ({
  instanceChanged: t.field({
    type: InstanceRef,
    description: "Status changes of instances. The current state of each instance is delivered first.",
    args: { ids: t.arg.idList({ description: "Deliver only these instances. Null delivers all of them." }) },
    subscribe: (_, args, context) => abortable((signal) => alone(context, () => instanceChanges(args), signal)),
    extensions: { followed: instanceChanges },
    resolve: (row) => row as InstanceRow,
  }),
  scanProgressed: t.field({
    type: ScanRef,
    description:
      "Progress and results of scans. For a fast scan intermediate steps may be skipped; the newest state is always delivered.",
    args: {
      instanceIds: t.arg.idList({ description: "Deliver only scans of these instances. Null delivers all of them." }),
    },
    subscribe: (_, args, context) => abortable((signal) => alone(context, () => scanChanges(args), signal)),
    extensions: { followed: scanChanges },
    resolve: (row) => row as ScanRow,
  }),
  fileChanged: t.field({
    type: FileRef,
    description:
      "New, changed and removed files in the order in which that was stored, each as it is when it is delivered. With `after`, first every change since that cursor, then live, without gaps or duplicates. Resume with `changeCursor` of the last file received.",
    args: {
      filter: t.arg({ type: FileFilter, description: "Filter of the files to deliver. Null delivers all of them." }),
      after: t.arg.string({
        description:
          "Cursor behind which to resume (exclusive): first every change since, then live. Default: from now on.",
      }),
    },
    subscribe: (_, args, context) => abortable((signal) => alone(context, () => fileChanges(args), signal)),
    extensions: { followed: fileChanges },
    resolve: (row) => row as FileRow,
  }),
  activityAdded: t.field({
    type: ActivityEventRef,
    description:
      "New activities in the order in which they were stored. With `after`, first every activity since that cursor, then live, without gaps or duplicates.",
    args: {
      filter: t.arg({
        type: ActivityFilter,
        description: "Filter of the activities to deliver. Null delivers all of them.",
      }),
      after: t.arg.string({ description: afterDescription }),
    },
    subscribe: (_, args, context) => abortable((signal) => alone(context, () => newActivities(args), signal)),
    extensions: { followed: (args: ActivityArguments) => newActivities(args) },
    resolve: (event) => event as ActivityEvent,
  }),
  activitiesAdded: t.field({
    type: [ActivityEventRef],
    description: "New activities in batches, for high rates. Otherwise like activityAdded.",
    args: {
      filter: t.arg({
        type: ActivityFilter,
        description: "Filter of the activities to deliver. Null delivers all of them.",
      }),
      after: t.arg.string({ description: afterDescription }),
      maxBatch: t.arg.int({
        description: "Maximum number of activities in one message. Default 500, which is also the limit.",
      }),
    },
    subscribe: (_, args, context) => abortable((signal) => alone(context, () => newActivityBatches(args), signal)),
    extensions: { followed: newActivityBatches },
    resolve: (events) => events as ActivityEvent[],
  }),
}));
