import { type ScanRow, scanList } from "#src/ingest/scan/list.ts";
import { builder } from "./builder.ts";
import { connectionOf, nestedConnection, pagingArgs, rootConnection } from "./connections.ts";
import { ScanMode, ScanStatus, ScanStream } from "./enums.ts";
import { instanceKeys, parseScanId } from "./ids.ts";
import { loadAll } from "./load.ts";
import { InstanceRef, ScanRef } from "./refs.ts";

const ScanConnection = connectionOf("Scan", ScanRef);

builder.node(ScanRef, {
  description: "One run of one stream (users, groups, activities, ...) for one instance.",
  id: { resolve: ({ instanceId, id }) => `${instanceId}/${id}`, description: "Opaque id." },
  loadMany: (ids, context) => loadAll(context.load.scan, ids.map(parseScanId)),
  fields: (t) => ({
    instance: t.field({
      type: InstanceRef,
      description: "The instance that is read.",
      resolve: async ({ instanceId }, _, context) => (await context.load.instance.load(instanceId)) as never,
    }),
    stream: t.expose("stream", { type: ScanStream, description: "What is read." }),
    part: t.exposeString("part", {
      nullable: true,
      description: "Which part of the stream is read, by the app's name; null for a stream that has no parts.",
    }),
    mode: t.expose("mode", { type: ScanMode, description: "How much of it." }),
    status: t.expose("status", { type: ScanStatus, description: "Where it stands." }),
    itemsSeen: t.exposeInt("itemsSeen", { description: "Items read so far." }),
    itemsWritten: t.exposeInt("itemsWritten", { description: "Items that were new or changed." }),
    progress: t.float({
      nullable: true,
      description: "0 to 1 when the app tells a total, else null.",
      resolve: ({ status, total, itemsSeen }) =>
        status === "SUCCEEDED" ? 1 : total ? Math.min(1, itemsSeen / total) : null,
    }),
    throttledUntil: t.expose("throttledUntil", {
      type: "DateTime",
      nullable: true,
      description: "When it goes on after the app's rate limit.",
    }),
    startedAt: t.expose("startedAt", { type: "DateTime", nullable: true, description: "When it first ran." }),
    finishedAt: t.expose("finishedAt", { type: "DateTime", nullable: true, description: "When it ended." }),
    error: t.exposeString("error", { nullable: true, description: "Why it failed or waits, or a remark." }),
  }),
});

builder.objectField(InstanceRef, "scans", (t) =>
  t.field({
    type: ScanConnection,
    description: "Its scans, newest first.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
    },
    resolve: ({ id }, args, context) =>
      nestedConnection<ScanRow>(
        context,
        "instance.scans",
        args,
        {},
        () => scanList(context.core.db, context.viewer, {}),
        { instanceId: id, externalId: null },
      ),
  }),
);

builder.queryField("scans", (t) =>
  t.field({
    type: ScanConnection,
    description: "Scans of all instances, newest first.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      instanceIds: t.arg.idList({ description: "Of these instances only." }),
      streams: t.arg({ type: [ScanStream], description: "Of these streams only." }),
      status: t.arg({ type: [ScanStatus], description: "In one of these states only." }),
    },
    resolve: (_, { instanceIds, streams, status, ...args }, context) =>
      rootConnection<ScanRow>(
        context,
        scanList(context.core.db, context.viewer, {
          instanceIds: instanceKeys(instanceIds?.map(String), ["instanceIds"]),
          streams: streams ?? null,
          status: status ?? null,
        }),
        args,
      ),
  }),
);
