import type { FileItem, SharingLevel } from "#src/connector-kit/contract/records.ts";
import { mediaTypeOf } from "#src/connector-kit/media-types.ts";
import { instantOf, type Json, needId, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { isLive, type People, type Share, type Sharing } from "./file-sharing.ts";
import { isOf } from "./ids.ts";

export type SalesforceFile = Extract<FileItem, { kind: "file" }>;

/** Files of an org are not kept in drives or folders. */
export const container = "files";

export const documentFields = [
  ...[
    "Id",
    "Title",
    "FileType",
    "FileExtension",
    "ContentSize",
    "OwnerId",
    "Owner.Name",
    "Owner.Username",
    "Owner.Email",
  ],
  ...[
    "Owner.UserType",
    "ParentId",
    "SharingOption",
    "IsArchived",
    "IsDeleted",
    "LatestPublishedVersionId",
    "CreatedDate",
  ],
  ...["ContentModifiedDate", "LastModifiedById", "SystemModstamp"],
];

interface Known {
  sharing: Sharing;
  people: People;
  /** Whether anybody outside has an account. */
  hasExternalUsers: boolean;
  quarantineUser: string | null;
  now: Date;
}

/**
 * A file, and everybody who has access to it.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentdocument.htm
 */
export function toFileItems(value: unknown, path: string, known: Known): FileItem[] {
  const raw = needObject(value, path);
  const externalId = needId(raw.Id, `${path}.Id`);
  const ownerId = needId(raw.OwnerId, `${path}.OwnerId`);
  const trashed = raw.IsDeleted === true;
  const shares = trashed ? [] : known.sharing.shares.filter(({ entityId }) => entityId !== ownerId);
  const live = trashed ? [] : known.sharing.distributions.filter((one) => isLive(one, known.now));
  const owner = objectOf(raw.Owner);
  const name = nameOf(raw) ?? externalId;
  const file: SalesforceFile = {
    kind: "file",
    ...{ externalId, container, name, isFolder: false },
    mimeType: mediaTypeOf(name),
    size: typeof raw.ContentSize === "number" ? raw.ContentSize : null,
    owner: {
      ...{ externalId: ownerId, login: textOf(owner.Username), email: textOf(owner.Email) },
      name: textOf(owner.Name) ?? textOf(owner.Username),
    },
    sharing: trashed
      ? "PRIVATE"
      : widest([...shares.map((one) => levelOf(one, known)), ...live.map(() => "PUBLIC" as const)]),
    link: linkOf(live),
    labels: [],
    createdAt: instantOf(raw.CreatedDate),
    modifiedAt: instantOf(raw.ContentModifiedDate),
    trashedAt: trashed ? instantOf(raw.SystemModstamp) : null,
    quarantined: !trashed && known.quarantineUser !== null && textOf(owner.Username) === known.quarantineUser,
    version: textOf(raw.LatestPublishedVersionId),
    raw,
  };
  return [file, ...shares.flatMap((one) => toCollaborator(externalId, one, known))];
}

function nameOf(raw: Json): string | null {
  const [title, extension] = [textOf(raw.Title), textOf(raw.FileExtension)];
  if (title === null || extension === null || title.toLowerCase().endsWith(`.${extension.toLowerCase()}`)) return title;
  return `${title}.${extension}`;
}

const levels: readonly SharingLevel[] = ["PRIVATE", "INTERNAL", "EXTERNAL", "PUBLIC"];

function widest(found: readonly SharingLevel[]): SharingLevel {
  return levels[Math.max(0, ...found.map((one) => levels.indexOf(one)))] as SharingLevel;
}

/** To a person: as that person is. To a group, a library or a record: to those inside, and to those outside where the link shows it to all users. */
function levelOf({ entityId, visibility }: Share, { people, hasExternalUsers }: Known): SharingLevel {
  if (isOf("user", entityId)) return people.get(entityId)?.isExternal ? "EXTERNAL" : "INTERNAL";
  return visibility === "AllUsers" && hasExternalUsers ? "EXTERNAL" : "INTERNAL";
}

function toCollaborator(fileId: string, share: Share, { people }: Known): FileItem[] {
  const { entityId, type } = share;
  // Everybody of the org: no collaborator, but the level of the file.
  if (isOf("organization", entityId)) return [];
  const isUser = isOf("user", entityId);
  return [
    {
      kind: "collaborator",
      fileId,
      principal: isUser ? "USER" : "GROUP",
      externalId: entityId,
      email: isUser ? (people.get(entityId)?.email ?? null) : null,
      role: type === "C" ? "WRITE" : "READ",
      inherited: type === "I",
    },
  ];
}

/** Of several public links, the one that opens the most. */
function linkOf(live: Sharing["distributions"]): SalesforceFile["link"] {
  const [link] = live.toSorted(
    (a, b) => Number(a.password) - Number(b.password) || Number(a.expiresAt !== null) - Number(b.expiresAt !== null),
  );
  if (!link) return null;
  const { expiresAt, password, canDownload, url } = link;
  return { audience: "PUBLIC", expiresAt: instantOf(expiresAt), password, canDownload, url };
}
