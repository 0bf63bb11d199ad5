import { chance, indexOfHandle, mix, personAt, pick } from "../../generator.ts";
import type { TenantOptions } from "../../provider.ts";

const titles = [
  "Controller",
  "HR Partner",
  "Software Engineer",
  "Account Executive",
  "Support Specialist",
  "Recruiter",
];
export const departments = ["Finance", "People", "Engineering", "Sales", "Support", "Operations"];
const divisions = ["EMEA", "Americas", "APAC"];

const firstId = 100_099_300_417_265;

export interface Member {
  index: number;
  id: string;
  externalId: string;
  first: string;
  last: string;
  name: string;
  /** People on the shop floor may have none. */
  email: string | null;
  title: string;
  department: string;
  division: string;
  managerIndex: number | null;
  active: boolean;
  administrator: boolean;
  authMethod: "sso" | "password";
  /** Epoch seconds; null when it has not happened. */
  invitedAt: number | null;
  claimedAt: number | null;
  startedAt: number;
  /** 0: no end in sight. */
  endsAt: number;
}

/** Everybody in the community by index; only what was changed is remembered. */
export class Members {
  readonly #options: Required<TenantOptions>;
  readonly #active = new Map<number, boolean>();
  readonly #deleted: number[] = [];
  readonly #administrators = new Set<number>();
  #all: number;

  constructor(options: Required<TenantOptions>) {
    this.#options = options;
    this.#all = options.users;
    for (let index = 0; index < Math.min(3, options.users); index++) this.#administrators.add(index);
  }

  /** Members ever made, deleted or not. */
  get all(): number {
    return this.#all;
  }

  get present(): number {
    return this.#all - this.#deleted.length;
  }

  get administrators(): number[] {
    return [...this.#administrators].sort((a, b) => a - b);
  }

  get former(): readonly number[] {
    return this.#deleted;
  }

  idOf(index: number): string {
    return String(firstId + index);
  }

  at(index: number): Member {
    const { seed, name: community, createdAt } = this.#options;
    const person = personAt(seed, index);
    const random = mix(seed, index, 441);
    const administrator = this.#administrators.has(index);
    const joined = Math.floor(createdAt / 1000) - (30 + (mix(seed, index, 442) % 900)) * 86_400;
    const emailLess = index > 2 && chance(mix(seed, index, 443), 2);
    const invited = index < 3 || !chance(random, 2);
    const claimed = index < 3 || (invited && !chance(mix(seed, index, 444), 6));
    return {
      index,
      id: this.idOf(index),
      externalId: `e-${1000 + index}`,
      first: person.first,
      last: person.last,
      name: person.name,
      email: emailLess ? null : `${person.handle}@${domainOf(community)}`,
      title: pick(titles, mix(seed, index, 445)),
      department: pick(departments, mix(seed, index, 446)),
      division: pick(divisions, mix(seed, index, 447)),
      managerIndex: index === 0 ? null : Math.floor(index / 8),
      active: this.isActive(index),
      administrator,
      authMethod: chance(mix(seed, index, 448), 92) ? "sso" : "password",
      invitedAt: invited ? joined : null,
      claimedAt: claimed ? joined + 3600 + (random % 86_400) : null,
      startedAt: joined - 7 * 86_400,
      endsAt: index > 2 && chance(mix(seed, index, 449), 1) ? Math.floor(createdAt / 1000) - 5 * 86_400 : 0,
    };
  }

  isActive(index: number): boolean {
    return this.#active.get(index) ?? (index < 3 || !chance(mix(this.#options.seed, index, 450), 3));
  }

  isDeleted(index: number): boolean {
    return this.#deleted.includes(index);
  }

  /** Index of a present member named by id or e-mail. */
  find(text: string): number | undefined {
    const at = text.indexOf("@");
    const index = at > 0 ? indexOfHandle(this.#options.seed, text.slice(0, at).toLowerCase()) : Number(text) - firstId;
    if (index === undefined || !Number.isSafeInteger(index) || index < 0 || index >= this.#all) return undefined;
    if (this.isDeleted(index)) return undefined;
    return at > 0 && this.at(index).email !== text.toLowerCase() ? undefined : index;
  }

  byExternalId(externalId: string): number | undefined {
    return externalId.startsWith("e-") ? this.find(this.idOf(Number(externalId.slice(2)) - 1000)) : undefined;
  }

  /** Index of the present member at a position, 0 being the first. */
  presentAt(position: number): number {
    let index = position;
    for (const gone of this.#deleted) if (gone <= index) index += 1;
    return index;
  }

  setActive(index: number, active: boolean): void {
    this.#active.set(index, active);
  }

  setAdministrator(index: number, administrator: boolean): void {
    if (administrator) this.#administrators.add(index);
    else this.#administrators.delete(index);
  }

  remove(index: number): void {
    if (this.isDeleted(index)) return;
    this.#deleted.push(index);
    this.#deleted.sort((a, b) => a - b);
    this.#administrators.delete(index);
  }

  add(): Member {
    this.#all += 1;
    this.#active.set(this.#all - 1, true);
    return this.at(this.#all - 1);
  }
}

function domainOf(community: string): string {
  return `${community.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-")}.example`;
}
