import type { ActorRecord, FileItem } from "#src/connector-kit/contract/records.ts";
import { mediaTypeOf } from "#src/connector-kit/media-types.ts";
import { instantOf, isObject, type Json, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { actorOf, type Drive, externalIdOf } from "./drives.ts";
import { collaboratorsOf, ownLinkOf, type Permission, sharingOf } from "./file-permissions.ts";

export type Office365File = Extract<FileItem, { kind: "file" }>;

/** The folder, in the root of its drive, that quarantined items are moved to. */
export const quarantineName = "Gatehouse quarantine";

/**
 * A file or folder with everybody who has access to it. `permissions`: null where they cannot be read. The root of a drive is none.
 * Source: https://learn.microsoft.com/en-us/graph/api/resources/driveitem
 */
export function toFileItems(
  raw: Json,
  drive: Drive,
  permissions: readonly Permission[] | null,
  labels: string[],
  now: Date,
): FileItem[] {
  const externalId = externalIdOf({ drive: drive.id, item: String(raw.id) });
  const name = textOf(raw.name) ?? String(raw.id);
  const above = pathAbove(raw);
  const file: Office365File = {
    kind: "file",
    externalId,
    container: drive.id,
    parentId: parentIdOf(raw, drive),
    path: `/${[...above, name].join("/")}`,
    name,
    isFolder: isFolder(raw),
    mimeType: textOf(valueAt(raw, "file.mimeType")) ?? (isFolder(raw) ? null : mediaTypeOf(name)),
    size: !isFolder(raw) && typeof raw.size === "number" ? raw.size : null,
    owner: actorOf(drive),
    sharing: permissions && sharingOf(permissions, drive, now),
    link: permissions && ownLinkOf(permissions, now),
    labels,
    createdAt: instantOf(raw.createdDateTime),
    modifiedAt: instantOf(raw.lastModifiedDateTime),
    modifiedBy: personOf(valueAt(raw, "lastModifiedBy.user")),
    quarantined: above[0] === quarantineName,
    version: textOf(raw.cTag),
    hash: textOf(valueAt(raw, "file.hashes.quickXorHash")) ?? textOf(valueAt(raw, "file.hashes.sha1Hash")),
    raw: permissions ? { ...raw, permissions } : raw,
  };
  return [file, ...collaboratorsOf(externalId, permissions ?? [], drive, now)];
}

/** A package (a notebook) is a folder that opens as one. */
export function isFolder(raw: Json): boolean {
  return isObject(raw.folder) || isObject(raw.package);
}

/** Names of the folders above: `/drives/b!x/root:/Projects/2026` → Projects, 2026. */
export function pathAbove(raw: Json): string[] {
  const path = textOf(objectOf(raw.parentReference).path) ?? "";
  const [, below = ""] = /root:(.*)$/s.exec(path) ?? [];
  return below.split("/").filter(Boolean).map(decoded);
}

/** Graph escapes some paths and not others; a name may hold a percent sign of its own. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function parentIdOf(raw: Json, drive: Drive): string | null {
  const id = textOf(objectOf(raw.parentReference).id);
  return id === null || pathAbove(raw).length === 0 ? null : externalIdOf({ drive: drive.id, item: id });
}

function personOf(value: unknown): ActorRecord | null {
  const { id, email, displayName } = objectOf(value);
  const [externalId, address] = [textOf(id), textOf(email)];
  if (externalId === null && address === null) return null;
  return { externalId, email: address, name: textOf(displayName) ?? address };
}
