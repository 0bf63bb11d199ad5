import { mix } from "../../generator.ts";
import { Groups, groupName } from "../../kit/directory.ts";
import { type Ids, ids } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";
import type { GooglePeople } from "./people.ts";

/** People of another organisation, some in each group. */
const outsiders = ["noor.vance", "eli.marsh", "tove.lindqvist", "raul.iber"];

export interface Member {
  kind: "admin#directory#member";
  id: string;
  email?: string;
  role: "OWNER" | "MANAGER" | "MEMBER";
  type: "USER" | "GROUP" | "CUSTOMER";
  status?: string;
}

/** Groups with members, of which the first contains the second as well, and the third everybody. */
export class GoogleGroups extends Groups {
  readonly #people: GooglePeople;
  readonly #ids: Ids;
  readonly #seed: number;

  constructor(options: Required<TenantOptions>, people: GooglePeople) {
    const { seed, groups } = options;
    super(people, { count: groups, isMember: (group, person) => mix(seed, group * 7919 + person, 551) % 6 === 0 });
    this.#people = people;
    this.#ids = ids("0", seed, 15);
    this.#seed = seed;
  }

  idOf(group: number): string {
    return this.#ids.idOf(group);
  }

  emailOf(group: number): string {
    return `${groupName(group).toLowerCase().replaceAll(" ", "-")}@${this.#people.domain}`;
  }

  /** By id or address. */
  find(key: string): number | undefined {
    for (let group = 0; group < this.count; group++)
      if (key === this.idOf(group) || key.toLowerCase() === this.emailOf(group)) return group;
    return undefined;
  }

  /** https://developers.google.com/workspace/admin/directory/reference/rest/v1/groups#Group */
  record(group: number): Record<string, unknown> {
    return {
      kind: "admin#directory#group",
      id: this.idOf(group),
      etag: `"${mix(this.#seed, group, 552).toString(36)}"`,
      email: this.emailOf(group),
      name: groupName(group),
      directMembersCount: String(this.#direct(group).length),
      description: "",
      adminCreated: true,
    };
  }

  /** https://developers.google.com/workspace/admin/directory/reference/rest/v1/members#Member */
  membersOf(group: number, derived: boolean): Member[] {
    const direct = this.#direct(group);
    if (!derived || group !== 0 || this.count < 2) return direct;
    const known = new Set(direct.map(({ id }) => id));
    return [...direct, ...this.#direct(1).filter(({ id }) => !known.has(id))];
  }

  /** Ids of those of other organisations, each once. */
  get outsiderIds(): string[] {
    return this.count === 0 ? [] : outsiders.map((_, index) => this.#outsiderId(index));
  }

  /** The id of one of another organisation, by address. */
  outsiderOf(email: string): string | undefined {
    const index = outsiders.findIndex((handle) => email === `${handle}@partner.example`);
    return index < 0 ? undefined : this.#outsiderId(index);
  }

  #direct(group: number): Member[] {
    const members: Member[] = [];
    for (let person = 0; person < this.#people.count; person++) {
      if (!this.has(group, person)) continue;
      const role = members.length === 0 ? "OWNER" : "MEMBER";
      members.push({
        ...{ kind: "admin#directory#member", id: this.#people.idOf(person), email: this.#people.emailOf(person) },
        ...{ role, type: "USER", status: this.#people.status(person) === "suspended" ? "SUSPENDED" : "ACTIVE" },
      });
    }
    for (const [index, handle] of outsiders.entries()) {
      if (index % this.count !== group && index % 3 !== group % 5) continue;
      const id = this.#outsiderId(index);
      members.push({
        kind: "admin#directory#member",
        id,
        email: `${handle}@partner.example`,
        role: "MEMBER",
        type: "USER",
      });
    }
    if (group === 0 && this.count > 1)
      members.push({
        ...{ kind: "admin#directory#member", id: this.idOf(1), email: this.emailOf(1) },
        ...{ role: "MEMBER", type: "GROUP", status: "ACTIVE" },
      });
    if (group === 2)
      members.push({ kind: "admin#directory#member", id: this.#people.customerId, role: "MEMBER", type: "CUSTOMER" });
    return members;
  }

  #outsiderId(index: number): string {
    return `2${String(mix(this.#seed, index, 553)).padStart(10, "0")}${String(index).padStart(10, "0")}`;
  }
}
