import { mix } from "../../generator.ts";
import { Groups, groupName, People } from "../../kit/directory.ts";
import { numericIds } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";
import { iso } from "./answers.ts";

export type Status = "active" | "suspended";
const dayMs = 86_400_000;

export const customRoles = [
  {
    id: 9_373_643,
    name: "Team lead",
    configuration: { manage_business_rules: true, manage_roles: false, ticket_deletion: true },
  },
  {
    id: 9_373_644,
    name: "Light agent",
    configuration: { manage_business_rules: false, manage_roles: false, ticket_deletion: false },
  },
];

/** The first three are admins; every fourth agent has a custom role, every thirteenth is of another account. */
export class ZendeskPeople extends People<Status> {
  readonly #options: Required<TenantOptions>;
  readonly #roles = new Map<number, "admin" | "agent">();

  constructor(options: Required<TenantOptions>) {
    const { seed, users } = options;
    super(options, {
      ...numericIds(35_436_000_000),
      statusOf: (index) => (index < 10 || index >= users || mix(seed, index, 971) % 100 < 94 ? "active" : "suspended"),
    });
    this.#options = options;
  }

  role(index: number): "admin" | "agent" {
    return this.#roles.get(index) ?? (index < 3 ? "admin" : "agent");
  }

  setRole(index: number, role: "admin" | "agent"): void {
    this.#roles.set(index, role);
  }

  /** https://developer.zendesk.com/api-reference/ticketing/users/users/#json-format-for-agent-or-admin-requests */
  record(index: number, host: string): Record<string, unknown> {
    const { seed, createdAt } = this.#options;
    const id = Number(this.idOf(index));
    const role = this.role(index);
    const custom = role === "agent" && index % 4 === 3 ? customRoles[index % 2] : undefined;
    const seen = this.edits(index).signedInAt ?? createdAt - (mix(seed, index, 972) % (60 * dayMs));
    return {
      ...{
        id,
        url: `https://${host}/api/v2/users/${id}.json`,
        name: this.person(index).name,
        email: this.emailOf(index),
      },
      ...{ role, role_type: role === "admin" ? 4 : custom ? 0 : null, custom_role_id: custom?.id ?? null },
      ...{ active: true, suspended: this.status(index) === "suspended", verified: true },
      two_factor_auth_enabled: index % 3 !== 2,
      ...{ restricted_agent: false, shared_agent: index % 13 === 12 },
      last_login_at: iso(seen),
      created_at: iso(createdAt - 400 * dayMs),
      updated_at: iso(this.edits(index).updatedAt ?? createdAt - 40 * dayMs),
      ...{ organization_id: null, default_group_id: null },
    };
  }
}

export const groupIds = numericIds(211_000);

/** Everybody is in one group. */
export class ZendeskGroups extends Groups {
  readonly #createdAt: number;
  readonly #people: ZendeskPeople;

  constructor({ groups, createdAt }: Required<TenantOptions>, people: ZendeskPeople) {
    super(people, { count: groups, isMember: (group, person) => person % Math.max(1, groups) === group });
    this.#createdAt = createdAt;
    this.#people = people;
  }

  find(id: string): number | undefined {
    const group = groupIds.indexOfId(id);
    return group !== undefined && group < this.count ? group : undefined;
  }

  record(group: number): Record<string, unknown> {
    const at = iso(this.#createdAt);
    return {
      id: Number(groupIds.idOf(group)),
      name: groupName(group),
      is_public: true,
      deleted: false,
      created_at: at,
      updated_at: at,
    };
  }

  /** All memberships, by place: a group and a person. */
  memberships(): { group: number; person: number }[] {
    const people = Array.from({ length: this.#people.count }, (_, person) => person);
    return Array.from({ length: this.count }, (_, group) => group).flatMap((group) =>
      people.filter((person) => this.has(group, person)).map((person) => ({ group, person })),
    );
  }
}
