import { activitiesOfFile } from "#src/inventory/activities/list.ts";
import type { ActivityRow } from "#src/inventory/activities/row.ts";
import { type CollaboratorRow, collaboratorList } from "#src/inventory/files/collaborator-list.ts";
import type { ChangedFile } from "#src/inventory/files/feed.ts";
import { checkLabels, type FileMatchRow, type FileOrder, fileList } from "#src/inventory/files/list.ts";
import type { FileRow } from "#src/inventory/files/row.ts";
import { type FileBucket, fileStats } from "#src/inventory/files/stats.ts";
import { encodeCursor, wholeBatch } from "#src/realtime/cursor.ts";
import { ActivityConnection } from "./activity.ts";
import { builder } from "./builder.ts";
import { connectionOf, nestedConnection, pagingArgs, rootConnection } from "./connections.ts";
import type { Context } from "./context.ts";
import { CollaboratorFilter, FileCollaboratorConnection } from "./file-collaborator.ts";
import {
  Confidence,
  FileGrouping,
  FileOrderField,
  InspectionStatus,
  OrderDirection,
  SharingLevel,
} from "./file-enums.ts";
import { FileFilter, fileFilter } from "./file-filter.ts";
import { accountId, encodeId, parseAccountId } from "./ids.ts";
import { loadAll } from "./load.ts";
import { ActivityRef, FileMatchRef, FileRef, InstanceRef, UserRef } from "./refs.ts";
import { activityFields, fileFields } from "./row-fields.ts";
import { nameOf, nodeReading } from "./selection.ts";

export const FileConnection = connectionOf<FileRow>(
  "File",
  FileRef,
  (t) =>
    ({
      streamCursor: t.string({
        description:
          "Log position at which the page was read. Subscribe to fileChanged with `after: streamCursor` to receive every later change without a gap.",
        resolve: (page) => page.streamCursor as string,
      }),
    }) as never,
);

const SharedLink = builder.objectRef<FileRow>("SharedLink").implement({
  description: "The link by which a file is shared.",
  fields: (t) => ({
    audience: t.field({
      type: SharingLevel,
      description: "The group of people to whom the link opens the file.",
      resolve: ({ linkAudience }) => linkAudience!,
    }),
    expiresAt: t.expose("linkExpiresAt", {
      type: "DateTime",
      nullable: true,
      description: "When the link ends. Null if it does not end.",
    }),
    passwordProtected: t.exposeBoolean("linkPassword", {
      nullable: true,
      description: "True if the link asks for a password. Null if the app does not state it.",
    }),
    canDownload: t.exposeBoolean("linkCanDownload", {
      nullable: true,
      description: "True if the link allows downloads. Null if the app does not state it.",
    }),
    url: t.exposeString("linkUrl", {
      nullable: true,
      description: "URL of the link. Null if the app does not state it.",
    }),
  }),
});

FileMatchRef.implement({
  description: "The matches of one detector in the content of a file. The content itself is never stored.",
  fields: (t) => ({
    count: t.exposeInt("count", { description: "Number of matches." }),
    confidence: t.expose("confidence", { type: Confidence, description: "Confidence of the detector." }),
    reasons: t.exposeStringList("reasons", { description: "Reasons for the confidence." }),
    samples: t.exposeStringList("samples", { description: "Some matches with the text around them, masked." }),
  }),
});

const FileInspection = builder.objectRef<FileRow>("FileInspection").implement({
  description: "The inspection of the content of a file.",
  fields: (t) => ({
    status: t.expose("inspectionStatus", { type: InspectionStatus, description: "Status of the inspection." }),
    inspectedAt: t.expose("inspectedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the content was last inspected. Null if it never was.",
    }),
    reason: t.exposeString("inspectionReason", {
      nullable: true,
      description: "Reason why the content could not be inspected. Null if there is none.",
    }),
    stale: t.boolean({
      description:
        "True if the content has changed since it was inspected: status and matches are then those of the earlier content.",
      resolve: isStale,
    }),
    matches: t.field({
      type: [FileMatchRef],
      description: "Matches in the content, highest confidence first.",
      resolve: (file, _, context) => context.load.fileMatches.load(file) as Promise<FileMatchRow[]>,
    }),
  }),
});

function isStale({ inspectedAt, inspectedVersion, version, contentHash, modifiedAt }: FileRow): boolean {
  if (inspectedAt === null) return false;
  const current = version ?? contentHash;
  return current === null
    ? modifiedAt !== null && new Date(modifiedAt) > new Date(inspectedAt)
    : current !== inspectedVersion;
}

const nestedArgs = { first: pagingArgs.first, after: pagingArgs.after };

builder.node(FileRef, {
  description: "A file or folder in a connected app. Its content is never stored.",
  id: { resolve: accountId, description: "Global id: opaque, and unique across all types." },
  loadMany: (ids, context) => loadAll(context.load.file, ids.map(parseAccountId)),
  fields: (t) => ({
    instance: t.field({
      type: InstanceRef,
      description: "The instance that holds the file.",
      resolve: ({ instance, instanceId }, _, context) =>
        (instance === undefined ? context.load.instance.load(instanceId) : instance) as never,
    }),
    externalId: t.exposeString("externalId", { description: "The app's own id of the file." }),
    name: t.exposeString("name", { description: "Name of the file." }),
    isFolder: t.exposeBoolean("isFolder", { description: "True for folders." }),
    path: t.exposeString("path", {
      nullable: true,
      description: "Path of the file under the app's own names. Null if the app does not state it.",
    }),
    parent: t.field({
      type: FileRef,
      nullable: true,
      description: "The folder that holds the file. Null for the topmost, and if it is not known.",
      resolve: ({ instanceId, parentId }, _, context) =>
        parentId === null ? null : context.load.file.load({ instanceId, externalId: parentId }),
    }),
    container: t.exposeString("container", {
      description: "The drive, bucket, site or account that holds the file, by the app's own id.",
    }),
    mimeType: t.exposeString("mimeType", {
      nullable: true,
      description: "MIME type in lower case. Null if the app does not state it.",
    }),
    size: t.expose("size", {
      type: "BigInt",
      nullable: true,
      description: "Size in bytes. Null for folders, and if the app does not state it.",
    }),
    owner: t.field({
      type: UserRef,
      nullable: true,
      description: "The account that owns the file. Null if the owner is not a known account.",
      resolve: ({ instanceId, ownerId }, _, context) =>
        ownerId === null ? null : context.load.user.load({ instanceId, externalId: ownerId }),
    }),
    ownerName: t.exposeString("ownerName", {
      nullable: true,
      description:
        "Name of the owner as the app states it, whether or not the account is known. Null if the app names none.",
    }),
    lastEditor: t.field({
      type: UserRef,
      nullable: true,
      description: "The account that last changed the file. Null if it is not a known account.",
      resolve: ({ instanceId, editorId }, _, context) =>
        editorId === null ? null : context.load.user.load({ instanceId, externalId: editorId }),
    }),
    sharing: t.expose("sharing", {
      type: SharingLevel,
      nullable: true,
      description:
        "Sharing level in effect, computed from the collaborators, the link and the organisation's domains. Null if it could not be read.",
    }),
    link: t.field({
      type: SharedLink,
      nullable: true,
      description: "The shared link of the file. Null if there is none.",
      resolve: (file) => (file.linkAudience === null ? null : file),
    }),
    collaborators: t.field({
      type: FileCollaboratorConnection,
      description: "People, groups and domains that have access to the file, by kind.",
      args: {
        first: t.arg.int({ description: nestedArgs.first }),
        after: t.arg.string({ description: nestedArgs.after }),
        filter: t.arg({
          type: CollaboratorFilter,
          description: "Filter of the collaborators to return. Default: all.",
        }),
      },
      resolve: (file, { filter, ...args }, context) =>
        nestedConnection<CollaboratorRow>(
          context,
          "file.collaborators",
          args,
          { filter },
          () => collaboratorList(context.core.db, filter ?? null),
          file,
        ),
    }),
    labels: t.exposeStringList("labels", {
      description: "Labels of the file, under the app's own names, in alphabetical order.",
    }),
    createdAt: t.expose("createdAt", {
      type: "DateTime",
      nullable: true,
      description: "When the file was created. Null if the app does not state it.",
    }),
    modifiedAt: t.expose("modifiedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the file was last changed. Null if the app does not state it.",
    }),
    viewedAt: t.expose("viewedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the file was last viewed. Null if the app does not state it.",
    }),
    trashed: t.boolean({
      description: "True if the file is in the trash of the app.",
      resolve: ({ trashedAt }) => trashedAt !== null,
    }),
    quarantined: t.exposeBoolean("quarantined", { description: "True if the file is in quarantine." }),
    removedAt: t.expose("removedAt", {
      type: "DateTime",
      nullable: true,
      description: "When Gatehouse found that the app no longer has the file. Null while it has.",
    }),
    inspection: t.field({
      type: FileInspection,
      description: "The inspection of the content.",
      resolve: (file) => file,
    }),
    activities: t.field({
      type: ActivityConnection,
      description: "Activities that affected the file, newest first.",
      args: {
        first: t.arg.int({ description: nestedArgs.first }),
        after: t.arg.string({ description: nestedArgs.after }),
      },
      resolve: (file, args, context, info) => {
        const reading = nodeReading(activityFields, info);
        return nestedConnection<ActivityRow>(
          context,
          "file.activities",
          args,
          { reading: nameOf(reading) },
          () => activitiesOfFile(context.viewer, reading),
          file,
          () => positionOf(context),
        );
      },
    }),
    changeCursor: t.string({
      description:
        "Cursor to subscribe to fileChanged with: every change of any file after this state was read. In an event of fileChanged, resumes behind that event.",
      resolve: (file, _, context) => (file as Partial<ChangedFile>).cursor ?? positionOf(context),
    }),
    raw: t.field({
      type: "JSON",
      description: "The file exactly as the app sent it.",
      resolve: (file, _, context) => context.load.rawFile.load(file) as never,
    }),
  }),
});

/** Where the log was before anything was read for this operation. What commits in between comes twice rather than never. */
function positionOf({ position, tailer }: Context): string {
  return encodeCursor({ epoch: tailer.epoch(), position, index: wholeBatch });
}

const FileOrderInput = builder.inputType("FileOrder", {
  description: "The order of a list of files.",
  fields: (t) => ({
    field: t.field({ type: FileOrderField, required: true, description: "The value by which files are ordered." }),
    direction: t.field({
      type: OrderDirection,
      description: "The direction of the order. Default: ASC for NAME, otherwise DESC.",
    }),
  }),
});

function orderOf(order: { field: FileOrder["field"]; direction?: "ASC" | "DESC" | null } | null | undefined) {
  if (!order) return null;
  return { field: order.field, descending: order.direction == null ? null : order.direction === "DESC" };
}

const boundary =
  "One page examines at most 16,384 files: a page that is not full but has `hasNextPage` continues after its `endCursor`.";

for (const [type, of, description] of [
  [InstanceRef, "instance", "Files of the instance."],
  [UserRef, "owner", "Files that the account owns."],
] as const)
  builder.objectField(type as typeof UserRef, "files", (t) =>
    t.field({
      type: FileConnection,
      description: `${description} Newest change first by default. ${boundary}`,
      args: {
        first: t.arg.int({ description: nestedArgs.first }),
        after: t.arg.string({ description: nestedArgs.after }),
        filter: t.arg({ type: FileFilter, description: "Filter of the files to return. Default: all that exist." }),
        orderBy: t.arg({ type: FileOrderInput, description: "Order of the files. Default: newest change first." }),
      },
      resolve: async (parent, { filter, orderBy, ...args }, context, info) => {
        const wanted = fileFilter(filter, context.core.now());
        await checkLabels(context.core.db, context.viewer, wanted, ["filter"]);
        const reading = nodeReading(fileFields, info);
        const { instanceId, externalId } = parent as { instanceId?: number; externalId: string };
        return nestedConnection<FileRow>(
          context,
          `${of}.files`,
          args,
          { filter, orderBy, reading: nameOf(reading) },
          () => fileList(context.viewer, wanted, { of, order: orderOf(orderBy), reading }),
          of === "owner"
            ? { instanceId: instanceId!, externalId }
            : { instanceId: (parent as unknown as { id: number }).id, externalId: null },
          () => positionOf(context),
        );
      },
    }),
  );

builder.objectField(ActivityRef, "files", (t) =>
  t.field({
    type: [FileRef],
    description: "Known files among the targets of the activity.",
    resolve: async ({ instanceId, targets }, _, context) => {
      const ids = new Set(targets.flatMap(({ id }) => id ?? []));
      const files = await Promise.all([...ids].map((externalId) => context.load.file.load({ instanceId, externalId })));
      return files.filter((file) => file !== null);
    },
  }),
);

const FileBucketRef = builder.objectRef<FileBucket>("FileBucket").implement({
  description: "One count of files, grouped by a value, for charts.",
  fields: (t) => ({
    key: t.string({
      description: "The value that the bucket counts; the id for INSTANCE and OWNER. Empty if there is no value.",
      resolve: ({ key, instanceId, ownerId }) => {
        if (instanceId === null) return key;
        return ownerId === null ? encodeId("Instance", instanceId) : encodeId("User", `${instanceId}/${ownerId}`);
      },
    }),
    count: t.exposeInt("count", { description: "Number of files in the bucket." }),
    owner: t.field({
      type: UserRef,
      nullable: true,
      description: "The account. Null unless grouped by OWNER.",
      resolve: ({ instanceId, ownerId }, _, context) =>
        instanceId === null || ownerId === null ? null : context.load.user.load({ instanceId, externalId: ownerId }),
    }),
    instance: t.field({
      type: InstanceRef,
      nullable: true,
      description: "The instance. Null unless grouped by INSTANCE or OWNER.",
      resolve: ({ instanceId }, _, context) => (instanceId === null ? null : context.load.instance.load(instanceId)),
    }),
  }),
});

builder.queryFields((t) => ({
  files: t.field({
    type: FileConnection,
    description: `Files and folders of all instances, newest change first by default. ${boundary}`,
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      last: t.arg.int({ description: pagingArgs.last }),
      before: t.arg.string({ description: pagingArgs.before }),
      filter: t.arg({ type: FileFilter, description: "Filter of the files to return. Default: all that exist." }),
      orderBy: t.arg({ type: FileOrderInput, description: "Order of the files. Default: newest change first." }),
    },
    resolve: async (_, { filter, orderBy, ...args }, context, info) => {
      const wanted = fileFilter(filter, context.core.now());
      await checkLabels(context.core.db, context.viewer, wanted, ["filter"]);
      const reading = nodeReading(fileFields, info);
      const list = fileList(context.viewer, wanted, { order: orderOf(orderBy), reading });
      return rootConnection<FileRow>(context, list, args, () => positionOf(context));
    },
  }),
  fileStats: t.field({
    type: [FileBucketRef],
    description:
      "Counts of files that match the filter, largest first. Ends with an error if counting takes too long. Counts 3,000 towards the cost of the operation, whatever it returns.",
    extensions: { work: 3_000 },
    args: {
      filter: t.arg({ type: FileFilter, description: "Filter of the files to count. Default: all that exist." }),
      groupBy: t.arg({ type: FileGrouping, required: true, description: "The value by which files are counted." }),
      first: t.arg.int({ description: "Number of buckets to return. Default 20, at most 200." }),
    },
    resolve: async (_, { filter, groupBy, first }, context) => {
      const wanted = fileFilter(filter, context.core.now());
      await checkLabels(context.core.db, context.viewer, wanted, ["filter"]);
      return fileStats(context.core.db, context.viewer, { filter: wanted, groupBy, first: first ?? null });
    },
  }),
}));
