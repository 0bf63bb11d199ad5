import type { Context } from "#src/connector-kit/contract/context.ts";
import type { FileItem, SharingLevel } from "#src/connector-kit/contract/records.ts";
import { mediaTypeOf } from "#src/connector-kit/media-types.ts";
import { instantOf, isObject, type Json, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { type Access, fileSharers, reachOf, type Sharer, type Sharing, toCollaborator } from "./access.ts";
import { tagOf } from "./api.ts";
import { audienceOf, isOver, type Link, wider } from "./links.ts";
import { folderIdOf, isSharedFolder } from "./namespaces.ts";

type DropboxFile = Extract<FileItem, { kind: "file" }>;

/** The folder, in the home of an owner, that quarantined items are moved to. */
export const quarantineName = "Gatehouse quarantine";

/** Where an entry of a listing stands. */
export interface Place {
  parentId: string | null;
  /** Whom the links to folders above open it to; null where not all are known. */
  linkAbove: SharingLevel | null;
}

/**
 * A file or folder with everybody who has access to it, and the links that lead to it. Of a file that was shared by itself this takes a call for
 * its people. Throws ProviderResponseError without an id or a name.
 * Source: https://www.dropbox.com/developers/documentation/http/documentation#files-list_folder
 */
export async function toFileItems(
  context: Context,
  sharing: Sharing,
  access: Access,
  raw: Json,
  path: string,
  { parentId, linkAbove }: Place,
): Promise<{ items: FileItem[]; linkBelow: SharingLevel | null }> {
  const externalId = needText(raw.id, `${path}.id`);
  const name = needText(raw.name, `${path}.name`);
  const isFolder = tagOf(raw) === "folder";
  const own = raw.has_explicit_shared_members === true ? await fileSharers(context, externalId, access.headers) : [];
  const linkers = access.linkers === null ? null : [...access.linkers, ...(await sharing.teamMembersOf(own))];
  const { links, complete } = await sharing.linksTo(externalId, linkers);
  const now = context.now();
  const linkBelow = certain(wider(audienceOf(links, now), linkAbove ?? "PRIVATE"), complete && linkAbove !== null);
  const sharers = [...access.sharers, ...own];
  const byPeople = access.namespace.kind === "team space" ? "INTERNAL" : reachOf(sharers);
  const file: DropboxFile = {
    kind: "file",
    externalId,
    container: access.container,
    parentId,
    path: pathIn(access, textOf(raw.path_display) ?? `/${name}`),
    name,
    isFolder,
    mimeType: isFolder ? null : mediaTypeOf(name),
    size: typeof raw.size === "number" ? raw.size : null,
    owner: access.owner,
    sharing: inEffect(byPeople, linkBelow),
    link: toFileLink(links, now),
    labels: [],
    modifiedAt: instantOf(raw.server_modified),
    modifiedBy: isFolder ? null : modifierOf(access, raw),
    quarantined: (textOf(raw.path_lower) ?? "").startsWith(`/${quarantineName.toLowerCase()}/`),
    version: textOf(raw.rev),
    hash: textOf(raw.content_hash),
    raw,
  };
  return { items: [file, ...collaborators(externalId, access.sharers, own)], linkBelow };
}

/** A shared folder or team folder as a whole; nothing for other namespaces. */
export async function toSharedFolder(
  context: Context,
  sharing: Sharing,
  access: Access,
): Promise<{ items: FileItem[]; linkBelow: SharingLevel | null }> {
  const { namespace, sharers } = access;
  if (!isSharedFolder(namespace)) return { items: [], linkBelow: "PRIVATE" };
  const { links, complete } = await sharing.linksTo(access.folderId, access.linkers);
  const now = context.now();
  const linkBelow = certain(audienceOf(links, now), complete && access.folderId !== null);
  const externalId = folderIdOf(namespace.id);
  const folder: DropboxFile = {
    kind: "file",
    externalId,
    container: access.container,
    parentId: null,
    path: `/${namespace.name}`,
    name: namespace.name,
    isFolder: true,
    owner: access.owner,
    sharing: inEffect(reachOf(sharers), linkBelow),
    link: toFileLink(links, now),
    labels: [],
    raw: { ...namespace, folder_id: access.folderId },
  };
  return { items: [folder, ...sharers.map((one) => toCollaborator(externalId, one, one.inherited))], linkBelow };
}

function inEffect(byPeople: SharingLevel, byLink: SharingLevel | null): SharingLevel | null {
  return byLink === null ? certain(byPeople, false) : wider(byPeople, byLink);
}

/** Where not everything is known, only what reaches outside is certain: what is not seen may reach further than the rest. */
function certain(level: SharingLevel, isKnown: boolean): SharingLevel | null {
  return isKnown || isOutside(level) ? level : null;
}

function isOutside(level: SharingLevel): boolean {
  return level === "EXTERNAL" || level === "PUBLIC";
}

function collaborators(fileId: string, above: readonly Sharer[], own: readonly Sharer[]): FileItem[] {
  const named = new Set(own.map(({ accountId, email }) => accountId ?? email));
  return [
    ...own.map((one) => toCollaborator(fileId, one, one.inherited)),
    ...above
      .filter(({ accountId, email }) => !named.has(accountId ?? email))
      .map((one) => toCollaborator(fileId, one, true)),
  ];
}

/** The link that opens it the furthest; one that has ended counts last. */
function toFileLink(links: readonly Link[], now: Date): DropboxFile["link"] {
  const rank = (link: Link) =>
    isOver(link, now) ? -1 : ["PRIVATE", "INTERNAL", "EXTERNAL", "PUBLIC"].indexOf(link.audience);
  const [link] = links.toSorted((a, b) => rank(b) - rank(a));
  if (!link) return null;
  const { audience, expiresAt, password, canDownload, url } = link;
  return { audience, expiresAt, password, canDownload, url };
}

/** Paths in a shared folder begin with its name. */
function pathIn({ namespace }: Access, path: string): string {
  return isSharedFolder(namespace) ? `/${namespace.name}${path}` : path;
}

/** Named in shared folders only, by an id that those who have access are found by; at home it is the owner. */
function modifierOf({ sharers, owner }: Access, raw: Json): DropboxFile["modifiedBy"] {
  const id = textOf(objectOf(raw.sharing_info).modified_by);
  if (id === null) return isObject(raw.sharing_info) ? null : owner;
  const sharer = sharers.find(({ accountId }) => accountId === id);
  return sharer ? { externalId: sharer.teamId ?? id, email: sharer.email, name: sharer.email } : null;
}
