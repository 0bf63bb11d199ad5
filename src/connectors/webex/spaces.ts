import type { Context } from "#src/connector-kit/contract/context.ts";
import type { FileItem, SharingLevel } from "#src/connector-kit/contract/records.ts";
import { type Json, needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { readAll } from "./api.ts";

type Collaborator = Extract<FileItem, { kind: "collaborator" }>;

/** A person who is in a space. */
export interface Member {
  /** The id of the membership, which changes when the person is added again. */
  id: string;
  personId: string | null;
  email: string | null;
  isExternal: boolean;
  isModerator: boolean;
}

export interface Space {
  id: string;
  title: string;
  /** Between two people: Webex takes nobody out of it. */
  isDirect: boolean;
  sharing: SharingLevel;
  members: readonly Member[];
  raw: Json;
}

/** Of larger spaces the own people are one collaborator, the space itself: each file would have them all. */
const maxMembersByName = 250;

/**
 * A space with who is in it. Throws ProviderNotFoundError for one that was deleted.
 * Source: https://developer.webex.com/docs/api/v1/rooms/get-room-details
 */
export async function readSpace(context: Context, orgId: string, id: string): Promise<Space> {
  const raw = needObject((await context.http.get(`/rooms/${encodeURIComponent(id)}`)).body, "body");
  const members = await readMembers(context, orgId, id);
  const isDirect = raw.type === "direct";
  // To a Compliance Officer, a conversation of two has a title that names neither.
  const title = isDirect ? members.map(({ email }) => email ?? "?").join(", ") : (textOf(raw.title) ?? id);
  return { id, title, isDirect, sharing: sharingOf(raw, members), members, raw };
}

/** Source: https://developer.webex.com/docs/api/v1/memberships/list-memberships */
export async function readMembers(context: Context, orgId: string, roomId: string): Promise<Member[]> {
  const first = { url: "/memberships", query: { roomId, max: 1000 } };
  return (await readAll(context, "members", first)).map((raw, index) => ({
    id: needText(raw.id, `items[${index}].id`),
    personId: textOf(raw.personId),
    email: textOf(raw.personEmail),
    isExternal: textOf(raw.personOrgId) !== null && raw.personOrgId !== orgId,
    isModerator: raw.isModerator === true,
  }));
}

/** A public space can be found and joined by everybody of the organization. */
function sharingOf(room: Json, members: readonly Member[]): SharingLevel {
  if (members.some(({ isExternal }) => isExternal)) return "EXTERNAL";
  return room.isPublic === true || members.length > 1 ? "INTERNAL" : "PRIVATE";
}

/** Who can open what lies in a space. The author of a message owns its files. */
export function collaboratorsOf(space: Space, fileId: string, author: string | null): Collaborator[] {
  const inherited = fileId !== space.id;
  const isLarge = space.members.length > maxMembersByName;
  const named = space.members.filter(
    ({ isExternal, personId }) => !isLarge || isExternal || (author !== null && personId === author),
  );
  const people = named.map(({ personId, email }): Collaborator => {
    const isAuthor = author !== null && personId === author;
    return {
      ...{ kind: "collaborator", fileId, principal: "USER", externalId: personId, email },
      role: isAuthor ? "OWNER" : inherited ? "READ" : "WRITE",
      inherited: inherited && !isAuthor,
    };
  });
  if (!isLarge) return people;
  return [
    ...people,
    { kind: "collaborator", fileId, principal: "GROUP", externalId: space.id, role: "READ", inherited },
  ];
}

/** The space as the folder of its files. */
export function toFolder(space: Space): FileItem[] {
  const { id, title, sharing, raw } = space;
  const folder: FileItem = {
    ...{ kind: "file", externalId: id, container: id, path: `/${title}`, name: title, isFolder: true },
    ...{ sharing, labels: [], raw },
  };
  return [folder, ...collaboratorsOf(space, id, null)];
}
