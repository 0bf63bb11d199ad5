import type { Context } from "#src/connector-kit/contract/context.ts";
import type { ActorRecord, FileItem, SharingLevel } from "#src/connector-kit/contract/records.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { type Page, type Pager, toRequest } from "#src/connector-kit/pagers.ts";
import { isObject, listOf, needList, needObject, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { ProviderRequestError } from "#src/errors.ts";
import { asAdmin, call, inNamespace, read, tagOf } from "./api.ts";
import { type Link, Links, wider } from "./links.ts";
import { containerOf, isSharedFolder, type Namespace } from "./namespaces.ts";
import { Team } from "./team.ts";

type CollaboratorItem = Extract<FileItem, { kind: "collaborator" }>;

/** A person's or group's access to a file or shared folder. */
export interface Sharer {
  principal: "USER" | "GROUP";
  /** Id of a member or group of the team; null for others. */
  teamId: string | null;
  accountId: string | null;
  email: string | null;
  /** In Dropbox's words: `editor`. */
  access: string;
  isOfTeam: boolean;
  inherited: boolean;
}

/** What everything in a namespace has from it. */
export interface Access {
  namespace: Namespace;
  container: string;
  owner: ActorRecord | null;
  sharers: readonly Sharer[];
  /** Those who may have made links to it; null where nobody knows. */
  linkers: readonly string[] | null;
  /** Headers to read its content with. */
  headers: Readonly<Record<string, string>>;
  /** Dropbox's id of the shared folder as a whole; null for other namespaces. */
  folderId: string | null;
}

/** Reads who has access to what. One for each run: what it learns is kept. */
export class Sharing {
  readonly team: Team;
  readonly links: Links;
  readonly #context: Context;
  /** Of the namespace that was asked for last: listings go namespace by namespace. */
  #last: { id: string; access: Promise<Access> } | null = null;

  constructor(context: Context) {
    this.#context = context;
    this.team = new Team(context);
    this.links = new Links(context, this.team);
  }

  of(namespace: Namespace): Promise<Access> {
    if (this.#last?.id !== namespace.id) this.#last = { id: namespace.id, access: this.#read(namespace) };
    return this.#last.access;
  }

  /** To read in any namespace. */
  async headersIn(namespaceId: string): Promise<Access["headers"]> {
    return { ...asAdmin((await this.team.admin()).id), ...inNamespace(namespaceId) };
  }

  /** Links to a file that these members made; `complete` is false when not all of them could be asked. */
  async linksTo(fileId: string | null, linkers: Access["linkers"]): Promise<{ links: Link[]; complete: boolean }> {
    const links: Link[] = [];
    let complete = linkers !== null;
    for (const id of new Set(linkers)) {
      const made = await this.links.madeBy(id);
      if (made === null) complete = false;
      else if (fileId !== null) links.push(...made.filter((link) => link.fileId === fileId));
    }
    return { links, complete };
  }

  /** Members of the team among those who have access, by groups as well. */
  async teamMembersOf(sharers: readonly Sharer[]): Promise<string[]> {
    const found = new Set<string>();
    for (const { principal, teamId } of sharers) {
      if (teamId === null) continue;
      const ids = principal === "USER" ? [teamId] : await this.team.groupMembers(teamId);
      for (const id of ids) found.add(id);
    }
    return [...found];
  }

  async #read(namespace: Namespace): Promise<Access> {
    const { id, owner } = namespace;
    const admin = asAdmin((await this.team.admin()).id);
    const shared = isSharedFolder(namespace);
    const known = shared ? await unlessRefused(() => folderSharers(this.#context, id, admin)) : null;
    const sharers = known ?? [];
    const shareOwner = ownerAmong(sharers);
    const ownerId = owner ?? shareOwner?.teamId ?? shareOwner?.accountId ?? null;
    const member = ownerId === null ? null : await this.team.member(ownerId);
    return {
      namespace,
      container: containerOf(namespace),
      owner: ownerId === null ? null : personOf(ownerId, member ?? { email: shareOwner?.email ?? null, name: null }),
      sharers,
      linkers: owner !== null ? [owner] : known ? await this.teamMembersOf(known) : null,
      headers: await this.headersIn(id),
      folderId: shared ? await folderOf(this.#context, id, admin) : null,
    };
  }
}

/** Everybody who was given access to a file itself. Throws ProviderNotFoundError when it was deleted. */
export async function fileSharers(context: Context, fileId: string, headers: Access["headers"]): Promise<Sharer[]> {
  return await sharersOf(context, "sharing/list_file_members", {
    ...call("sharing/list_file_members", { file: fileId, include_inherited: false, limit: 300 }, headers),
  });
}

/** Everybody who has access to a shared folder or team folder. */
export async function folderSharers(
  context: Context,
  namespaceId: string,
  headers: Readonly<Record<string, string>>,
): Promise<Sharer[]> {
  const first = call("sharing/list_folder_members", { shared_folder_id: namespaceId, limit: 1000 }, headers);
  return await sharersOf(context, "sharing/list_folder_members", first);
}

async function sharersOf(context: Context, name: string, first: ReturnType<typeof call>): Promise<Sharer[]> {
  const found: Sharer[] = [];
  for await (const { records, path } of walkPages(context, { name, first, page: byThreeLists }))
    found.push(...records.flatMap((record, index) => toSharer(record, `${path}[${index}]`)));
  return found;
}

/** People, groups and invitations stand in lists of their own; the last page has no cursor. */
const byThreeLists: Pager = async (context, first, at): Promise<Page> => {
  const request = toRequest(first);
  const asked = at === null ? request : { ...request, url: `${request.url}/continue`, json: { cursor: at } };
  const body = needObject((await context.http.request({ ...asked, retry: true })).body, "body");
  const records = [...needList(body.users, "users"), ...listOf(body.groups), ...listOf(body.invitees)];
  return { records, path: "members", next: textOf(body.cursor), body };
};

function toSharer(record: unknown, path: string): Sharer[] {
  const raw = needObject(record, path);
  const access = tagOf(raw.access_type) ?? "viewer";
  // On the way to something deeper, or shut out of it.
  if (access === "traverse" || access === "no_access") return [];
  const inherited = raw.is_inherited === true;
  if (isObject(raw.group)) {
    const isOfTeam = raw.group.same_team !== false;
    const teamId = isOfTeam ? textOf(raw.group.group_id) : null;
    return [
      { principal: "GROUP", teamId, accountId: textOf(raw.group.group_id), email: null, access, isOfTeam, inherited },
    ];
  }
  const user = objectOf(raw.user);
  const isOfTeam = user.same_team === true;
  return [
    {
      principal: "USER",
      teamId: isOfTeam ? textOf(user.team_member_id) : null,
      accountId: textOf(user.account_id),
      email: textOf(user.email) ?? textOf(valueAt(raw, "invitee.email")),
      access,
      isOfTeam,
      inherited,
    },
  ];
}

const roles: Readonly<Record<string, CollaboratorItem["role"]>> = { owner: "OWNER", editor: "WRITE" };

export function toCollaborator(fileId: string, sharer: Sharer, inherited: boolean): CollaboratorItem {
  return {
    kind: "collaborator",
    fileId,
    principal: sharer.principal,
    externalId: sharer.teamId ?? sharer.accountId,
    email: sharer.email,
    role: roles[sharer.access] ?? "READ",
    inherited,
  };
}

/** How far people make something reach. An invitation to an address may be for a person of the organisation: its domain decides that. */
export function reachOf(sharers: readonly Sharer[]): SharingLevel {
  return sharers.reduce<SharingLevel>((level, { access, isOfTeam, accountId }) => {
    if (!isOfTeam && accountId !== null) return "EXTERNAL";
    return access === "owner" ? level : wider(level, "INTERNAL");
  }, "PRIVATE");
}

/** The person among those with access whom it belongs to; a team folder has none. */
function ownerAmong(sharers: readonly Sharer[]): Sharer | null {
  return sharers.find(({ access, principal }) => access === "owner" && principal === "USER") ?? null;
}

function personOf(id: string, { email, name }: { email: string | null; name: string | null }): ActorRecord {
  return { externalId: id, email, name: name ?? email };
}

/** Links name a shared folder by this id. Null where Dropbox does not show it. */
async function folderOf(
  context: Context,
  namespaceId: string,
  headers: Readonly<Record<string, string>>,
): Promise<string | null> {
  const asked = { shared_folder_id: namespaceId };
  const folder = await unlessRefused(() => read(context, "sharing/get_folder_metadata", asked, headers));
  return textOf(folder?.folder_id);
}

/** Null where Dropbox shows an administrator nothing of a folder that is there: of another team's, for one. */
async function unlessRefused<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ProviderRequestError) return null;
    throw error;
  }
}
