import type { FileItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction, StreamParts } from "#src/connector-kit/contract/streams.ts";
import { type Stage, stages } from "#src/connector-kit/listing.ts";
import { query } from "../api.ts";
import { Documents, documentBatch } from "../documents.ts";
import { manifest } from "../manifest.ts";
import { documentFields } from "../map-files.ts";
import { permitted } from "../permissions.ts";
import { fields, soql } from "../soql.ts";
import { fileChanges } from "./file-changes.ts";

export const fileParts: StreamParts = async () => [
  { name: "content", label: "All files" },
  { name: "changes", label: "Changes", feed: true },
];

/** All files, and those in the recycle bin; or what has changed. */
export const files: StreamFunction<"FILES"> = permitted(manifest.streams.FILES.scopes, (context, cursor) => {
  if (context.part === "changes") return fileChanges(context, cursor);
  const documents = new Documents(context);
  const stage = (name: string, q: string, deleted: boolean): Stage<FileItem> => ({
    name,
    first: query(q, { deleted, batch: documentBatch }),
    ...{ page: documents.page, items: documents.items },
  });
  const columns = fields(documentFields);
  return stages<FileItem>(context, cursor, [
    stage("files", soql`SELECT ${columns} FROM ContentDocument ORDER BY Id`, false),
    stage("recycle bin", soql`SELECT ${columns} FROM ContentDocument WHERE IsDeleted = true ORDER BY Id`, true),
  ]);
});
