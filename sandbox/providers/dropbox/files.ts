import { createHash } from "node:crypto";
import { mix } from "../../generator.ts";
import { Drive, type Item } from "../../kit/drive.ts";
import { contentOf } from "../../kit/drive-content.ts";
import { ids } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";
import { tag, timeOf } from "./answers.ts";
import type { DropboxPeople } from "./people.ts";

export type NamespaceKind = "home" | "shared" | "team";

export interface Namespace {
  id: string;
  kind: NamespaceKind;
  name: string;
  /** Of a home: whose. */
  person?: number;
  /** Of a shared folder or team folder: the folder in the drive. */
  folder?: number;
}

const sharedBase = 7_000_000;

/**
 * The files of a team. A folder at the top of the drive lies in the home of its owner, or is shared: then it is a namespace of its own, which is
 * mounted in homes and not a part of them.
 */
export class Files {
  readonly drive: Drive;
  readonly #people: DropboxPeople;
  readonly #ids;
  readonly #seed: number;
  readonly #kinds = new Map<number, NamespaceKind>();
  /** A sheet with card numbers that lies untouched in a home. */
  readonly forgotten: number;

  constructor(options: Required<TenantOptions>, people: DropboxPeople) {
    const { seed, users, createdAt } = options;
    this.#seed = seed;
    this.#people = people;
    this.#ids = ids("id:", seed, 25);
    this.drive = new Drive(options, users, "folder");
    const shared = (kind: NamespaceKind, name: string, owner: number, files: readonly string[]) => {
      const folder = this.drive.create({ name, parent: 0, isFolder: true }, owner, createdAt).number;
      this.#kinds.set(folder, kind);
      for (const file of files) this.drive.create({ name: file, parent: folder }, owner, createdAt);
      return folder;
    };
    const person = Math.min(3, users - 1);
    shared("shared", "Campaigns", person, ["Plan.txt", "Budget.txt", "Agencies.txt"]);
    shared("team", "Handbook", 0, ["Welcome.txt", "Holidays.txt", "Expenses.txt"]);
    const exports = shared("home", "Finance exports", person, []);
    const content = contentOf(seed, exports, 1, "customers");
    const longAgo = createdAt - 400 * 86_400_000;
    this.forgotten = this.drive.create({ name: "Card payments.csv", parent: exports, content }, person, longAgo).number;
  }

  idOf(number: number): string {
    return this.#ids.idOf(number);
  }

  /** A file or folder that is there: neither it nor a folder above was deleted. */
  find(id: string): Item | undefined {
    const number = this.#ids.indexOfId(id);
    return number === undefined ? undefined : this.present(number);
  }

  present(number: number): Item | undefined {
    const item = this.drive.at(number);
    if (!item || item.trashedAt !== null) return undefined;
    return this.drive.pathOf(number).some(({ trashedAt }) => trashedAt !== null) ? undefined : item;
  }

  /** The same for what was deleted and can be restored. */
  deleted(id: string): Item | undefined {
    const number = this.#ids.indexOfId(id);
    const item = number === undefined ? undefined : this.drive.at(number);
    return item && !this.present(item.number) ? item : undefined;
  }

  kindOf(top: number): NamespaceKind {
    return this.#kinds.get(top) ?? (mix(this.#seed, top, 511) % 4 === 1 ? "shared" : "home");
  }

  home(person: number): Namespace {
    return { id: this.#people.homeOf(person), kind: "home", name: this.#people.person(person).name, person };
  }

  namespaces(): Namespace[] {
    const people = Array.from({ length: this.#people.count }, (_, index) => index);
    const homes = people.filter((one) => this.#people.personAtHome(this.#people.homeOf(one)) !== undefined);
    const tops = this.drive.childrenOf(0).filter(({ number }) => this.kindOf(number) !== "home");
    return [...homes.map((one) => this.home(one)), ...tops.map(({ number }) => this.sharedFolder(number))];
  }

  sharedFolder(folder: number): Namespace {
    const name = this.drive.at(folder)?.name ?? "";
    return { id: String(sharedBase + folder), kind: this.kindOf(folder), name, folder };
  }

  namespace(id: string): Namespace | undefined {
    const number = Number(id);
    const top = number >= sharedBase ? this.present(number - sharedBase) : undefined;
    if (top) return top.parent === 0 && this.kindOf(top.number) !== "home" ? this.sharedFolder(top.number) : undefined;
    const person = this.#people.personAtHome(id);
    return person === undefined ? undefined : this.home(person);
  }

  namespaceOf(number: number): Namespace {
    const top = this.drive.pathOf(number)[1]?.number ?? number;
    return this.kindOf(top) === "home" ? this.home(this.drive.at(top)?.owner ?? 0) : this.sharedFolder(top);
  }

  /** Items at the root of a namespace, or in a folder. */
  childrenOf(namespace: Namespace, folder: Item | undefined): Item[] {
    if (folder) return this.drive.childrenOf(folder.number);
    if (namespace.folder !== undefined) return this.drive.childrenOf(namespace.folder);
    return this.drive
      .childrenOf(0)
      .filter(({ number, owner }) => owner === namespace.person && this.kindOf(number) === "home");
  }

  /** The item at a path below a namespace; undefined when there is none. */
  at(namespace: Namespace, path: string): Item | undefined {
    let item: Item | undefined;
    for (const name of path.split("/").filter(Boolean)) {
      item = this.childrenOf(namespace, item).find((one) => one.name.toLowerCase() === name.toLowerCase());
      if (!item) return undefined;
    }
    return item;
  }

  /** `/Engineering/plan.txt`, from the root of the namespace. */
  pathOf(number: number): string {
    const names = [...this.drive.pathOf(number), this.drive.at(number)].map((one) => one?.name ?? "").slice(1);
    const own = this.namespaceOf(number).folder === undefined ? names : names.slice(1);
    return `/${own.join("/")}`;
  }

  revOf({ number, version }: Item): string {
    return `0${(0x10_0000 + number).toString(16)}${version.toString(16).padStart(8, "0")}`;
  }

  /** https://www.dropbox.com/developers/documentation/http/documentation#files-list_folder */
  entry(item: Item, withMembers: boolean, hasMembers: (number: number) => boolean): Record<string, unknown> {
    const path = this.pathOf(item.number);
    const namespace = this.namespaceOf(item.number);
    const sharing = namespace.folder === undefined ? {} : { read_only: false, parent_shared_folder_id: namespace.id };
    const shown = namespace.folder === undefined ? {} : { sharing_info: sharing };
    const common = { name: item.name, path_lower: path.toLowerCase(), path_display: path, id: this.idOf(item.number) };
    if (item.isFolder) return { ".tag": "folder", ...common, ...shown };
    const content = this.drive.contentOf(item.number);
    const modified_by = this.#people.accountOf(item.modifiedBy);
    return {
      ".tag": "file",
      ...common,
      client_modified: timeOf(item.modifiedAt),
      server_modified: timeOf(item.modifiedAt),
      rev: this.revOf(item),
      size: content.length,
      ...(namespace.folder === undefined ? {} : { sharing_info: { ...sharing, modified_by } }),
      is_downloadable: true,
      ...(withMembers && { has_explicit_shared_members: hasMembers(item.number) }),
      content_hash: contentHash(content),
    };
  }

  namespaceRecord(namespace: Namespace): Record<string, unknown> {
    const type = { home: "team_member_folder", shared: "shared_folder", team: "team_folder" }[namespace.kind];
    const { person } = namespace;
    return {
      name: namespace.name,
      namespace_id: namespace.id,
      namespace_type: tag(type),
      ...(person !== undefined && { team_member_id: this.#people.idOf(person) }),
    };
  }
}

/** Of files of one block: https://www.dropbox.com/developers/reference/content-hash */
function contentHash(content: Buffer): string {
  const block = createHash("sha256").update(content).digest();
  return createHash("sha256").update(block).digest("hex");
}
