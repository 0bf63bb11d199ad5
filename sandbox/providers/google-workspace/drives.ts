import { idAt, mix } from "../../generator.ts";
import { Drive, type Item } from "../../kit/drive.ts";
import { contentOf } from "../../kit/drive-content.ts";
import type { Share } from "../../kit/drive-layout.ts";
import { type Ids, ids } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";
import type { GooglePeople } from "./people.ts";

export const folderType = "application/vnd.google-apps.folder";

/** A member of a shared drive. */
export interface Member {
  email: string;
  type: "user" | "group";
  role: "organizer" | "fileOrganizer" | "writer" | "commenter" | "reader";
}

/** My Drives of all people, or one shared drive. */
export interface Shelf {
  /** Of a shared drive; null for My Drives, whose top folders differ from person to person. */
  id: string | null;
  name: string;
  drive: Drive;
  ids: Ids;
  members: Member[];
  restrictions: Record<string, boolean>;
  createdAt: number;
}

/** An item and where it is. */
export interface Placed {
  shelf: Shelf;
  item: Item;
}

/** A permission in effect. */
export interface Access {
  id: string;
  type: "user" | "group" | "domain" | "anyone";
  role: string;
  email?: string;
  domain?: string;
  expiresAt?: number;
  /** Number of the folder that it comes from; `drive`: of the shared drive. Absent: of the item itself. */
  from?: number | "drive";
}

const googleDocument = "application/vnd.google-apps.document";

/** All files of a customer: the first dozen people have some. */
export class WorkspaceDrives {
  readonly mine: Shelf;
  readonly shared: Shelf[];
  readonly #people: GooglePeople;
  readonly #seed: number;
  readonly #domain: string;
  /** Of what was given to another person and stays in its folder. */
  readonly #owners = new Map<number, number>();
  readonly #closedFolders = new Map<Drive, Set<number>>();

  constructor(options: Required<TenantOptions>, people: GooglePeople) {
    const { seed, users, createdAt, files } = options;
    this.#people = people;
    this.#seed = seed;
    this.#domain = people.domain;
    const owners = Math.min(users, 12);
    const shelf = (name: string, drive: Drive, salt: number): Omit<Shelf, "id"> => ({
      ...{ name, drive, ids: ids("1", seed + salt, 33), members: [], restrictions: {}, createdAt },
    });
    this.mine = { ...shelf("My Drive", new Drive(options, owners, "folder"), 600), id: null };
    this.shared = ["Finance", "Partner projects"].map((name, index) => {
      const drive = new Drive(
        { seed: seed + 7 + index, createdAt, files: Math.min(12, Math.ceil(files / 20)) },
        owners,
      );
      return { ...shelf(name, drive, 601 + index), id: idAt("0A", seed, 900 + index, 19) };
    });
    this.#addMembers();
    this.#addKnownFiles(owners, createdAt);
  }

  #addMembers(): void {
    const [finance, projects] = this.shared as [Shelf, Shelf];
    const email = (index: number) => this.#people.emailOf(Math.min(index, this.#people.count - 1));
    finance.members.push(
      { email: email(1), type: "user", role: "organizer" },
      { email: email(3), type: "user", role: "writer" },
    );
    finance.restrictions = { domainUsersOnly: true, driveMembersOnly: false, copyRequiresWriterPermission: false };
    projects.members.push(
      { email: email(2), type: "user", role: "organizer" },
      { email: "partner7@outside.example", type: "user", role: "writer" },
    );
    projects.restrictions = { domainUsersOnly: false, driveMembersOnly: false, copyRequiresWriterPermission: false };
  }

  /** A folder of one person with a sheet that anybody may open, and a document of Google's own that a partner may edit. */
  #addKnownFiles(owners: number, createdAt: number): void {
    const { drive } = this.mine;
    const owner = Math.min(3, owners - 1);
    const { number } = drive.create({ name: "Finance exports", parent: 0, isFolder: true }, owner, createdAt);
    const content = contentOf(this.#seed, number, 1, "sheet");
    const sheet = drive.create({ name: "Card payments.xlsx", parent: number, content }, owner, createdAt);
    drive.share(sheet.number, { kind: "anyone", role: "read" }, owner, createdAt);
    const text = Buffer.from("Plan for the offsite\n\nCard of the travel desk: 4000 0000 0000 0002\n");
    const document = { name: "Offsite plan", parent: number, mimeType: googleDocument, content: text };
    const made = drive.create(document, owner, createdAt);
    drive.share(made.number, { kind: "user", who: "partner7@outside.example", role: "write" }, owner, createdAt);
    const colleague = (owner + 1) % owners;
    if (colleague !== owner)
      drive.share(number, { kind: "user", who: this.#people.emailOf(colleague), role: "write" }, owner, createdAt);
  }

  get shelves(): Shelf[] {
    return [this.mine, ...this.shared];
  }

  sharedDrive(id: string): Shelf | undefined {
    return this.shared.find((one) => one.id === id);
  }

  /** `root` is the caller's own top folder; a shared drive is the top folder of itself. */
  find(id: string, person: number): Placed | undefined {
    const drive = this.sharedDrive(id);
    if (drive) return { shelf: drive, item: drive.drive.at(0) as Item };
    if (id === "root" || id === this.rootOf(person)) return { shelf: this.mine, item: this.mine.drive.at(0) as Item };
    for (const shelf of this.shelves) {
      const number = shelf.ids.indexOfId(id);
      const item = number === undefined || number === 0 ? undefined : shelf.drive.at(number);
      if (item) return { shelf, item };
    }
    return undefined;
  }

  /** The top folder of a person's My Drive. */
  rootOf(person: number): string {
    return idAt("0A", this.#seed + 650, person, 19);
  }

  idOf({ shelf, item }: Placed, person: number): string {
    if (item.number !== 0) return shelf.ids.idOf(item.number);
    return shelf.id ?? this.rootOf(person);
  }

  ownerOf({ shelf, item }: Placed): number | undefined {
    return shelf.id === null ? (this.#owners.get(item.number) ?? item.owner) : undefined;
  }

  /** In its folder it stays; the former owner becomes an editor. */
  giveTo({ shelf, item }: Placed, person: number, now: number): void {
    const former = this.ownerOf({ shelf, item }) as number;
    const email = this.#people.emailOf(person);
    for (const share of shelf.drive.sharesOf(item.number))
      if (share.who === email) shelf.drive.unshare(item.number, share.id, former, now);
    this.#owners.set(item.number, person);
    shelf.drive.share(item.number, { kind: "user", who: this.#people.emailOf(former), role: "write" }, former, now);
  }

  /** What lies in a closed folder has nothing from above, but from those who manage the drive. */
  close({ shelf, item }: Placed, closed: boolean): void {
    const folders = this.#closedFolders.get(shelf.drive) ?? new Set<number>();
    if (closed) folders.add(item.number);
    else folders.delete(item.number);
    this.#closedFolders.set(shelf.drive, folders);
  }

  isClosed({ shelf, item }: Placed): boolean {
    return this.#closedFolders.get(shelf.drive)?.has(item.number) ?? false;
  }

  /** Everybody with access, each once: by the item itself before by a folder above. */
  accessTo(placed: Placed, now: number): Access[] {
    const { shelf, item } = placed;
    const owner = this.ownerOf(placed);
    const own = owner === undefined || item.number === 0 ? [] : [this.#personal(this.#people.emailOf(owner), "owner")];
    const all: Access[] = [...own, ...this.#sharesOf(placed, now)];
    const above = item.number === 0 ? [] : shelf.drive.pathOf(item.number).reverse();
    let isOpen = !this.isClosed(placed);
    for (const folder of above) {
      if (!isOpen) break;
      if (folder.number === 0) break;
      const from = { shelf, item: folder };
      const holder = this.ownerOf(from);
      if (holder !== undefined && holder !== owner)
        all.push({ ...this.#personal(this.#people.emailOf(holder), "writer"), from: folder.number });
      all.push(...this.#sharesOf(from, now).map((one) => ({ ...one, from: folder.number })));
      isOpen = !this.isClosed(from);
    }
    for (const { email, type, role } of shelf.members)
      if (isOpen || role === "organizer") all.push({ ...this.#personal(email, role), type, from: "drive" });
    return [...new Map(all.reverse().map((one) => [one.id, one])).values()].reverse();
  }

  #personal(email: string, role: string): Access {
    return { id: permissionId(email), type: "user", role, email };
  }

  #sharesOf({ shelf, item }: Placed, now: number): Access[] {
    return shelf.drive
      .sharesOf(item.number)
      .filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now)
      .map((share) => this.#accessOf(share));
  }

  #accessOf({ kind, who = "", role: given, expiresAt }: Share): Access {
    const role = { read: "reader", comment: "commenter", write: "writer" }[given];
    const ends = expiresAt === undefined ? {} : { expiresAt };
    if (kind === "anyone") return { id: "anyoneWithLink", type: "anyone", role };
    if (kind === "company") return { id: `${permissionId(this.#domain)}k`, type: "domain", role, domain: this.#domain };
    return { id: permissionId(who), type: kind, role, email: who, ...ends };
  }

  /** The share behind a permission of the item itself. */
  shareOf({ shelf, item }: Placed, permission: string): Share | undefined {
    return shelf.drive.sharesOf(item.number).find((share) => this.#accessOf(share).id === permission);
  }

  /** Whether a person may read it. */
  mayRead(placed: Placed, person: number, now: number): boolean {
    if (placed.item.number === 0 && placed.shelf.id === null) return true;
    const email = this.#people.emailOf(person);
    return this.accessTo(placed, now).some(
      (one) => one.type === "anyone" || one.type === "domain" || one.email?.toLowerCase() === email.toLowerCase(),
    );
  }

  /** Whether a person owns or manages it. */
  mayShare(placed: Placed, person: number, now: number): boolean {
    const email = this.#people.emailOf(person);
    return this.accessTo(placed, now).some(
      (one) => one.email === email && ["owner", "organizer", "fileOrganizer", "writer"].includes(one.role),
    );
  }

  isTrashed({ shelf, item }: Placed): boolean {
    return item.trashedAt !== null || shelf.drive.pathOf(item.number).some(({ trashedAt }) => trashedAt !== null);
  }
}

/** The same for an address on every file. */
export function permissionId(address: string): string {
  const hash = [...address.toLowerCase()].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_000_007, 7);
  return `1${String(hash).padStart(10, "0")}${String(mix(hash, 1, 610))
    .padStart(9, "0")
    .slice(-9)}`;
}
