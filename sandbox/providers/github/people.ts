import { chance, homeOf, idAt, indexOfHandle, mix, personAt, uuidAt } from "../../generator.ts";

/** Member ids start here, outside collaborators' ids there: an id tells which kind it is. */
const memberBase = 4_400_000;
const outsiderBase = 90_000_000;

export interface Account {
  /** Index among the members, or among the outside collaborators. */
  index: number;
  outside: boolean;
  id: number;
  login: string;
  name: string;
  /** Work address: the SAML name id and verified-domain address of a member. */
  email: string;
  twoFactor: boolean;
}

export type OrgRole = "admin" | "member";

/** Who belongs to the organization: computed accounts, plus what has been changed since. */
export class People {
  readonly admins = new Set<number>();
  readonly suspended = new Set<number>();
  readonly removedMembers = new Set<number>();
  readonly removedOutsiders = new Set<number>();
  readonly blocked = new Set<string>();
  /** Holders of each organization role, by its position in the list. */
  readonly roleHolders = new Map<number, Set<number>>();
  /** Logins asked to join by name, with their role. */
  readonly invited = new Map<string, OrgRole>();
  private readonly seed: number;
  private readonly org: string;
  private readonly outsiders: number;
  private made: number;

  constructor(seed: number, org: string, users: number) {
    this.seed = seed;
    this.org = org;
    this.made = users;
    this.outsiders = Math.min(2000, Math.max(2, Math.ceil(users * 0.04)));
    for (let index = 0; index < Math.min(4, users); index++) this.admins.add(index);
    for (let k = 0; k < Math.min(20, Math.max(1, Math.ceil(users * 0.02))); k++)
      this.invited.set(`${personAt(seed + 2, k).handle.replace(".", "-")}-new`, "member");
  }

  /** Members ever made, gone or not. */
  get total(): number {
    return this.made;
  }

  get memberCount(): number {
    return this.made - this.removedMembers.size;
  }

  member(index: number): Account {
    const { handle, name } = personAt(this.seed, index);
    const twoFactor = this.hasTwoFactor(index);
    return {
      index,
      outside: false,
      id: memberBase + index,
      login: handle.replace(".", "-"),
      name,
      email: `${handle}@${this.org}.example`,
      twoFactor,
    };
  }

  /** Owners have two factors; a few others have not. */
  hasTwoFactor(index: number): boolean {
    return index < 4 || !chance(mix(this.seed, index, 101), 4);
  }

  outsider(index: number): Account {
    const { handle, name } = personAt(this.seed + 1, index);
    return {
      index,
      outside: true,
      id: outsiderBase + index,
      login: `${handle.replace(".", "-")}-ext`,
      name,
      email: `${handle}@freelance.example`,
      twoFactor: !chance(mix(this.seed, index, 102), 25),
    };
  }

  /** A present member or outside collaborator. */
  find(login: string): Account | undefined {
    const outside = login.endsWith("-ext");
    const index = indexOfHandle(
      outside ? this.seed + 1 : this.seed,
      (outside ? login.slice(0, -4) : login).toLowerCase().replace("-", "."),
    );
    if (index === undefined) return undefined;
    if (outside) return index < this.outsiders && !this.removedOutsiders.has(index) ? this.outsider(index) : undefined;
    return index < this.made && !this.removedMembers.has(index) ? this.member(index) : undefined;
  }

  /** Present members that pass the test, from the `offset`th on. */
  members(offset: number, limit: number, test?: (index: number) => boolean): Account[] {
    if (!test && this.removedMembers.size === 0) {
      const count = Math.max(0, Math.min(limit, this.made - offset));
      return Array.from({ length: count }, (_, position) => this.member(offset + position));
    }
    const wanted = (index: number): boolean => !this.removedMembers.has(index) && (test?.(index) ?? true);
    return take(offset, limit, this.made, wanted).map((index) => this.member(index));
  }

  outside(offset: number, limit: number, test?: (account: Account) => boolean): Account[] {
    const wanted = (index: number): boolean =>
      !this.removedOutsiders.has(index) && (test?.(this.outsider(index)) ?? true);
    return take(offset, limit, this.outsiders, wanted).map((index) => this.outsider(index));
  }

  role(account: Account): OrgRole {
    return !account.outside && this.admins.has(account.index) ? "admin" : "member";
  }

  /** A person who joins now. */
  add(): Account {
    this.made += 1;
    return this.member(this.made - 1);
  }

  scimId(account: Account): string {
    return uuidAt(this.seed, account.index, 7);
  }

  byScimId(id: string): Account | undefined {
    const index = Number.parseInt(id.slice(-8), 16);
    if (!(index < this.made) || uuidAt(this.seed, index, 7) !== id || this.removedMembers.has(index)) return undefined;
    return this.member(index);
  }

  country(account: Account): string {
    return homeOf(this.seed, account.index).code;
  }

  /** Members and outside collaborators, gone ones included: an account outlives its membership. */
  byId(id: number): Account | undefined {
    if (id >= memberBase && id < memberBase + this.made) return this.member(id - memberBase);
    return id >= outsiderBase && id < outsiderBase + this.outsiders ? this.outsider(id - outsiderBase) : undefined;
  }

  /** The member with this id, login or address. */
  named(text: string): Account | undefined {
    const index = Number(text) - memberBase;
    if (index >= 0 && index < this.made && !this.removedMembers.has(index)) return this.member(index);
    return this.find(text.split("@")[0]?.replace(".", "-") ?? "");
  }
}

/** The numbers below `total` that pass, without the first `offset` of them. */
export function take(offset: number, limit: number, total: number, wanted: (index: number) => boolean): number[] {
  const found: number[] = [];
  let skipped = 0;
  for (let index = 0; index < total && found.length < limit; index++) {
    if (!wanted(index)) continue;
    if (skipped < offset) skipped++;
    else found.push(index);
  }
  return found;
}

/** A user as lists show it. */
export function simpleUser(account: { id: number; login: string }): Record<string, unknown> {
  const { id, login } = account;
  const url = `https://api.github.com/users/${login}`;
  return {
    login,
    id,
    node_id: idAt("U_kgDO", 1, id, 18),
    avatar_url: `https://avatars.githubusercontent.com/u/${id}?v=4`,
    gravatar_id: "",
    url,
    html_url: `https://github.com/${login}`,
    followers_url: `${url}/followers`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: "User",
    user_view_type: "public",
    site_admin: false,
  };
}
