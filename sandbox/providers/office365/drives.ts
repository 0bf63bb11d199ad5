import { createHash } from "node:crypto";
import { Drive, type Item } from "../../kit/drive.ts";
import type { DriveParts } from "./drive-parts.ts";
import { type Permission, Permissions } from "./item-permissions.ts";

export interface Site {
  id: string;
  name: string;
  url: string;
  personal: boolean;
  /** Index of the site above. */
  above: number | null;
}

/** What changed in a drive, as its delta query reports it. */
export interface DriveChange {
  item: number;
  shared: boolean;
}

/** One OneDrive or document library. */
export class SiteDrive {
  readonly id: string;
  readonly name: string;
  readonly site: number;
  /** Index of the person whose OneDrive it is. */
  readonly owner: number | null;
  readonly index: number;
  readonly files: Drive;
  readonly permissions: Permissions;
  readonly labels = new Map<number, string | null>();
  /** Journal of the delta query. */
  readonly changes: DriveChange[] = [];
  readonly createdAt: number;
  readonly #listeners: (() => void)[] = [];

  constructor(parts: DriveParts, facts: { index: number; site: number; owner: number | null; files: number }) {
    const { seed, createdAt } = parts.options;
    this.index = facts.index;
    this.site = facts.site;
    this.owner = facts.owner;
    this.createdAt = createdAt;
    this.id = `b!${createHash("sha256").update(`drive ${seed} ${facts.index}`).digest("base64url")}`;
    this.name = facts.owner === null ? "Documents" : "OneDrive";
    this.files = new Drive({ seed: seed * 31 + facts.index, createdAt, files: facts.files }, 1);
    this.permissions = new Permissions(this.files, parts, facts);
  }

  itemId(number: number): string {
    return `01${(this.index * 1_000_000 + number + 1_679_616).toString(36).toUpperCase().padStart(12, "A")}`;
  }

  /** `root`, or an id; undefined for what was deleted or lies in the recycle bin. */
  find(id: string): Item | undefined {
    const number =
      id === "root" ? 0 : parseInt(id.slice(2).replace(/^A+/, ""), 36) - 1_679_616 - this.index * 1_000_000;
    if (!Number.isInteger(number) || (id !== "root" && this.itemId(number) !== id)) return undefined;
    const item = this.files.at(number);
    return item && this.isThere(item) ? item : undefined;
  }

  isThere(item: Item): boolean {
    return item.trashedAt === null && this.files.pathOf(item.number).every(({ trashedAt }) => trashedAt === null);
  }

  /** Notes a change, and lets subscriptions know. */
  changed(item: number, shared = false): void {
    this.changes.push({ item, shared });
    for (const listener of this.#listeners) listener();
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  labelOf({ number, isFolder }: Item): string | null {
    const changed = this.labels.get(number);
    if (changed !== undefined) return changed;
    const isOffice = !isFolder && /\.xlsx$/.test(this.files.at(number)?.name ?? "");
    return isOffice ? (labels[this.index % 3]?.id ?? null) : null;
  }

  ownPermissions(item: number): Permission[] {
    return this.permissions.own(item);
  }
}

/** Sensitivity labels of the tenant. */
export const labels = [
  { id: "5feba255-0000-4000-8000-000000000001", name: "Internal", hasProtection: false, priority: 1 },
  { id: "5feba255-0000-4000-8000-000000000002", name: "Confidential", hasProtection: true, priority: 2 },
];

const teams = ["Marketing", "Finance"];
const maxPersonal = 3;

/** The sites of a tenant with their drives: two of teams, one below the first, and the OneDrives of some people. */
export class Drives {
  readonly host: string;
  readonly sites: Site[] = [];
  readonly all: SiteDrive[] = [];

  constructor(parts: DriveParts) {
    const { name, seed, files, users } = parts.options;
    this.host = `${name}.sharepoint.com`;
    const people = Array.from({ length: Math.min(users, 30) }, (_, index) => index).filter(
      (index) => !parts.people.isGuest(index) && parts.people.exists(index),
    );
    const owners = [...teams.map(() => null), null, ...people.slice(0, maxPersonal)];
    const each = Math.ceil(files / owners.length);
    for (const [index, owner] of owners.entries()) {
      const isSubsite = index === teams.length;
      const handle = owner === null ? "" : parts.people.upnOf(owner).replace(/[^a-z0-9]/gi, "_");
      const path =
        owner !== null ? `/personal/${handle}` : isSubsite ? `/sites/${teams[0]}/launch` : `/sites/${teams[index]}`;
      const host = owner === null ? this.host : this.host.replace(".", "-my.");
      const guid = (salt: number) =>
        createHash("sha256")
          .update(`site ${seed} ${index} ${salt}`)
          .digest("hex")
          .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
      this.sites.push({
        id: `${host},${guid(1)},${guid(2)}`,
        name: owner === null ? (isSubsite ? "Launch" : teams[index]!) : parts.people.person(owner).name,
        url: `https://${host}${path}`,
        personal: owner !== null,
        above: isSubsite ? 0 : null,
      });
      this.all.push(new SiteDrive(parts, { index, site: index, owner, files: each }));
    }
  }

  find(id: string): SiteDrive | undefined {
    return this.all.find((drive) => drive.id === id);
  }
}
