import { createHash } from "node:crypto";
import { mix } from "../../generator.ts";
import { type Access, folderType, type Placed, permissionId, type WorkspaceDrives } from "./drives.ts";
import type { FileLabels } from "./labels.ts";
import type { GooglePeople } from "./people.ts";

/** What the records of files are made of. */
export interface FileParts {
  seed: number;
  people: GooglePeople;
  drives: WorkspaceDrives;
  labels: FileLabels;
}

const timeOf = (at: number): string => new Date(at).toISOString();

/** As the person sees it. https://developers.google.com/workspace/drive/api/reference/rest/v3/files#File */
export function fileRecord(parts: FileParts, placed: Placed, person: number, now: number): Record<string, unknown> {
  const { people, drives, seed } = parts;
  const { shelf, item } = placed;
  const { number, isFolder } = item;
  const isOwn = shelf.id === null;
  const owner = drives.ownerOf(placed);
  const access = drives.accessTo(placed, now);
  const google = item.mimeType?.startsWith("application/vnd.google-apps.") ?? false;
  const content = isFolder || google ? undefined : shelf.drive.contentOf(number);
  const parent = item.parent === null ? undefined : shelf.drive.at(item.parent);
  const id = drives.idOf(placed, person);
  return {
    kind: "drive#file",
    id,
    name: number === 0 ? shelf.name : item.name,
    mimeType: isFolder ? folderType : item.mimeType,
    ...(content && {
      size: String(content.length),
      md5Checksum: createHash("md5").update(content).digest("hex"),
      sha256Checksum: createHash("sha256").update(content).digest("hex"),
      headRevisionId: `0B${mix(seed, number * 100 + item.version, 611).toString(36)}`,
    }),
    // Owners, permissions and `shared` are not filled for what lies in a shared drive.
    ...(isOwn && owner !== undefined
      ? {
          owners: [userOf(people.person(owner).name, people.emailOf(owner), owner === person)],
          ownedByMe: owner === person,
          shared: access.some(({ role }) => role !== "owner"),
          writersCanShare: true,
          permissions: access.map((one) => permissionRecord(parts, placed, one)),
        }
      : { driveId: shelf.id, hasAugmentedPermissions: access.some(({ from }) => from === undefined) }),
    ...(parent && mayShowParent(parts, placed, person, now)
      ? { parents: [drives.idOf({ shelf, item: parent }, owner ?? person)] }
      : {}),
    webViewLink: `https://drive.google.com/${isFolder ? "drive/folders" : "file/d"}/${id}`,
    copyRequiresWriterPermission: false,
    ...(isFolder && { inheritedPermissionsDisabled: drives.isClosed(placed) }),
    createdTime: timeOf(item.createdAt),
    modifiedTime: timeOf(item.modifiedAt),
    lastModifyingUser: userOf(
      people.person(item.modifiedBy).name,
      people.emailOf(item.modifiedBy),
      item.modifiedBy === person,
    ),
    trashed: number !== 0 && drives.isTrashed(placed),
    explicitlyTrashed: item.trashedAt !== null,
    ...(item.trashedAt !== null && !isOwn && { trashedTime: timeOf(item.trashedAt) }),
    version: String(item.version),
  };
}

/** A folder that the person may not read is not named. */
function mayShowParent(parts: FileParts, { shelf, item }: Placed, person: number, now: number): boolean {
  const parent = shelf.drive.at(item.parent ?? 0);
  if (!parent) return false;
  if (parent.number === 0) return shelf.id !== null || parts.drives.ownerOf({ shelf, item }) === person;
  return parts.drives.mayRead({ shelf, item: parent }, person, now);
}

function userOf(displayName: string, emailAddress: string, me: boolean): Record<string, unknown> {
  return { kind: "drive#user", displayName, me, permissionId: permissionId(emailAddress), emailAddress };
}

/** https://developers.google.com/workspace/drive/api/reference/rest/v3/permissions#Permission */
export function permissionRecord({ people }: FileParts, { shelf }: Placed, access: Access): Record<string, unknown> {
  const { id, type, role, email, domain, expiresAt, from } = access;
  const person = email === undefined ? undefined : people.find(email);
  const source = from === "drive" ? shelf.id : from === undefined ? undefined : shelf.ids.idOf(from);
  return {
    kind: "drive#permission",
    id,
    type,
    role,
    ...(email !== undefined && {
      emailAddress: email,
      displayName: person === undefined ? email : people.person(person).name,
    }),
    ...(domain !== undefined && { domain, displayName: domain }),
    ...((type === "anyone" || type === "domain") && { allowFileDiscovery: false }),
    ...(expiresAt !== undefined && { expirationTime: timeOf(expiresAt) }),
    deleted: false,
    pendingOwner: false,
    permissionDetails: [
      {
        permissionType: from === "drive" ? "member" : "file",
        role,
        inherited: from !== undefined,
        ...(source !== undefined && { inheritedFrom: source }),
      },
    ],
  };
}
