import { idAt } from "../../generator.ts";
import type { Groups } from "./groups.ts";
import type { People } from "./people.ts";

export interface Role {
  id: string;
  type: string;
  label: string;
  assignmentType: "USER" | "GROUP";
}

export const roleLabels: Record<string, string> = {
  SUPER_ADMIN: "Super Administrator",
  ORG_ADMIN: "Organizational Administrator",
  APP_ADMIN: "Application Administrator",
  USER_ADMIN: "Group Administrator",
  HELP_DESK_ADMIN: "Help Desk Administrator",
  GROUP_MEMBERSHIP_ADMIN: "Group Membership Administrator",
  READ_ONLY_ADMIN: "Read-only Administrator",
  REPORT_ADMIN: "Report Administrator",
  API_ACCESS_MANAGEMENT_ADMIN: "API Access Management Administrator",
};

const first = [
  "SUPER_ADMIN",
  "SUPER_ADMIN",
  "SUPER_ADMIN",
  "ORG_ADMIN",
  "USER_ADMIN",
  "READ_ONLY_ADMIN",
  "APP_ADMIN",
  "CUSTOM",
];

/** Administrator roles: of the first users, and of the help desk group. */
export class Roles {
  readonly custom: { id: string; label: string; description: string };
  private readonly assigned = new Map<number, Role[]>();
  private readonly seed: number;
  private readonly people: People;
  private readonly groups: Groups;
  private made = 0;

  constructor(seed: number, people: People, groups: Groups) {
    this.seed = seed;
    this.people = people;
    this.groups = groups;
    this.custom = {
      id: idAt("cr0", seed, 1, 20),
      label: "Password helper",
      description: "Resets passwords of contractors.",
    };
    for (const [index, type] of first.entries()) if (index < people.total) this.assigned.set(index, [this.make(type)]);
  }

  /** Roles of a user, own and through a group. */
  of(user: number): Role[] {
    return [...(this.assigned.get(user) ?? []), ...this.throughGroup(user)];
  }

  ofGroup(group: number): Role[] {
    if (group !== this.groups.helpDesk) return [];
    return [
      {
        id: idAt("gra", this.seed, 1, 20),
        type: "HELP_DESK_ADMIN",
        label: roleLabels.HELP_DESK_ADMIN as string,
        assignmentType: "GROUP",
      },
    ];
  }

  /** Everybody with a role, in order. */
  assignees(): number[] {
    const { helpDesk } = this.groups;
    const all = new Set([
      ...this.assigned.keys(),
      ...(helpDesk === undefined ? [] : this.groups.members(helpDesk, -1, 1000)),
    ]);
    return [...all].filter((user) => this.people.exists(user) && this.of(user).length > 0).sort((a, b) => a - b);
  }

  grant(user: number, type: string): Role {
    const role = this.make(type);
    this.assigned.set(user, [...(this.assigned.get(user) ?? []), role]);
    return role;
  }

  revoke(user: number, id: string): Role | undefined {
    const mine = this.assigned.get(user) ?? [];
    const role = mine.find((one) => one.id === id);
    if (role)
      this.assigned.set(
        user,
        mine.filter((one) => one !== role),
      );
    return role;
  }

  record(role: Role, origin: string): Record<string, unknown> {
    const common = {
      ...role,
      status: "ACTIVE",
      created: "2025-01-10T09:00:00.000Z",
      lastUpdated: "2025-01-10T09:00:00.000Z",
    };
    if (role.type !== "CUSTOM") return common;
    return {
      ...common,
      role: this.custom.id,
      "resource-set": idAt("iam", this.seed, 1, 20),
      _links: { role: { href: `${origin}/api/v1/iam/roles/${this.custom.id}` } },
    };
  }

  private throughGroup(user: number): Role[] {
    const { helpDesk } = this.groups;
    return helpDesk !== undefined && this.groups.has(helpDesk, user) ? this.ofGroup(helpDesk) : [];
  }

  private make(type: string): Role {
    this.made += 1;
    return {
      id: idAt(type === "CUSTOM" ? "irb" : "ra1", this.seed, this.made, 20),
      type,
      label: type === "CUSTOM" ? this.custom.label : (roleLabels[type] ?? type),
      assignmentType: "USER",
    };
  }
}
