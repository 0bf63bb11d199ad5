import { pick } from "../../generator.ts";
import type { Listing } from "../../kit/paging.ts";
import type { GithubPeople } from "./people.ts";

const names = "platform web mobile data security design infra release support research finance field".split(" ");
const firstId = 5000;
/** The team whose members are security managers. */
const securityTeam = 4;

/** Teams of the organization: each member is in one. */
export class Teams {
  readonly count: number;
  readonly #people: GithubPeople;
  readonly #org: { login: string; id: number };

  constructor(count: number, people: GithubPeople, org: { login: string; id: number }) {
    this.count = count;
    this.#people = people;
    this.#org = org;
  }

  /** Name and slug are the same. */
  slug(index: number): string {
    const round = Math.floor(index / names.length);
    return `${pick(names, index)}${round === 0 ? "" : `-${round + 1}`}`;
  }

  find(slug: string): number | undefined {
    for (let index = 0; index < this.count; index++) if (this.slug(index) === slug) return index;
    return undefined;
  }

  all(): Listing<number> {
    return { count: this.count, at: (index) => index };
  }

  /** Those that hold a role. */
  holding(role: Role): Listing<number> {
    const holds = role.name === "security_manager" && this.count > securityTeam;
    return { count: holds ? 1 : 0, at: () => securityTeam };
  }

  members(team: number): Listing<number> {
    const { members } = this.#people;
    return {
      count: members.count,
      at: (index) => (index % this.count === team ? members.at(index) : undefined),
    };
  }

  record(index: number): Record<string, unknown> {
    const slug = this.slug(index);
    const url = `https://api.github.com/organizations/${this.#org.id}/team/${firstId + index}`;
    return {
      id: firstId + index,
      node_id: `T_${index}`,
      name: slug,
      slug,
      description: `The ${slug} team`,
      privacy: index % 4 ? "closed" : "secret",
      notification_setting: "notifications_enabled",
      permission: "pull",
      url,
      html_url: `https://github.com/orgs/${this.#org.login}/teams/${slug}`,
      members_url: `${url}/members{/member}`,
      repositories_url: `${url}/repos`,
      type: "organization",
      organization_id: this.#org.id,
      parent: null,
    };
  }
}

export interface Role {
  id: number;
  name: string;
  description: string;
  base_role: string | null;
  source: string;
  permissions: string[];
  created_at: string;
  updated_at: string;
}

function role(id: number, name: string, description: string, base_role: string | null, permissions: string[]): Role {
  const source = base_role ? "Predefined" : "Organization";
  const created_at = "2024-01-10T08:00:00Z";
  return { id, name, description, base_role, source, permissions, created_at, updated_at: created_at };
}

/** Organization roles, and who holds them directly: at first members 4 and 5 the first, member 4 the second. */
export class Roles {
  readonly all = [
    role(8030, "all_repo_admin", "Grants admin access to all repositories in the organization.", "admin", []),
    role(8031, "Audit reader", "Reads the audit log.", null, ["read_audit_logs"]),
    role(8032, "security_manager", "Manages security policies and alerts of the organization.", "read", []),
  ];
  readonly #holders = new Map<number, Set<number>>();
  readonly #people: GithubPeople;

  constructor(people: GithubPeople) {
    this.#people = people;
    for (const [position, { id }] of this.all.entries()) this.#holders.set(id, new Set([4, 5].slice(0, 2 - position)));
  }

  find(id: string): Role | undefined {
    return this.all.find((one) => String(one.id) === id);
  }

  holders({ id }: Role): number[] {
    return [...(this.#holders.get(id) ?? [])].filter((index) => this.#people.members.exists(index));
  }

  /** False when the member did not hold it. */
  revoke({ id }: Role, member: number): boolean {
    return this.#holders.get(id)?.delete(member) ?? false;
  }
}
