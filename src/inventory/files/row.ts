import type { InspectionStatus, SharingLevel } from "#db/tables/files.ts";
import { type InstanceRow, instanceTable } from "#src/instances/row.ts";
import type { Table } from "#src/query/reading.ts";

/** A file as it is read for the API. Instants as PostgreSQL writes them: `2026-11-18 07:42:19.118+00`. */
export interface FileRow {
  instanceId: number;
  externalId: string;
  container: string;
  parentId: string | null;
  path: string | null;
  name: string;
  extension: string | null;
  isFolder: boolean;
  mimeType: string | null;
  size: number | null;
  ownerId: string | null;
  ownerName: string | null;
  editorId: string | null;
  editorName: string | null;
  sharing: SharingLevel | null;
  linkAudience: SharingLevel | null;
  linkExpiresAt: string | null;
  linkPassword: boolean | null;
  linkCanDownload: boolean | null;
  linkUrl: string | null;
  labels: string[];
  createdAt: string | null;
  modifiedAt: string | null;
  viewedAt: string | null;
  trashedAt: string | null;
  quarantined: boolean;
  version: string | null;
  contentHash: string | null;
  removedAt: string | null;
  inspectionStatus: InspectionStatus;
  inspectedAt: string | null;
  inspectionReason: string | null;
  inspectedVersion: string | null;
  /** Where lists have it: by time of change (or else when it was first seen), by name, by size. */
  modifiedKey: string;
  nameKey: string;
  sizeKey: number;
  /** The instance, when it was read with it. */
  instance?: InstanceRow | null;
}

/** The raw record is large and asked for seldom: it is loaded apart. */
export const fileTable: Table<FileRow> = {
  from: "files",
  alias: "f",
  columns: {
    instanceId: "instance_id",
    externalId: "external_id",
    container: "container",
    parentId: "parent_id",
    path: "path",
    name: "name",
    extension: "extension",
    isFolder: "is_folder",
    mimeType: "mime_type",
    size: "size",
    ownerId: "owner_id",
    ownerName: "owner_name",
    editorId: "editor_id",
    editorName: "editor_name",
    sharing: "sharing",
    linkAudience: "link_audience",
    linkExpiresAt: "link_expires_at",
    linkPassword: "link_password",
    linkCanDownload: "link_can_download",
    linkUrl: "link_url",
    labels: "labels",
    createdAt: "created_at",
    modifiedAt: "modified_at",
    viewedAt: "viewed_at",
    trashedAt: "trashed_at",
    quarantined: "quarantined",
    version: "version",
    contentHash: "content_hash",
    removedAt: "removed_at",
    inspectionStatus: "inspection_status",
    inspectedAt: "inspected_at",
    inspectionReason: "inspection_reason",
    inspectedVersion: "inspected_version",
    modifiedKey: "modified_key",
    nameKey: "name_key",
    sizeKey: "size_key",
  },
  // With its places in the orders there are: a cursor is made of one of them.
  key: ["instanceId", "externalId", "modifiedKey", "nameKey", "sizeKey"],
  // Who sees a file sees its instance.
  toOne: { instance: { alias: "i", table: instanceTable, on: `i.id = r."instanceId"`, by: [] } },
};
