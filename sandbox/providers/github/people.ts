import { chance, idAt, mix, personAt } from "../../generator.ts";
import { People } from "../../kit/directory.ts";
import { type Ids, numericIds, uuids } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";

export type Status = "active" | "suspended";
export type Role = "admin" | "member";

export interface Account {
  /** Index among the members, or among the outside collaborators. */
  index: number;
  outside: boolean;
  id: number;
  login: string;
  name: string;
  /** Work address: the SAML name id and verified-domain address of a member. */
  email: string;
}

/** Ids of members and of outside collaborators start here: an id shows which kind it is. */
const memberBase = 4_400_000;
const outsiderBase = 90_000_000;

/** Who belongs to the organization: computed accounts, and what has been changed since. */
export class GithubPeople {
  readonly members: People<Status>;
  readonly outsiders: People<Status>;
  readonly owners = new Set<number>();
  /** Logins asked to join, with their role. */
  readonly invited = new Map<string, Role>();
  readonly #seed: number;
  readonly #scimIds: Ids;

  constructor(options: Required<TenantOptions>) {
    const { seed, users } = options;
    this.#seed = seed;
    this.#scimIds = uuids(seed, 7);
    this.members = new People(options, numbered(memberBase));
    const outside = Math.min(2000, Math.max(2, Math.ceil(users * 0.04)));
    const elsewhere = { ...options, seed: seed + 1, name: "freelance", users: outside };
    this.outsiders = new People(elsewhere, numbered(outsiderBase));
    for (let index = 0; index < Math.min(4, users); index++) this.owners.add(index);
    const invitations = Math.min(20, Math.max(1, Math.ceil(users * 0.02)));
    for (let index = 0; index < invitations; index++)
      this.invited.set(`${loginOf(personAt(seed + 2, index).handle)}-new`, "member");
  }

  member(index: number): Account {
    const { handle, name } = this.members.person(index);
    const email = this.members.emailOf(index);
    return { index, outside: false, id: memberBase + index, login: loginOf(handle), name, email };
  }

  outsider(index: number): Account {
    const { handle, name } = this.outsiders.person(index);
    const email = this.outsiders.emailOf(index);
    return { index, outside: true, id: outsiderBase + index, login: `${loginOf(handle)}-ext`, name, email };
  }

  /** A present member or outside collaborator, by login. */
  find(login: string): Account | undefined {
    const [, name = "", outside] = /^(.*?)(-ext)?$/.exec(login.toLowerCase()) ?? [];
    const index = (outside ? this.outsiders : this.members).find(name.replace("-", "."));
    if (index === undefined) return undefined;
    return outside ? this.outsider(index) : this.member(index);
  }

  /** For the control API: by login, id or address. Throws when there is none. */
  named(parameters: Record<string, unknown>): Account {
    const account = this.find(String(parameters.login ?? ""));
    return account ?? this.member(this.members.named(parameters));
  }

  /** Those who left included: an account outlives its membership. */
  byId(id: string): Account | undefined {
    const [member, outsider] = [this.members.indexOf(id), this.outsiders.indexOf(id)];
    if (member !== undefined) return this.member(member);
    return outsider === undefined ? undefined : this.outsider(outsider);
  }

  role({ index, outside }: Account): Role {
    return !outside && this.owners.has(index) ? "admin" : "member";
  }

  remove({ index, outside }: Account, now: number): void {
    (outside ? this.outsiders : this.members).remove(index, now);
    if (!outside) this.owners.delete(index);
  }

  /** Owners have two factors; a few others have not. */
  hasTwoFactor({ index, outside }: Pick<Account, "index" | "outside">): boolean {
    if (outside) return !chance(mix(this.#seed, index, 102), 25);
    return index < 4 || !chance(mix(this.#seed, index, 101), 4);
  }

  scimId({ index }: Account): string {
    return this.#scimIds.idOf(index);
  }

  byScimId(id: string): Account | undefined {
    const index = this.#scimIds.indexOfId(id);
    return index !== undefined && this.members.exists(index) ? this.member(index) : undefined;
  }
}

function numbered(base: number) {
  return {
    ...numericIds(base),
    statusOf: (): Status => "active",
  };
}

function loginOf(handle: string): string {
  return handle.replace(".", "-");
}

const userPaths = {
  followers_url: "/followers",
  following_url: "/following{/other_user}",
  gists_url: "/gists{/gist_id}",
  starred_url: "/starred{/owner}{/repo}",
  subscriptions_url: "/subscriptions",
  organizations_url: "/orgs",
  repos_url: "/repos",
  events_url: "/events{/privacy}",
  received_events_url: "/received_events",
};

/** Links below one address: `{ repos_url: "/repos" }`. */
export function linksBelow(url: string, paths: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, url + path]));
}

/** An account as lists show it. An organization is an account, too. */
export function simpleUser({ id, login }: { id: number; login: string }, type = "User"): Record<string, unknown> {
  const url = `https://api.github.com/users/${login}`;
  return {
    login,
    id,
    node_id: idAt(type === "User" ? "U_kgDO" : "O_kgDO", 1, id, 18),
    avatar_url: `https://avatars.githubusercontent.com/u/${id}?v=4`,
    gravatar_id: "",
    url,
    html_url: `https://github.com/${login}`,
    ...linksBelow(url, userPaths),
    type,
    user_view_type: "public",
    site_admin: false,
  };
}

/** What anybody may see of a person; most people show no address. */
export function profile(account: Account): Record<string, unknown> {
  return {
    ...simpleUser(account),
    ...{ name: account.name, company: null, blog: "", location: null, hireable: null, bio: null },
    email: account.index % 4 === 0 ? account.email : null,
    ...{ public_repos: 2, public_gists: 0, followers: 1, following: 1 },
    ...{ created_at: "2021-04-01T08:00:00Z", updated_at: "2026-04-01T08:00:00Z" },
  };
}
