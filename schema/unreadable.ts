import { requireRole } from "#src/access/viewer.ts";
import { type UnreadableRow, unreadableList } from "#src/ingest/unreadable-list.ts";
import { builder } from "./builder.ts";
import { connectionOf, nestedConnection, pagingArgs } from "./connections.ts";
import { ScanStream } from "./enums.ts";
import { InstanceRef } from "./refs.ts";

const UnreadableRecordRef = builder.objectRef<UnreadableRow>("UnreadableRecord").implement({
  description:
    "A record of the app that could not be read, because it has not the expected shape. It was set aside, and the records around it were stored.",
  fields: (t) => ({
    stream: t.expose("stream", { type: ScanStream, description: "The stream it stood in." }),
    part: t.exposeString("part", {
      nullable: true,
      description:
        "The part of the stream, by the app's name; null for a stream that has no parts, and for what a webhook carried.",
    }),
    path: t.exposeString("path", {
      description: "Where in the answer the reading stopped, such as `[1]._document_id`.",
    }),
    reason: t.exposeString("reason", { description: "What was expected there and what was found." }),
    firstSeenAt: t.expose("firstSeenAt", { type: "DateTime", description: "When it was first met." }),
    lastSeenAt: t.expose("lastSeenAt", { type: "DateTime", description: "When it was last met." }),
    count: t.exposeInt("count", { description: "How often it was met: an app may send one record again and again." }),
    raw: t.field({
      type: "JSON",
      nullable: true,
      description:
        "The record as the app sent it; one that is very large or very deeply nested is cut. Null when the key that encrypted it was removed. ANALYST.",
      resolve: ({ instanceId, id }, _, { load, viewer }) => {
        requireRole(viewer, "ANALYST");
        return load.unreadableRecord.load({ instanceId, externalId: id }) as never;
      },
    }),
  }),
});

const UnreadableRecordConnection = connectionOf("UnreadableRecord", UnreadableRecordRef);

builder.objectField(InstanceRef, "unreadableRecords", (t) =>
  t.field({
    type: UnreadableRecordConnection,
    description: "Records that could not be read and were set aside, the newest first.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
    },
    resolve: ({ id }, args, context) =>
      nestedConnection<UnreadableRow>(
        context,
        "instance.unreadableRecords",
        args,
        {},
        () => unreadableList(context.core.db),
        {
          instanceId: id,
          externalId: null,
        },
      ),
  }),
);
