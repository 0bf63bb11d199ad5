import { mix } from "../../generator.ts";
import { groupName } from "../../kit/directory.ts";
import { tag, timeOf } from "./answers.ts";
import type { Files } from "./files.ts";
import type { DropboxGroups, DropboxPeople } from "./people.ts";

export type Audience = "public" | "team" | "no_one";

export interface Link {
  url: string;
  item: number;
  madeBy: number;
  audience: Audience;
  password: boolean;
  access: "viewer" | "editor";
  /** Epoch ms. */
  expiresAt: number | null;
}

/** Who was given access to a file, or to a shared folder. */
export interface Sharer {
  person?: number;
  group?: number;
  /** Of a person outside of the team. */
  email?: string;
  access: "owner" | "editor" | "viewer";
}

/** Links and people: what files have from the beginning, and what was changed since. */
export class Sharing {
  readonly #files: Files;
  readonly #people: DropboxPeople;
  readonly #groups: DropboxGroups;
  readonly #team: { id: string; name: string };
  readonly #seed: number;
  readonly #links = new Map<number, Link[]>();
  readonly #sharers = new Map<number, Sharer[]>();
  readonly #owners = new Map<number, number>();
  #made = 0;
  /** Removals from folders that are under way. */
  readonly jobs = new Map<string, number>();

  constructor(
    parts: { files: Files; people: DropboxPeople; groups: DropboxGroups; seed: number },
    team: { id: string; name: string },
  ) {
    this.#files = parts.files;
    this.#people = parts.people;
    this.#groups = parts.groups;
    this.#seed = parts.seed;
    this.#team = team;
  }

  /** The owner of a shared folder; a team folder has none. */
  ownerOf(folder: number): number {
    return this.#owners.get(folder) ?? this.#files.drive.at(folder)?.owner ?? 0;
  }

  transfer(folder: number, person: number): void {
    const before = this.ownerOf(folder);
    const others = this.sharersOf(folder).filter((one) => one.access !== "owner" && one.person !== person);
    this.#owners.set(folder, person);
    this.#sharers.set(folder, [{ person, access: "owner" }, { person: before, access: "editor" }, ...others]);
  }

  linksTo(item: number): Link[] {
    return this.#links.get(item) ?? this.#generatedLinks(item);
  }

  linksMadeBy(person: number): Link[] {
    const { drive } = this.#files;
    const all = Array.from({ length: drive.count }, (_, number) => number);
    return all
      .filter((number) => number !== 0 && (this.#links.has(number) || drive.sharesOf(number).length > 0))
      .filter((number) => this.#files.present(number))
      .flatMap((number) => this.linksTo(number))
      .filter(({ madeBy }) => madeBy === person);
  }

  linkAt(url: string): Link | undefined {
    for (let number = 1; number < this.#files.drive.count; number++) {
      const link = this.linksTo(number).find((one) => one.url === url);
      if (link) return link;
    }
    return undefined;
  }

  addLink(link: Omit<Link, "url">): Link {
    const made = { ...link, url: this.#urlOf(link.item, `n${++this.#made}`) };
    this.#links.set(link.item, [...this.linksTo(link.item), made]);
    return made;
  }

  changeLink(link: Link, changes: Partial<Link>): Link {
    const changed = { ...link, ...changes };
    this.#links.set(
      link.item,
      this.linksTo(link.item).map((one) => (one.url === link.url ? changed : one)),
    );
    return changed;
  }

  removeLink({ item, url }: Link): void {
    this.#links.set(
      item,
      this.linksTo(item).filter((one) => one.url !== url),
    );
  }

  /** Explicit members of a file; of a shared folder all, with the owner. */
  sharersOf(item: number): Sharer[] {
    return this.#sharers.get(item) ?? this.#generatedSharers(item);
  }

  setSharers(item: number, sharers: Sharer[]): void {
    this.#sharers.set(item, sharers);
  }

  isSharedFolder(item: number): boolean {
    return this.#files.drive.at(item)?.parent === 0 && this.#files.kindOf(item) !== "home";
  }

  /** Whom a member selector means. */
  select(selector: unknown): Sharer | undefined {
    const { ".tag": kind, email, dropbox_id } = (selector ?? {}) as Record<string, string>;
    const text = (kind === "email" ? email : dropbox_id) ?? "";
    const group = this.#groups.find(text);
    if (group !== undefined) return { group, access: "viewer" };
    const person = this.#people.find(text);
    if (person !== undefined) return { person, access: "viewer" };
    return kind === "email" ? { email: text, access: "viewer" } : undefined;
  }

  /** The three lists of https://www.dropbox.com/developers/documentation/http/documentation#sharing-list_file_members */
  membership(sharers: readonly Sharer[]): Record<string, unknown> {
    const outside = sharers.filter(({ email }) => email !== undefined);
    const users = sharers.filter(({ person }) => person !== undefined && this.#people.exists(person));
    return {
      users: [...users.map((one) => this.#user(one)), ...outside.map((one) => this.#outsider(one))],
      groups: sharers.flatMap((one) => (one.group === undefined ? [] : this.#group(one.group, one.access))),
      invitees: [],
    };
  }

  linkRecord(link: Link, path: string | null): Record<string, unknown> {
    const item = this.#files.drive.at(link.item);
    const { isFolder = false, name = "", modifiedAt = 0 } = item ?? {};
    const visibility = { public: link.password ? "password" : "public", team: "team_only", no_one: "no_one" }[
      link.audience
    ];
    const file = item &&
      !isFolder && {
        client_modified: timeOf(modifiedAt),
        server_modified: timeOf(modifiedAt),
        rev: this.#files.revOf(item),
        size: this.#files.drive.contentOf(link.item).length,
      };
    return {
      ".tag": isFolder ? "folder" : "file",
      url: link.url,
      id: this.#files.idOf(link.item),
      name,
      ...(path !== null && { path_lower: path.toLowerCase() }),
      ...(link.expiresAt !== null && { expires: timeOf(link.expiresAt) }),
      link_permissions: {
        can_revoke: true,
        resolved_visibility: tag(visibility),
        effective_audience: tag(link.audience),
        link_access_level: tag(link.access),
        visibility_policies: [],
        ...{ can_set_expiry: true, can_remove_expiry: true, allow_download: true, can_allow_download: true },
        ...{ can_disallow_download: true, allow_comments: true, team_restricts_comments: false },
        require_password: link.password,
      },
      team_member_info: {
        team_info: this.#team,
        display_name: this.#people.person(link.madeBy).name,
        member_id: this.#people.idOf(link.madeBy),
      },
      ...file,
    };
  }

  #user({ person = 0, access }: Sharer): Record<string, unknown> {
    return {
      access_type: tag(access),
      user: {
        account_id: this.#people.accountOf(person),
        email: this.#people.emailOf(person),
        display_name: this.#people.person(person).name,
        same_team: true,
        team_member_id: this.#people.idOf(person),
      },
      permissions: [],
      is_inherited: false,
    };
  }

  #outsider({ email = "", access }: Sharer): Record<string, unknown> {
    const noise = Buffer.from(email.padEnd(35, "x")).toString("base64url").slice(0, 32);
    return {
      access_type: tag(access),
      user: { account_id: `dbid:AAO${noise}`, email, display_name: email.split("@")[0], same_team: false },
      permissions: [],
      is_inherited: false,
    };
  }

  #group(group: number, access: string): Record<string, unknown> {
    return {
      access_type: tag(access),
      group: {
        group_name: groupName(group),
        group_id: this.#groups.idOf(group),
        group_management_type: tag("company_managed"),
        group_type: tag("team"),
        ...{ is_member: false, is_owner: false, same_team: true },
      },
      permissions: [],
      is_inherited: false,
    };
  }

  #generatedLinks(item: number): Link[] {
    const { drive } = this.#files;
    return drive.sharesOf(item).flatMap(({ kind, password = false, role }): Link[] => {
      if (kind !== "anyone" && kind !== "company") return [];
      const top = drive.pathOf(item)[1]?.number ?? item;
      const madeBy = this.#files.kindOf(top) === "home" ? (drive.at(item)?.owner ?? 0) : this.#linkerOf(top);
      const audience = kind === "anyone" ? "public" : "team";
      const access = role === "write" ? "editor" : "viewer";
      return [{ url: this.#urlOf(item, "s"), item, madeBy, audience, password, access, expiresAt: null }];
    });
  }

  /** In a team folder a member of the group that has access to it. */
  #linkerOf(top: number): number {
    if (this.#files.kindOf(top) === "shared") return this.ownerOf(top);
    const group = this.sharersOf(top).find((one) => one.group !== undefined)?.group;
    for (let person = 0; group !== undefined && person < this.#people.count; person++)
      if (this.#groups.has(group, person) && this.#people.status(person) === "active") return person;
    return 0;
  }

  #generatedSharers(item: number): Sharer[] {
    if (!this.isSharedFolder(item)) {
      const shares = this.#files.drive.at(item)?.isFolder ? [] : this.#files.drive.sharesOf(item);
      return shares.flatMap(({ kind, who, role }) =>
        kind === "user" && who ? [{ email: who, access: role === "write" ? "editor" : "viewer" }] : [],
      );
    }
    const groups: Sharer[] = this.#groups.count > 0 ? [{ group: item % this.#groups.count, access: "editor" }] : [];
    if (this.#files.kindOf(item) === "team") return groups.length > 0 ? groups : [{ person: 0, access: "editor" }];
    const owner = this.ownerOf(item);
    const member = (owner + 1) % Math.max(1, this.#people.count);
    const partner = `partner${mix(this.#seed, item, 521) % 40}@outside.example`;
    return [
      { person: owner, access: "owner" },
      ...groups,
      ...(member === owner ? [] : [{ person: member, access: "viewer" } as const]),
      { email: partner, access: "editor" },
    ];
  }

  #urlOf(item: number, key: string): string {
    const name = encodeURIComponent(this.#files.drive.at(item)?.name ?? "");
    return `https://www.dropbox.com/scl/fi/${this.#files.idOf(item).slice(3)}${key}/${name}?rlkey=${mix(this.#seed, item, 522).toString(36)}&dl=0`;
  }
}
