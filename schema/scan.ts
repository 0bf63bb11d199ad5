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
  id: {
    resolve: ({ instanceId, id }) => `${instanceId}/${id}`,
    description: "Global id: opaque, and unique across all types.",
  },
  loadMany: (ids, context) => loadAll(context.load.scan, ids.map(parseScanId)),
  fields: (t) => ({
    instance: t.field({
      type: InstanceRef,
      description: "The instance that is read.",
      resolve: async ({ instanceId }, _, context) => (await context.load.instance.load(instanceId)) as never,
    }),
    stream: t.expose("stream", { type: ScanStream, description: "The stream that is read." }),
    part: t.exposeString("part", {
      nullable: true,
      description: "The part of the stream that is read, under the app's own name. Null if the stream has no parts.",
    }),
    mode: t.expose("mode", { type: ScanMode, description: "Extent of the scan." }),
    status: t.expose("status", { type: ScanStatus, description: "Status of the scan." }),
    itemsSeen: t.exposeInt("itemsSeen", { description: "Number of records read so far." }),
    itemsWritten: t.exposeInt("itemsWritten", { description: "Number of records that were new or changed." }),
    progress: t.float({
      nullable: true,
      description: "Progress from 0 to 1. Null if the app does not report a total.",
      resolve: ({ status, total, itemsSeen }) =>
        status === "SUCCEEDED" ? 1 : total ? Math.min(1, itemsSeen / total) : null,
    }),
    throttledUntil: t.expose("throttledUntil", {
      type: "DateTime",
      nullable: true,
      description: "When the scan continues after the rate limit of the app. Null if it is not throttled.",
    }),
    startedAt: t.expose("startedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the scan first ran. Null if it has not started.",
    }),
    finishedAt: t.expose("finishedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the scan ended. Null if it has not ended.",
    }),
    error: t.exposeString("error", {
      nullable: true,
      description: "Reason why the scan failed or waits, or a note. Null if there is none.",
    }),
    awaitsConfirmation: t.exposeBoolean("awaitsConfirmation", {
      description:
        "True if the scan was complete but named far fewer records than are known. Nothing is marked as deleted until the next complete scan agrees or confirmListing is called.",
    }),
  }),
});

builder.objectField(InstanceRef, "scans", (t) =>
  t.field({
    type: ScanConnection,
    description: "Scans of the instance, newest first.",
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
      instanceIds: t.arg.idList({ description: "Return only scans of these instances. Default: all." }),
      streams: t.arg({ type: [ScanStream], description: "Return only scans of these streams. Default: all." }),
      status: t.arg({ type: [ScanStatus], description: "Return only scans with one of these statuses. Default: all." }),
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
