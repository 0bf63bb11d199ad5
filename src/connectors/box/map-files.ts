import type { ActorRecord, FileItem, SharingLevel } from "#src/connector-kit/contract/records.ts";
import { mediaTypeOf } from "#src/connector-kit/media-types.ts";
import {
  idOf,
  instantOf,
  isObject,
  type Json,
  listOf,
  needId,
  needText,
  objectOf,
  textOf,
} from "#src/connector-kit/record.ts";
import { externalIdOf, type ItemRef } from "./api.ts";
import { type Collaboration, toCollaborator } from "./collaborations.ts";

export type BoxFile = Extract<FileItem, { kind: "file" }>;

/** The folder, in the root of its owner, that quarantined items are moved to. */
export const quarantineName = "Gatehouse quarantine";

/** What is asked for of files and folders. https://developer.box.com/reference/resources/file/ */
export const itemFields = [
  ...["type", "id", "name", "size", "sha1", "file_version", "owned_by", "created_at", "modified_at", "modified_by"],
  ...["parent", "path_collection", "item_status", "trashed_at", "shared_link", "has_collaborations", "classification"],
].join(",");

/** What an item has from the folders above it. */
export interface Inherited {
  collaborations: readonly Collaboration[];
  /** Who the links of the folders open it to. */
  link: SharingLevel;
}

const levels: readonly SharingLevel[] = ["PRIVATE", "INTERNAL", "EXTERNAL", "PUBLIC"];

export function wider(one: SharingLevel, other: SharingLevel): SharingLevel {
  return levels.indexOf(one) >= levels.indexOf(other) ? one : other;
}

/** Of `open`, `company`, `collaborators`: the last opens nothing to anybody who has no access. */
export function audienceOf(access: unknown): SharingLevel {
  return access === "open" ? "PUBLIC" : access === "company" ? "INTERNAL" : "PRIVATE";
}

export function isTrashed(raw: Json): boolean {
  return raw.item_status === "trashed" || textOf(raw.trashed_at) !== null;
}

/** The item that a record is of; null for a bookmark (`web_link`), which has no content. Throws ProviderResponseError without type or id. */
export function refOf(raw: Json, path: string): ItemRef | null {
  const type = needText(raw.type, `${path}.type`);
  const id = needId(raw.id, `${path}.id`);
  return type === "file" || type === "folder" ? { type, id } : null;
}

/**
 * A file or folder with everybody who has access to it: `collaborations` are all of the item, those of folders above included. Links of the
 * folders above open it, too.
 */
export function toFileItems(
  raw: Json,
  ref: ItemRef,
  owner: string,
  { collaborations, link: inheritedLink }: Inherited,
): FileItem[] {
  const externalId = externalIdOf(ref);
  const trashed = isTrashed(raw);
  const link = trashed ? null : linkOf(raw.shared_link);
  // What lies in the trash nobody opens.
  const people = trashed ? [] : collaborations;
  const byPeople: SharingLevel = people.length > 0 ? "INTERNAL" : "PRIVATE";
  const above = folderNames(raw);
  const name = textOf(raw.name) ?? ref.id;
  const file: BoxFile = {
    kind: "file",
    externalId,
    container: owner,
    parentId: parentIdOf(raw),
    path: `/${[...above, name].join("/")}`,
    name,
    isFolder: ref.type === "folder",
    mimeType: ref.type === "file" ? mediaTypeOf(name) : null,
    size: ref.type === "file" && typeof raw.size === "number" ? raw.size : null,
    owner: personOf(raw.owned_by),
    sharing: trashed ? "PRIVATE" : wider(wider(link?.audience ?? "PRIVATE", inheritedLink), byPeople),
    link,
    labels: [textOf(objectOf(raw.classification).name) ?? []].flat(),
    createdAt: instantOf(raw.created_at),
    modifiedAt: instantOf(raw.modified_at),
    modifiedBy: personOf(raw.modified_by),
    trashedAt: trashed ? instantOf(raw.trashed_at) : null,
    quarantined: !trashed && above.length === 1 && above[0] === quarantineName,
    version: idOf(objectOf(raw.file_version).id),
    hash: textOf(raw.sha1),
    raw,
  };
  return [file, ...people.map((one) => toCollaborator(externalId, one))];
}

/** Names of the folders above, without the root, which Box calls All Files. */
function folderNames(raw: Json): string[] {
  return listOf(objectOf(raw.path_collection).entries)
    .map(objectOf)
    .flatMap(({ id, name }) => (id === "0" ? [] : [textOf(name) ?? "?"]));
}

function parentIdOf(raw: Json): string | null {
  const id = idOf(objectOf(raw.parent).id);
  return id === null || id === "0" ? null : externalIdOf({ type: "folder", id });
}

function linkOf(value: unknown): BoxFile["link"] {
  if (!isObject(value)) return null;
  const canDownload = objectOf(value.permissions).can_download;
  return {
    audience: audienceOf(value.effective_access ?? value.access),
    expiresAt: instantOf(value.unshared_at),
    ...(typeof value.is_password_enabled === "boolean" ? { password: value.is_password_enabled } : {}),
    ...(typeof canDownload === "boolean" ? { canDownload } : {}),
    url: textOf(value.url),
  };
}

function personOf(value: unknown): ActorRecord | null {
  const { id, login, name } = objectOf(value);
  const externalId = idOf(id);
  if (externalId === null) return null;
  return { externalId, login: textOf(login), email: textOf(login), name: textOf(name) ?? textOf(login) };
}
