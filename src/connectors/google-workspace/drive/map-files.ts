import type { ActorRecord, FileItem, SharingLevel } from "#src/connector-kit/contract/records.ts";
import {
  idOf,
  instantOf,
  type Json,
  listOf,
  needId,
  needObject,
  needText,
  objectOf,
  textOf,
} from "#src/connector-kit/record.ts";
import { folderType, quarantineName } from "./api.ts";
import { type LabelName, namesOn } from "./labels.ts";
import { hasEnded, isAudience, type Permission, toCollaborator } from "./permissions.ts";

export type DriveFile = Extract<FileItem, { kind: "file" }>;

/** What is asked for of files and folders. https://developers.google.com/workspace/drive/api/reference/rest/v3/files#File */
export const fileFields = [
  ...[
    "id",
    "name",
    "mimeType",
    "size",
    "sha256Checksum",
    "headRevisionId",
    "owners(displayName,emailAddress,permissionId)",
  ],
  ...["ownedByMe", "shared", "driveId", "parents", "webViewLink", "copyRequiresWriterPermission", "writersCanShare"],
  ...[
    "createdTime",
    "modifiedTime",
    "lastModifyingUser(displayName,emailAddress,permissionId)",
    "trashed",
    "trashedTime",
  ],
  "labelInfo",
].join(",");

/** A file as it was listed, with what had to be asked for beside it. */
export interface ListedFile {
  raw: unknown;
  /** Null: they could not be read. */
  permissions: readonly Permission[] | null;
  /** Of the folder it lies in. */
  folder: string;
}

/** Whose drive it is in (an address) or which shared drive (an id), and what labels are called. */
export interface Where {
  container: string;
  labels: readonly LabelName[];
  now: Date;
}

export function toFileItems(
  { raw: record, permissions, folder }: ListedFile,
  path: string,
  { container, labels, now }: Where,
): FileItem[] {
  const raw = needObject(record, path);
  const externalId = needId(raw.id, `${path}.id`);
  const name = needText(raw.name, `${path}.name`);
  const inEffect = permissions?.filter((one) => !hasEnded(one, now)) ?? null;
  const mimeType = textOf(raw.mimeType);
  const isFolder = mimeType === folderType;
  const trashed = raw.trashed === true;
  const file: DriveFile = {
    kind: "file",
    externalId,
    container,
    parentId: idOf(listOf(raw.parents)[0]),
    path: `${folder}/${name}`,
    name,
    isFolder,
    mimeType: isFolder ? null : mimeType,
    size: /^\d+$/.test(String(raw.size)) ? Number(raw.size) : null,
    owner: personOf(listOf(raw.owners)[0]),
    sharing: inEffect && sharingOf(inEffect),
    link: inEffect && linkOf(inEffect, raw),
    labels: namesOn(listOf(objectOf(raw.labelInfo).labels), labels),
    createdAt: instantOf(raw.createdTime),
    modifiedAt: instantOf(raw.modifiedTime),
    modifiedBy: personOf(raw.lastModifyingUser),
    trashedAt: trashed ? (instantOf(raw.trashedTime) ?? instantOf(raw.modifiedTime) ?? now) : null,
    quarantined: !trashed && folder.split("/").at(-1) === quarantineName,
    // Documents of Google's own have no revision that is the head.
    version: textOf(raw.headRevisionId) ?? textOf(raw.modifiedTime),
    hash: textOf(raw.sha256Checksum),
    raw,
  };
  // An audience has a domain of Google's, which would count as a domain outside.
  const collaborators = inEffect?.filter((one) => !isAudience(one)) ?? [];
  return [file, ...collaborators.map((one) => toCollaborator(externalId, one))];
}

/** Whether people are of the organisation is judged by its domains, where it is stored. */
function sharingOf(permissions: readonly Permission[]): SharingLevel {
  if (permissions.some(({ type }) => type === "anyone")) return "PUBLIC";
  return permissions.some(({ role }) => role !== "owner") ? "INTERNAL" : "PRIVATE";
}

/** General access: a link of Google's has no password and does not expire. */
function linkOf(permissions: readonly Permission[], raw: Json): DriveFile["link"] {
  const open = permissions.find(({ type }) => type === "anyone") ?? permissions.find(({ type }) => type === "domain");
  if (!open) return null;
  return {
    audience: open.type === "anyone" ? "PUBLIC" : "INTERNAL",
    canDownload: open.role === "writer" || raw.copyRequiresWriterPermission !== true,
    url: textOf(raw.webViewLink),
  };
}

function personOf(value: unknown): ActorRecord | null {
  const { displayName, emailAddress } = objectOf(value);
  const email = textOf(emailAddress);
  if (email === null) return null;
  return { login: email, email, name: textOf(displayName) ?? email };
}
