import type { FileItem, SharingLevel } from "#src/connector-kit/contract/records.ts";
import { mediaTypeOf } from "#src/connector-kit/media-types.ts";
import { needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { actorNamed } from "./map.ts";
import { instantAt } from "./values.ts";

export type ServicenowFile = Extract<FileItem, { kind: "file" }>;

/** Attachments are not kept in drives or folders. */
export const container = "attachments";

export const attachmentFields = [
  ...["sys_id", "file_name", "content_type", "size_bytes", "table_name", "table_sys_id", "hash", "state"],
  ...["sys_created_by", "sys_created_on", "sys_updated_by", "sys_updated_on", "sys_mod_count"],
];

/**
 * An attachment is not shared by itself: who reads the record reads it. `sharing` is what the record grants.
 * Source: https://www.servicenow.com/docs/r/api-reference/rest-apis/c_AttachmentAPI.html
 */
export function toFile(value: unknown, path: string, sharing: SharingLevel | null): ServicenowFile {
  const raw = needObject(value, path);
  const externalId = needText(raw.sys_id, `${path}.sys_id`);
  const name = textOf(raw.file_name) ?? externalId;
  const [table, record] = [textOf(raw.table_name), textOf(raw.table_sys_id)];
  const size = Number.parseInt(textOf(raw.size_bytes) ?? "", 10);
  return {
    kind: "file",
    ...{ externalId, container, name, isFolder: false, sharing, labels: [] },
    path: [table, record, name].filter(Boolean).join("/"),
    mimeType: textOf(raw.content_type) ?? mediaTypeOf(name),
    size: Number.isSafeInteger(size) ? size : null,
    owner: actorNamed(textOf(raw.sys_created_by)),
    createdAt: instantAt(raw.sys_created_on),
    modifiedAt: instantAt(raw.sys_updated_on),
    modifiedBy: actorNamed(textOf(raw.sys_updated_by)),
    version: textOf(raw.hash) ?? textOf(raw.sys_updated_on),
    hash: textOf(raw.hash),
    raw,
  };
}
