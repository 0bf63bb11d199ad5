import { rawSql } from "#db/client.ts";
import type { FileItem } from "#src/connector-kit/contract/records.ts";
import type { Core } from "#src/core.ts";
import { contentVersion } from "./request.ts";

/** A file that waits to be inspected, as it is before its content is read. */
export interface PendingFile {
  instanceId: number;
  id: string;
  /** Of the content that is about to be read. */
  version: string | null;
  changedAt: string;
  record: Extract<FileItem, { kind: "file" }>;
  removed: boolean;
}

/** Null if it does not wait, or does not exist. */
export async function pendingFile(
  { db }: Core,
  { instanceId, fileId }: { instanceId: number; fileId: string },
): Promise<PendingFile | null> {
  const sql = rawSql(db);
  const [row] = await sql<Record<string, unknown>[]>`
    select f.external_id, ${contentVersion(sql)} as current, coalesce(f.modified_at, f.first_seen_at)::text as changed_at, f.container, f.parent_id, f.path,
      f.name, f.is_folder, f.mime_type, f.size::float8 as size, f.sharing, f.labels, f.version, f.content_hash, f.modified_at::text as modified_at,
      f.removed_at is not null as removed, f.raw::text as raw
    from files f where f.instance_id = ${instanceId} and f.external_id = ${fileId} and f.inspection_status = 'PENDING'`;
  if (!row) return null;
  const text = (name: string) => row[name] as string | null;
  return {
    instanceId,
    id: fileId,
    version: text("current"),
    changedAt: text("changed_at")!,
    removed: row.removed as boolean,
    record: {
      kind: "file",
      externalId: fileId,
      container: text("container")!,
      parentId: text("parent_id"),
      path: text("path"),
      name: text("name")!,
      isFolder: row.is_folder as boolean,
      mimeType: text("mime_type"),
      size: row.size as number | null,
      sharing: row.sharing as never,
      labels: row.labels as string[],
      modifiedAt: row.modified_at ? new Date(text("modified_at")!) : null,
      version: text("version"),
      hash: text("content_hash"),
      raw: JSON.parse(text("raw")!),
    },
  };
}
