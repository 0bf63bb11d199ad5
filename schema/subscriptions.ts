import { rawSql } from "#db/client.ts";
import { maySee } from "#src/access/viewer.ts";
import { type ActivityEvent, watchActivities } from "#src/activities/watch.ts";
import { connectorBySlug } from "#src/connectors/index.ts";
import { InvalidInputError } from "#src/errors.ts";
import { type InstanceRow, instanceList } from "#src/instances/list.ts";
import { rootPage } from "#src/keyset.ts";
import { maxPageSize } from "#src/paging.ts";
import { wholeBatch } from "#src/realtime/cursor.ts";
import { follow } from "#src/realtime/follow.ts";
import type { ScanRow } from "#src/scan/list.ts";
import { ActivityFilter, type ActivityFilterShape, activityFilter } from "./activity.ts";
import { builder } from "./builder.ts";
import type { Context } from "./context.ts";
import { instanceKeys } from "./ids.ts";
import { ActivityEventRef, InstanceRef, ScanRef } from "./refs.ts";

/** Slugs by instance, for filters over live rows; an instance's connector never changes. */
const slugs = new Map<number, string>();

/** Ends the reader when the client goes, also while it waits for something to happen. */
function abortable<T>(source: (signal: AbortSignal) => AsyncGenerator<T, void, void>): AsyncGenerator<T, void, void> {
  const abort = new AbortController();
  const inner = source(abort.signal);
  return {
    next: () => inner.next(),
    return: async (value) => {
      abort.abort();
      return inner.return(value);
    },
    throw: async (error) => {
      abort.abort();
      return inner.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      abort.abort();
      await inner.return();
    },
  };
}

async function* activityBatches(
  context: Context,
  filter: ActivityFilterShape | null | undefined,
  after: string | null | undefined,
  signal: AbortSignal,
): AsyncGenerator<ActivityEvent[], void, void> {
  const wanted = activityFilter(filter);
  await learnSlugs(context);
  const parts = { db: context.core.db, tailer: context.tailer, connectorOf: (id: number) => slugs.get(id) };
  const options = {
    filter: wanted,
    after: after ?? null,
    currentViewer: async () => {
      const viewer = await context.refresh();
      if (wanted?.connectorSlugs || wanted?.not) await learnSlugs(context);
      return viewer;
    },
  };
  yield* watchActivities(parts, options, signal);
}

async function learnSlugs(context: Context): Promise<void> {
  const rows = await rawSql(context.core.db)<
    { id: number; slug: string }[]
  >`select id, connector_slug as slug from instances where id > ${Math.max(0, ...slugs.keys())}`;
  for (const { id, slug } of rows) if (connectorBySlug(slug)) slugs.set(id, slug);
}

async function* instanceChanges(
  context: Context,
  ids: number[] | null,
  signal: AbortSignal,
): AsyncGenerator<InstanceRow, void, void> {
  // Taken first: what changes while the current states are sent comes again afterwards.
  const position = context.tailer.position();
  const wanted = ids === null ? null : new Set(ids);
  let after: string | null = null;
  do {
    const list = instanceList(context.core.db, context.viewer, {});
    const page: { rows: InstanceRow[]; hasNextPage: boolean } = await rootPage<InstanceRow>(
      rawSql(context.core.db),
      list,
      { first: maxPageSize, after },
    );
    for (const row of page.rows) if (!wanted || wanted.has(row.id)) yield row;
    const last = page.rows.at(-1);
    after = page.hasNextPage && last ? Buffer.from(JSON.stringify([last.id])).toString("base64url") : null;
  } while (after !== null);
  for await (const entries of follow(
    context.tailer,
    rawSql(context.core.db),
    { position, index: wholeBatch },
    signal,
  )) {
    const changed = new Set(
      entries
        .filter((entry) => entry.topic === "instance" && (!wanted || wanted.has(entry.instanceId)))
        .map((entry) => entry.instanceId),
    );
    if (changed.size === 0) continue;
    const viewer = await context.refresh();
    for (const id of changed) {
      const row = maySee(viewer, id) ? await context.load.instance.load(id) : null;
      if (row) yield row;
    }
  }
}

async function* scanChanges(
  context: Context,
  ids: number[] | null,
  signal: AbortSignal,
): AsyncGenerator<ScanRow, void, void> {
  const wanted = ids === null ? null : new Set(ids);
  for await (const entries of follow(
    context.tailer,
    rawSql(context.core.db),
    { position: context.tailer.position(), index: wholeBatch },
    signal,
  )) {
    const changed = new Map<string, { instanceId: number; id: number }>();
    for (const { instanceId, scanId } of entries) {
      if (scanId !== null && (!wanted || wanted.has(instanceId)))
        changed.set(`${instanceId}/${scanId}`, { instanceId, id: scanId });
    }
    if (changed.size === 0) continue;
    const viewer = await context.refresh();
    for (const key of changed.values()) {
      const row = maySee(viewer, key.instanceId) ? await context.load.scan.load(key) : null;
      if (row) yield row;
    }
  }
}

async function* oneByOne(
  batches: AsyncGenerator<ActivityEvent[], void, void>,
): AsyncGenerator<ActivityEvent, void, void> {
  for await (const batch of batches) yield* batch;
}

async function* inBatches(
  batches: AsyncGenerator<ActivityEvent[], void, void>,
  size: number,
): AsyncGenerator<ActivityEvent[], void, void> {
  for await (const batch of batches)
    for (let start = 0; start < batch.length; start += size) yield batch.slice(start, start + size);
}

const afterDescription =
  "Resume behind this cursor (exclusive): first every activity since, then live. Default: from now on.";

builder.subscriptionFields((t) => ({
  instanceChanged: t.field({
    type: InstanceRef,
    description: "Status changes of instances, the current state of each first.",
    args: { ids: t.arg.idList({ description: "Of these instances only." }) },
    subscribe: (_, { ids }, context) =>
      abortable((signal) => instanceChanges(context, instanceKeys(ids?.map(String), ["ids"]), signal)),
    resolve: (row) => row as InstanceRow,
  }),
  scanProgressed: t.field({
    type: ScanRef,
    description: "Progress and outcomes of scans as they happen; a fast scan tells its newest state, not every step.",
    args: { instanceIds: t.arg.idList({ description: "Of these instances only." }) },
    subscribe: (_, { instanceIds }, context) =>
      abortable((signal) => scanChanges(context, instanceKeys(instanceIds?.map(String), ["instanceIds"]), signal)),
    resolve: (row) => row as ScanRow,
  }),
  activityAdded: t.field({
    type: ActivityEventRef,
    description:
      "New activities in ingestion order. With `after`, first every activity since that cursor, then live: none missed, none twice.",
    args: {
      filter: t.arg({ type: ActivityFilter, description: "Which activities." }),
      after: t.arg.string({ description: afterDescription }),
    },
    subscribe: (_, { filter, after }, context) =>
      abortable((signal) => oneByOne(activityBatches(context, filter, after, signal))),
    resolve: (event) => event as ActivityEvent,
  }),
  activitiesAdded: t.field({
    type: [ActivityEventRef],
    description: "The same stream in batches, for high rates.",
    args: {
      filter: t.arg({ type: ActivityFilter, description: "Which activities." }),
      after: t.arg.string({ description: afterDescription }),
      maxBatch: t.arg.int({ description: "Most activities in one message. Default and limit 500." }),
    },
    subscribe: (_, { filter, after, maxBatch }, context) => {
      const size = maxBatch ?? 500;
      if (size < 1 || size > 500) throw new InvalidInputError("`maxBatch` must be between 1 and 500.", ["maxBatch"]);
      return abortable((signal) => inBatches(activityBatches(context, filter, after, signal), size));
    },
    resolve: (events) => events as ActivityEvent[],
  }),
}));
