import { idAt } from "../../generator.ts";
import type { People } from "../../kit/directory.ts";
import { pageAt } from "../../kit/paging.ts";
import type { OktaGroups } from "./groups.ts";
import type { Status } from "./people.ts";

export interface Role {
  id: string;
  type: string;
  label: string;
  assignmentType: "USER" | "GROUP";
}

const labels: Record<string, string> = {
  SUPER_ADMIN: "Super Administrator",
  ORG_ADMIN: "Organizational Administrator",
  APP_ADMIN: "Application Administrator",
  USER_ADMIN: "Group Administrator",
  HELP_DESK_ADMIN: "Help Desk Administrator",
  READ_ONLY_ADMIN: "Read-only Administrator",
  CUSTOM: "Password helper",
};

/** What users 0, 1, 2 ... hold. */
const first = [
  ...["SUPER_ADMIN", "SUPER_ADMIN", "SUPER_ADMIN", "ORG_ADMIN"],
  ...["USER_ADMIN", "READ_ONLY_ADMIN", "APP_ADMIN", "CUSTOM"],
];

/** Administrator roles: of the first users, and of the help desk group. */
export class Roles {
  readonly #assigned = new Map<number, Role[]>();
  readonly #seed: number;
  readonly #people: People<Status>;
  readonly #groups: OktaGroups;
  #made = 0;

  constructor(seed: number, people: People<Status>, groups: OktaGroups) {
    this.#seed = seed;
    this.#people = people;
    this.#groups = groups;
    for (const [user, type] of first.entries()) if (people.exists(user)) this.grant(user, type);
  }

  /** Roles of a user, own and through a group. */
  of(user: number): Role[] {
    const { helpDesk } = this.#groups;
    const throughGroup: Role = {
      id: idAt("gra", this.#seed, 1, 20),
      type: "HELP_DESK_ADMIN",
      label: labels.HELP_DESK_ADMIN as string,
      assignmentType: "GROUP",
    };
    const isHelping = helpDesk !== undefined && this.#groups.has(helpDesk, user);
    return [...(this.#assigned.get(user) ?? []), ...(isHelping ? [throughGroup] : [])];
  }

  /** Everybody with a role, in order. */
  assignees(): number[] {
    const { helpDesk } = this.#groups;
    const helping = helpDesk === undefined ? [] : pageAt(this.#groups.members(helpDesk), 0, 1000).records;
    return [...new Set([...this.#assigned.keys(), ...helping])]
      .filter((user) => this.#people.exists(user) && this.of(user).length > 0)
      .sort((a, b) => a - b);
  }

  grant(user: number, type: string): void {
    const id = idAt(type === "CUSTOM" ? "irb" : "ra1", this.#seed, ++this.#made, 20);
    const role: Role = { id, type, label: labels[type] ?? type, assignmentType: "USER" };
    this.#assigned.set(user, [...(this.#assigned.get(user) ?? []), role]);
  }

  /** Takes away a role of the user's own. */
  revoke(user: number, id: string): void {
    this.#assigned.set(
      user,
      (this.#assigned.get(user) ?? []).filter((role) => role.id !== id),
    );
  }

  record(role: Role, origin: string): Record<string, unknown> {
    const dates = { created: "2025-01-10T09:00:00.000Z", lastUpdated: "2025-01-10T09:00:00.000Z" };
    const common = { ...role, status: "ACTIVE", ...dates };
    if (role.type !== "CUSTOM") return common;
    const custom = idAt("cr0", this.#seed, 1, 20);
    return {
      ...common,
      role: custom,
      "resource-set": idAt("iam", this.#seed, 1, 20),
      _links: { role: { href: `${origin}/api/v1/iam/roles/${custom}` } },
    };
  }
}
