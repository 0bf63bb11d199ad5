import { chance, mix } from "../../generator.ts";
import { Groups, groupName, People } from "../../kit/directory.ts";
import { ids } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";
import { tag, timeOf } from "./answers.ts";

export type Status = "active" | "invited" | "suspended";

export interface Role {
  role_id: string;
  name: string;
  description: string;
}

/** https://www.dropbox.com/developers/documentation/http/teams#team-members-get_available_team_member_roles */
export const roles: readonly Role[] = [
  { role_id: "pid_dbtmr:2345", name: "Team admin", description: "Manage everything of the team." },
  { role_id: "pid_dbtmr:3456", name: "User management admin", description: "Add, remove, and manage member accounts." },
  { role_id: "pid_dbtmr:4567", name: "Support admin", description: "Help members with sign-in and security issues." },
  { role_id: "pid_dbtmr:5678", name: "Security admin", description: "Manage the team's security settings." },
];

const dayMs = 86_400_000;
/** Namespace of the team space, the same for everybody. */
export const teamSpaceId = "9000001";

/** Members of the team; the first ones are administrators. */
export class DropboxPeople extends People<Status> {
  readonly #accounts;
  readonly #createdAt: number;
  readonly #roles = new Map<number, Role | null>();
  readonly removed: number[] = [];

  constructor(options: Required<TenantOptions>) {
    const { seed, createdAt } = options;
    super(options, {
      ...ids("dbmid:AAH", seed, 40),
      statusOf: (index) => (index > 6 && chance(mix(seed, index, 501), 4) ? "invited" : "active"),
    });
    this.#accounts = ids("dbid:AAH", seed + 7, 40);
    this.#createdAt = createdAt;
  }

  accountOf(index: number): string {
    return this.#accounts.idOf(index);
  }

  /** By member id, account id, address or handle. */
  override find(text: string): number | undefined {
    const byAccount = this.#accounts.indexOfId(text);
    return byAccount !== undefined && this.exists(byAccount) ? byAccount : super.find(text);
  }

  homeOf(index: number): string {
    return String(2_000_000 + index);
  }

  /** Whose home a namespace is: invited people have none yet. */
  personAtHome(namespaceId: string): number | undefined {
    const index = Number(namespaceId) - 2_000_000;
    return this.exists(index) && this.status(index) !== "invited" ? index : undefined;
  }

  roleOf(index: number): Role | null {
    const given = this.#roles.get(index);
    if (given !== undefined) return given;
    return index < 3 ? (roles[0] as Role) : index < 6 ? (roles[index - 2] as Role) : null;
  }

  setRole(index: number, role: Role | null): void {
    this.#roles.set(index, role);
  }

  override remove(index: number, now: number): void {
    if (this.exists(index)) this.removed.push(index);
    super.remove(index, now);
  }

  name(index: number): Record<string, string> {
    const { first, last, name } = this.person(index);
    return {
      ...{ given_name: first, surname: last, familiar_name: first, display_name: name },
      abbreviated_name: `${first.charAt(0)}${last.charAt(0)}`,
    };
  }

  /** What group members are listed with. */
  memberProfile(index: number): Record<string, unknown> {
    const status = this.status(index);
    const invitedAt = this.#createdAt - (40 + (mix(this.seed, index, 502) % 400)) * dayMs;
    const suspendedAt = this.edits(index).statusChangedAt ?? this.#createdAt;
    return {
      team_member_id: this.idOf(index),
      account_id: this.accountOf(index),
      email: this.emailOf(index),
      email_verified: status !== "invited",
      status: this.exists(index) ? tag(status) : { ".tag": "removed", is_recoverable: true, is_disconnected: false },
      name: this.name(index),
      membership_type: tag("full"),
      invited_on: timeOf(invitedAt),
      ...(status !== "invited" && { joined_on: timeOf(invitedAt + dayMs) }),
      ...(status === "suspended" && { suspended_on: timeOf(suspendedAt) }),
    };
  }

  record(index: number, groups: DropboxGroups): Record<string, unknown> {
    const role = this.exists(index) ? this.roleOf(index) : null;
    return {
      profile: {
        ...this.memberProfile(index),
        groups: groups.of(index),
        member_folder_id: this.homeOf(index),
        root_folder_id: teamSpaceId,
      },
      roles: role ? [role] : [],
    };
  }
}

export class DropboxGroups extends Groups {
  readonly #ids;

  constructor(options: Required<TenantOptions>, people: DropboxPeople) {
    const { seed, groups: count } = options;
    super(people, { count, isMember: (group, person) => mix(seed, group * 100_003 + person, 503) % 4 === 0 });
    this.#ids = ids("g:", seed, 34);
  }

  idOf(group: number): string {
    return this.#ids.idOf(group);
  }

  find(id: string): number | undefined {
    const index = this.#ids.indexOfId(id);
    return index !== undefined && index < this.count ? index : undefined;
  }

  of(person: number): string[] {
    return Array.from({ length: this.count }, (_, group) => group)
      .filter((group) => this.has(group, person))
      .map((group) => this.idOf(group));
  }

  record(group: number): Record<string, unknown> {
    const members = this.members(group);
    const count = Array.from({ length: members.count }, (_, place) => members.at(place)).filter(
      (one) => one !== undefined,
    );
    return {
      group_name: groupName(group),
      group_id: this.idOf(group),
      member_count: count.length,
      group_management_type: tag("company_managed"),
    };
  }
}
