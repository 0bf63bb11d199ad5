import { mix } from "../../generator.ts";
import type { Drive } from "../../kit/drive.ts";
import type { EntraPeople } from "../_microsoft/people.ts";
import type { DriveParts } from "./drive-parts.ts";

/** A person or group who has access, in the forms that Graph writes. */
export type Grantee =
  | { user: { id?: string; displayName: string; email: string; login: string } }
  | { siteGroup: { id: string; displayName: string } };

export interface Permission {
  id: string;
  roles: string[];
  link?: { scope: "anonymous" | "organization" | "users"; type: "view" | "edit" };
  grantees: Grantee[];
  /** Epoch ms. */
  expiresAt?: number;
}

/** Who may open the items of one drive: what it has from the beginning, and what was changed since. */
export class Permissions {
  readonly #drive: Drive;
  readonly #people: EntraPeople;
  readonly #facts: { index: number; owner: number | null };
  readonly #changed = new Map<number, Permission[]>();
  /** Items that inherit nothing. */
  readonly #apart = new Set<number>();
  #made = 0;

  constructor(drive: Drive, { people }: DriveParts, facts: { index: number; owner: number | null }) {
    this.#drive = drive;
    this.#people = people;
    this.#facts = facts;
  }

  own(item: number): Permission[] {
    return this.#changed.get(item) ?? this.#generated(item);
  }

  /** Whether an item has, or has had, permissions of its own. */
  isUnique(item: number): boolean {
    return item === 0 || this.#changed.has(item) || this.#apart.has(item) || this.#generated(item).length > 0;
  }

  /** What holds, with the item each permission is of. */
  effective(item: number, now: number): { permission: Permission; of: number }[] {
    const chain = [item];
    for (let at: number | null = item; at !== null && !this.#apart.has(at); ) {
      at = this.#drive.at(at)?.parent ?? null;
      if (at !== null) chain.push(at);
    }
    return chain
      .flatMap((of) => this.own(of).map((permission) => ({ permission, of })))
      .filter(({ permission: { expiresAt } }) => expiresAt === undefined || expiresAt > now);
  }

  add(item: number, permission: Omit<Permission, "id"> & { id?: string }): Permission {
    const made = { id: `p${this.#facts.index}-${++this.#made}`, ...permission };
    const others = this.own(item).filter(({ id }) => id !== made.id);
    this.#changed.set(item, [...others, made]);
    return made;
  }

  /** False when it is not the item's own. */
  remove(item: number, id: string): boolean {
    const before = this.own(item);
    const after = before.filter((one) => one.id !== id);
    this.#changed.set(item, after);
    return after.length < before.length;
  }

  /** From here on nothing is inherited. The owner of a OneDrive keeps it all the same. */
  setApart(item: number): void {
    this.#apart.add(item);
    const owner = this.#owner();
    if (owner) this.add(item, owner);
  }

  guest(email: string): Grantee {
    const index = this.#people.find(email);
    const login = `i:0#.f|membership|${email.replace("@", "_")}#ext#@${this.#people.initialDomain}`;
    const id = index === undefined ? {} : { id: this.#people.idOf(index) };
    return { user: { ...id, displayName: email.split("@")[0]!, email, login } };
  }

  person(index: number): Grantee {
    const email = this.#people.emailOf(index);
    const login = `i:0#.f|membership|${this.#people.upnOf(index).toLowerCase()}`;
    return { user: { id: this.#people.idOf(index), displayName: this.#people.person(index).name, email, login } };
  }

  #owner(): Permission | null {
    const { owner } = this.#facts;
    return owner === null ? null : { id: "owner", roles: ["owner"], grantees: [this.person(owner)] };
  }

  #generated(item: number): Permission[] {
    if (item === 0) {
      const owner = this.#owner();
      return owner
        ? [owner]
        : siteGroups.map(([id, name, role]) => ({
            ...{ id: `g${id}`, roles: [role] },
            grantees: [{ siteGroup: { id, displayName: name } }],
          }));
    }
    const [share] = this.#drive.sharesOf(item);
    if (!share) return [];
    const id = `s${this.#facts.index}-${item}`;
    const type = share.role === "write" ? "edit" : "view";
    const roles = [share.role === "write" ? "write" : "read"];
    if (share.kind === "anyone") return [{ id, roles, link: { scope: "anonymous", type }, grantees: [] }];
    if (share.kind === "user") return [{ id, roles, grantees: [this.guest(share.who ?? "partner@outside.example")] }];
    // Some links are for people by name, one of them outside.
    if (mix(this.#facts.index, item, 871) % 3 > 0)
      return [{ id, roles, link: { scope: "organization", type }, grantees: [] }];
    const colleague = mix(this.#facts.index, item, 872) % Math.max(1, Math.min(8, this.#people.count));
    const grantees = [this.person(colleague), this.guest(`partner${item % 40}@outside.example`)];
    return [{ id, roles, link: { scope: "users", type }, grantees }];
  }
}

const siteGroups: [id: string, name: string, role: string][] = [
  ["3", "Owners", "owner"],
  ["5", "Members", "write"],
  ["4", "Visitors", "read"],
];
