import { requireRole } from "#src/access/viewer.ts";
import { type UnreadableRow, unreadableList } from "#src/ingest/unreadable-list.ts";
import { builder } from "./builder.ts";
import { connectionOf, nestedConnection, pagingArgs } from "./connections.ts";
import { ScanStream } from "./enums.ts";
import { InstanceRef } from "./refs.ts";

const UnreadableRecordRef = builder.objectRef<UnreadableRow>("UnreadableRecord").implement({
  description:
    "A record of the app that could not be read because it does not have the expected shape. It was set aside, and the other records were stored.",
  fields: (t) => ({
    stream: t.expose("stream", { type: ScanStream, description: "The stream to which the record belongs." }),
    part: t.exposeString("part", {
      nullable: true,
      description:
        "The part of the stream under the app's own name. Null if the stream has no parts, and for records of webhooks.",
    }),
    path: t.exposeString("path", {
      description: "Path in the response at which reading failed, such as `[1]._document_id`.",
    }),
    reason: t.exposeString("reason", { description: "The expected value and the value that was found." }),
    firstSeenAt: t.expose("firstSeenAt", { type: "DateTime", description: "When the record was first received." }),
    lastSeenAt: t.expose("lastSeenAt", { type: "DateTime", description: "When the record was last received." }),
    count: t.exposeInt("count", {
      description: "How often the record was received. An app may send one record repeatedly.",
    }),
    raw: t.field({
      type: "JSON",
      nullable: true,
      description:
        "The record as the app sent it. Very large or very deeply nested records are truncated. Requires the role ANALYST. Null if the key that encrypted it was removed.",
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
    description: "Records that could not be read and were set aside, newest first.",
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
