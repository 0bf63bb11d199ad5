import type { Person } from "../generator.ts";
import { indexOfHandle, personAt } from "../generator.ts";
import type { TenantOptions } from "../provider.ts";
import type { Ids } from "./ids.ts";
import type { Listing } from "./paging.ts";

/** How a provider writes the people of a tenant. */
export interface PeopleFormat<Status extends string> extends Ids {
  /** The status before any edit. */
  statusOf(index: number): Status;
}

/** What has been changed of a person since the tenant was made. Instants are epoch ms. */
export interface PersonEdits<Status extends string> {
  status?: Status;
  statusChangedAt?: number;
  updatedAt?: number;
  signedInAt?: number;
  /** Fields that replace those of the generated record. */
  profile?: Record<string, unknown>;
  deleted?: boolean;
}

/**
 * The people of a tenant by index. They are computed, so a tenant of any size costs nothing;
 * only edits are kept. Tenants of one name have the same people, with the same handles and addresses, at every provider.
 */
export class People<Status extends string> implements Listing<number> {
  readonly domain: string;
  readonly seed: number;
  readonly #format: PeopleFormat<Status>;
  readonly #edits = new Map<number, PersonEdits<Status>>();
  #made: number;
  #deleted = 0;

  constructor(options: Required<TenantOptions>, format: PeopleFormat<Status>) {
    this.seed = options.seed;
    this.domain = `${options.name}.example`;
    this.#made = options.users;
    this.#format = format;
  }

  /** People ever made, the deleted included: indexes are 0 to `count` - 1. */
  get count(): number {
    return this.#made;
  }

  /** People there are now. */
  get present(): number {
    return this.#made - this.#deleted;
  }

  /** As a listing: the index itself where a person exists. */
  at(index: number): number | undefined {
    return this.exists(index) ? index : undefined;
  }

  exists(index: number): boolean {
    return index >= 0 && index < this.#made && !this.#edits.get(index)?.deleted;
  }

  person(index: number): Person {
    return personAt(this.seed, index);
  }

  idOf(index: number): string {
    return this.#format.idOf(index);
  }

  emailOf(index: number): string {
    return `${this.person(index).handle}@${this.domain}`;
  }

  /** The index in an id, whether or not that person still exists. */
  indexOf(id: string): number | undefined {
    const index = this.#format.indexOfId(id);
    return index !== undefined && index < this.#made ? index : undefined;
  }

  /** By id, address or handle; undefined when there is no such person now. */
  find(text: string): number | undefined {
    const index = this.indexOf(text) ?? indexOfHandle(this.seed, text.split("@")[0]?.toLowerCase() ?? "");
    if (index === undefined || !this.exists(index)) return undefined;
    return text.includes("@") && text.toLowerCase() !== this.emailOf(index) ? undefined : index;
  }

  /** For the control API: the person whom `user`, `id` or `login` names. Throws when there is none. */
  named(parameters: Record<string, unknown>): number {
    const name = String(parameters.user ?? parameters.id ?? parameters.login ?? "");
    const index = this.find(name);
    if (index === undefined) throw new Error(`no such user: ${name}`);
    return index;
  }

  status(index: number): Status {
    return this.#edits.get(index)?.status ?? this.#format.statusOf(index);
  }

  edits(index: number): PersonEdits<Status> {
    return this.#edits.get(index) ?? {};
  }

  edit(index: number, now: number, edits: Pick<PersonEdits<Status>, "status" | "profile">): void {
    const changed = edits.status !== undefined && edits.status !== this.status(index);
    this.#merge(index, { ...edits, updatedAt: now, ...(changed && { statusChangedAt: now }) });
  }

  signedIn(index: number, at: number): void {
    this.#merge(index, { signedInAt: at });
  }

  add(now: number): number {
    const index = this.#made++;
    this.#merge(index, { updatedAt: now, statusChangedAt: now });
    return index;
  }

  remove(index: number, now: number): void {
    if (!this.exists(index)) return;
    this.#merge(index, { updatedAt: now, deleted: true });
    this.#deleted += 1;
  }

  /** Ids in order, for the control API. */
  ids(offset: number, limit: number): string[] {
    const found: string[] = [];
    let skipped = 0;
    for (let index = 0; index < this.#made && found.length < limit; index++) {
      if (!this.exists(index)) continue;
      if (skipped < offset) skipped++;
      else found.push(this.idOf(index));
    }
    return found;
  }

  #merge(index: number, edits: PersonEdits<Status>): void {
    this.#edits.set(index, { ...this.#edits.get(index), ...edits });
  }
}

const groupNames = [
  ...["Engineering", "Sales", "Finance", "Support", "Legal", "Marketing"],
  ...["Contractors", "Security", "Data", "Product", "Field", "Partners"],
];

/** `Engineering` ... `Partners`, then `Engineering 2`. */
export function groupName(number: number): string {
  const round = Math.floor(number / groupNames.length);
  return `${groupNames[number % groupNames.length]}${round === 0 ? "" : ` ${round + 1}`}`;
}

export interface GroupsFormat {
  count: number;
  /** Whether a person is a member before any edit. */
  isMember(group: number, person: number): boolean;
}

/** Memberships of the groups of a tenant, by index. */
export class Groups {
  readonly count: number;
  readonly #people: People<string>;
  readonly #format: GroupsFormat;
  readonly #edits = new Map<number, Map<number, boolean>>();
  readonly #changedAt = new Map<number, number>();

  constructor(people: People<string>, format: GroupsFormat) {
    this.#people = people;
    this.#format = format;
    this.count = format.count;
  }

  /** Whether the person is a member; a deleted person is none. */
  has(group: number, person: number): boolean {
    if (!this.#people.exists(person)) return false;
    return this.#edits.get(group)?.get(person) ?? this.#format.isMember(group, person);
  }

  /** The members' indexes as a listing by person, for paging. */
  members(group: number): Listing<number> {
    return {
      count: this.#people.count,
      at: (person) => (this.has(group, person) ? person : undefined),
    };
  }

  setMember(group: number, person: number, member: boolean, now: number): void {
    const edits = this.#edits.get(group) ?? new Map<number, boolean>();
    this.#edits.set(group, edits.set(person, member));
    this.#changedAt.set(group, now);
  }

  /** When the membership was last edited; undefined if never. */
  changedAt(group: number): number | undefined {
    return this.#changedAt.get(group);
  }
}
