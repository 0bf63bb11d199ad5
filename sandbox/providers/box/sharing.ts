import { mix } from "../../generator.ts";
import type { Drive } from "../../kit/drive.ts";
import type { BoxPeople, Mini } from "./people.ts";

export type Access = "open" | "company" | "collaborators";

export interface Link {
  access: Access;
  /** Epoch ms; null: never. */
  unsharedAt: number | null;
  canDownload: boolean;
  password: boolean;
}

export interface Collaboration {
  id: string;
  item: number;
  /** Null: an invitation to an address that has no account. */
  by: Mini | { type: "group"; id: string; name: string } | null;
  inviteEmail: string | null;
  role: string;
  expiresAt: string | null;
}

/** Links and collaborations of files and folders: what the drive has from the beginning, and what was changed since. */
export class Sharing {
  readonly #drive: Drive;
  readonly #people: BoxPeople;
  readonly #seed: number;
  readonly #links = new Map<number, Link | null>();
  readonly #made = new Map<string, Collaboration>();
  readonly #removed = new Set<string>();
  #count = 0;

  constructor(drive: Drive, people: BoxPeople, seed: number) {
    this.#drive = drive;
    this.#people = people;
    this.#seed = seed;
  }

  /** The link of the item itself; null when there is none or it has ended. */
  linkOf(item: number, now: number): Link | null {
    const link = this.#links.has(item) ? (this.#links.get(item) ?? null) : this.#generatedLink(item);
    return link && (link.unsharedAt === null || link.unsharedAt > now) ? link : null;
  }

  setLink(item: number, link: Link | null): void {
    this.#links.set(item, link);
  }

  /** The item's own, without those of folders above. */
  of(item: number): Collaboration[] {
    const made = [...this.#made.values()].filter((one) => one.item === item);
    return [...this.#generated(item), ...made].filter(({ id }) => !this.#removed.has(id));
  }

  /** Those of folders above as well: people who may open a folder may open what lies in it. */
  effective(item: number): Collaboration[] {
    return [...this.#drive.pathOf(item).map(({ number }) => number), item].flatMap((number) => this.of(number));
  }

  find(id: string): Collaboration | undefined {
    const number = Math.floor((Number(id) - firstGenerated) / 2);
    const found = this.#made.get(id) ?? (number >= 0 && this.#drive.at(number) ? this.#generated(number) : []);
    return [found].flat().find((one) => one.id === id && !this.#removed.has(id));
  }

  add(collaboration: Omit<Collaboration, "id">): Collaboration {
    const made = { ...collaboration, id: String(6_000_000_000 + this.#count++) };
    this.#made.set(made.id, made);
    return made;
  }

  remove(id: string): void {
    this.#removed.add(id);
  }

  #generatedLink(item: number): Link | null {
    const share = this.#drive.sharesOf(item).find(({ kind }) => kind === "anyone" || kind === "company");
    if (!share) return null;
    const access = share.kind === "anyone" ? "open" : "company";
    return { access, unsharedAt: share.expiresAt ?? null, canDownload: true, password: share.password ?? false };
  }

  #generated(item: number): Collaboration[] {
    const found: Collaboration[] = [];
    const share = this.#drive.sharesOf(item).find(({ kind }) => kind === "user");
    const [id, colleagueId] = [String(firstGenerated + 2 * item), String(firstGenerated + 2 * item + 1)];
    if (share?.who) {
      const partner = this.#people.partner(share.who);
      const role = share.role === "write" ? "editor" : "viewer";
      // Some have not answered yet.
      const isPending = mix(this.#seed, item, 311) % 5 === 0;
      const by = isPending ? null : (partner ?? null);
      found.push({ id, item, by, inviteEmail: isPending ? share.who : null, role, expiresAt: null });
    }
    const isShared = item > 0 && this.#drive.at(item)?.isFolder && mix(this.#seed, item, 312) % 3 === 0;
    const colleague = mix(this.#seed, item, 313) % Math.max(1, this.#people.count);
    if (isShared && this.#people.exists(colleague) && colleague !== this.#drive.at(item)?.owner) {
      const by = this.#people.mini(colleague);
      found.push({ id: colleagueId, item, by, inviteEmail: null, role: "editor", expiresAt: null });
    }
    return found;
  }
}

const firstGenerated = 5_000_000_000;
