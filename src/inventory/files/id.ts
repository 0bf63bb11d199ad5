import type { FileItem } from "#src/connector-kit/contract/records.ts";

/** An entry of an index holds two ids. The longest known are object keys of storage buckets, with their bucket. */
export const maxIdBytes = 1200;

/** Of the file that an item is about; of a container that is not listed, its id. */
export function fileIdOf(item: FileItem): string {
  if (item.kind === "unlisted") return item.container;
  return item.kind === "collaborator" ? item.fileId : item.externalId;
}

/** Cut to size, an id would be that of another file; so would one without a NUL, which PostgreSQL cannot hold. */
export function hasStorableId(item: FileItem): boolean {
  const id = fileIdOf(item);
  return id !== "" && !id.includes("\0") && id.isWellFormed() && Buffer.byteLength(id) <= maxIdBytes;
}
