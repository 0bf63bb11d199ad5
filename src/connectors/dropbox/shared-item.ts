import { fileOf, ifThere } from "#src/connector-kit/actions.ts";
import type { ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { textOf } from "#src/connector-kit/record.ts";
import { ConflictError, ProviderNotFoundError } from "#src/errors.ts";
import { type Access, fileSharers, type Sharer, Sharing } from "./access.ts";
import { asAdmin, asMember, inNamespace, tagOf, write } from "./api.ts";
import { type Link, toLink } from "./links.ts";
import { namespaceIn, placeOf } from "./namespaces.ts";

/** A link as a revert needs it; instants in ISO 8601. */
export interface StoredLink {
  madeBy: string;
  audience: Link["stated"];
  access: string | null;
  expiresAt: string | null;
  password: boolean;
}

/** The access of a person or group, as a revert needs it. */
export interface StoredPerson {
  email: string | null;
  accountId: string | null;
  access: string;
}

export interface SharedState {
  links: Link[];
  people: Sharer[];
}

/** A file, folder or shared folder that an action is about. */
export class SharedItem {
  readonly id: string;
  readonly access: Access;
  readonly sharing: Sharing;
  readonly #context: Context;

  private constructor(context: Context, id: string, sharing: Sharing, access: Access) {
    this.#context = context;
    this.id = id;
    this.sharing = sharing;
    this.access = access;
  }

  /** Throws InvalidInputError for a file that the inventory does not know, ConflictError where its namespace is not the team's any more. */
  static async open(context: Context, target: ActionTarget): Promise<SharedItem> {
    const { externalId, container } = fileOf(target);
    return await SharedItem.in(context, externalId, placeOf(container).id);
  }

  static async in(context: Context, externalId: string, namespaceId: string): Promise<SharedItem> {
    const sharing = new Sharing(context);
    const namespace = (await sharing.team.namespaces()).get(namespaceId);
    if (!namespace) throw new ConflictError("The folder that held this file is no longer the team's.");
    return new SharedItem(context, externalId, sharing, await sharing.of(namespace));
  }

  /** Its namespace, when it is a shared folder as a whole. */
  get folder(): string | null {
    return namespaceIn(this.id);
  }

  /** In whose name it is changed: the owner of the namespace, or an administrator for what the team owns. */
  async writer(): Promise<{ memberId: string | null; headers: Access["headers"] }> {
    const { namespace, owner, sharers } = this.access;
    const shared = sharers.find(({ access, teamId }) => access === "owner" && teamId === owner?.externalId);
    const memberId = namespace.owner ?? shared?.teamId ?? null;
    const who = memberId === null ? asAdmin((await this.sharing.team.admin()).id) : asMember(memberId);
    return { memberId, headers: { ...who, ...inNamespace(namespace.id) } };
  }

  /** Links to the item itself, and people who were given access to it itself. Throws ConflictError when nobody can tell all of its links. */
  async state(): Promise<SharedState> {
    const { access, folder } = this;
    const sharers = folder === null ? await fileSharers(this.#context, this.id, access.headers) : access.sharers;
    const people = sharers.filter((one) => one.access !== "owner" && !one.inherited);
    const members = await this.sharing.teamMembersOf(people);
    const linkers = access.linkers === null ? null : [...access.linkers, ...members];
    const { links } = await this.sharing.linksTo(folder === null ? this.id : access.folderId, linkers);
    return { links, people };
  }

  async removeLink({ url, madeBy }: Link): Promise<void> {
    await ifThere(() => write(this.#context, "sharing/revoke_shared_link", { url }, asMember(madeBy)));
  }

  async changeLink({ url, madeBy }: Link, settings: object, more: object = {}): Promise<void> {
    await write(this.#context, "sharing/modify_shared_link_settings", { url, settings, ...more }, asMember(madeBy));
  }

  async createLink({ madeBy, audience, access, expiresAt }: StoredLink): Promise<Link> {
    const settings = {
      audience: { ".tag": audience },
      ...(access === null ? {} : { access: { ".tag": access } }),
      ...(expiresAt === null ? {} : { expires: wholeSecond(new Date(expiresAt)) }),
    };
    const path = this.folder === null ? this.id : `ns:${this.folder}`;
    const headers = { ...asMember(madeBy), ...inNamespace(this.access.namespace.id) };
    return toLink(
      await write(this.#context, "sharing/create_shared_link_with_settings", { path, settings }, headers),
      "link",
      madeBy,
    );
  }

  /** The id of a job that does it, where Dropbox does it later: that is so of folders. */
  async removePerson(person: Pick<Sharer, "email" | "accountId">): Promise<string | null> {
    const { headers } = await this.writer();
    const member = selectorOf(person);
    if (this.folder === null) {
      const asked = { file: this.id, member };
      const answer = await write(this.#context, "sharing/remove_file_member_2", asked, headers);
      if (tagOf(answer) === "member_error")
        throw new ConflictError(`Dropbox keeps the access: ${tagOf(answer.member_error)}.`);
      return null;
    }
    const asked = { shared_folder_id: this.folder, member, leave_a_copy: false };
    const answer = await write(this.#context, "sharing/remove_folder_member", asked, headers);
    return textOf(answer.async_job_id);
  }

  async addPerson({ email, accountId, access }: StoredPerson): Promise<void> {
    const { headers } = await this.writer();
    const member = selectorOf({ email, accountId });
    const access_level = { ".tag": access };
    if (this.folder === null) {
      const asked = { file: this.id, members: [member], access_level, quiet: true };
      await this.#context.http.post("/2/sharing/add_file_member", { json: asked, headers: { ...headers } });
    } else {
      const asked = { shared_folder_id: this.folder, members: [{ member, access_level }], quiet: true };
      await write(this.#context, "sharing/add_folder_member", asked, headers);
    }
  }
}

export function selectorOf({ email, accountId }: Pick<Sharer, "email" | "accountId">): object {
  if (email !== null) return { ".tag": "email", email };
  return { ".tag": "dropbox_id", dropbox_id: accountId };
}

export function wholeSecond(instant: Date): string {
  return instant.toISOString().replace(/\.\d+Z$/, "Z");
}

export function storedOf({ links, people }: SharedState): { links: StoredLink[]; people: StoredPerson[] } {
  return {
    links: links.map(({ madeBy, stated, access, expiresAt, password }) => ({
      madeBy,
      audience: stated,
      access,
      expiresAt: expiresAt?.toISOString() ?? null,
      password,
    })),
    people: people.map(({ email, accountId, access }) => ({ email, accountId, access })),
  };
}

/** A file that is not there any more where the inventory saw it. */
export function missing(): never {
  throw new ProviderNotFoundError("The file is no longer where it was: read the files again and repeat the action.");
}
