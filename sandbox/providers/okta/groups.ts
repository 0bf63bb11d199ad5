import { idAt, indexOfId } from "../../generator.ts";
import type { Target } from "./events.ts";
import type { People } from "./people.ts";
import { iso } from "./people.ts";

const names = [
  "Engineering",
  "Sales",
  "Finance",
  "Support",
  "Legal",
  "Marketing",
  "Contractors",
  "Security",
  "Data",
  "Product",
  "Field",
  "Partners",
];
const idLength = 20;

/**
 * Group 0 is Everyone. The last of three or more is the help desk, two people who hold a role through it;
 * those between share the users out.
 */
export class Groups {
  readonly count: number;
  private readonly seed: number;
  private readonly createdAt: number;
  private readonly people: People;
  private readonly added = new Map<number, Set<number>>();
  private readonly removed = new Map<number, Set<number>>();
  private readonly changedAt = new Map<number, number>();

  constructor(options: { seed: number; groups: number; createdAt: number }, people: People) {
    this.seed = options.seed;
    this.count = Math.max(1, options.groups);
    this.createdAt = options.createdAt;
    this.people = people;
  }

  get helpDesk(): number | undefined {
    return this.count >= 3 ? this.count - 1 : undefined;
  }

  idOf(index: number): string {
    return idAt("00g", this.seed, index, idLength);
  }

  find(id: string): number | undefined {
    const index = indexOfId(id, "00g", this.seed, idLength);
    return index !== undefined && index < this.count ? index : undefined;
  }

  nameOf(index: number): string {
    if (index === 0) return "Everyone";
    if (index === this.helpDesk) return "IT help desk";
    const round = Math.floor((index - 1) / names.length);
    return `${names[(index - 1) % names.length]}${round === 0 ? "" : ` ${round + 1}`}`;
  }

  has(group: number, user: number): boolean {
    if (this.removed.get(group)?.has(user)) return false;
    if (group === 0 || this.added.get(group)?.has(user)) return true;
    if (group === this.helpDesk) return user === 8 || user === 9;
    const sharing = this.count - (this.helpDesk === undefined ? 1 : 2);
    return user % sharing === group - 1;
  }

  /** Indexes of present members after `after`. */
  members(group: number, after: number, limit: number): number[] {
    const found: number[] = [];
    for (let user = after + 1; user < this.people.total && found.length < limit; user++) {
      if (this.has(group, user) && this.people.exists(user) && this.people.status(user) !== "DEPROVISIONED")
        found.push(user);
    }
    return found;
  }

  setMember(group: number, user: number, member: boolean, now: number): void {
    setOf(member ? this.added : this.removed, group).add(user);
    setOf(member ? this.removed : this.added, group).delete(user);
    this.changedAt.set(group, now);
  }

  lastMembershipUpdated(index: number): number {
    return this.changedAt.get(index) ?? this.createdAt - (index + 1) * 3_600_000;
  }

  record(index: number, origin: string, stats: boolean): Record<string, unknown> {
    const id = this.idOf(index);
    const type = index === 0 ? "BUILT_IN" : index % 5 === 4 ? "APP_GROUP" : "OKTA_GROUP";
    return {
      id,
      created: "2023-02-01T09:00:00.000Z",
      lastUpdated: "2025-06-01T09:00:00.000Z",
      lastMembershipUpdated: iso(this.lastMembershipUpdated(index)),
      objectClass: [type === "APP_GROUP" ? "okta:windows_security_principal" : "okta:user_group"],
      type,
      profile: {
        name: this.nameOf(index),
        description: index === 0 ? "All users in your organization" : `${this.nameOf(index)} people`,
      },
      _links: {
        users: { href: `${origin}/api/v1/groups/${id}/users` },
        apps: { href: `${origin}/api/v1/groups/${id}/apps` },
      },
      ...(stats && {
        _embedded: {
          stats: {
            usersCount: this.members(index, -1, Number.POSITIVE_INFINITY).length,
            appsCount: 2,
            groupPushMappingsCount: 0,
            hasAdminPrivilege: index === this.helpDesk,
          },
        },
      }),
    };
  }

  target(number: number): Target {
    const index = number % this.count;
    return {
      id: this.idOf(index),
      type: "UserGroup",
      alternateId: "unknown",
      displayName: this.nameOf(index),
      detailEntry: null,
    };
  }
}

function setOf(sets: Map<number, Set<number>>, key: number): Set<number> {
  let set = sets.get(key);
  if (!set) {
    set = new Set();
    sets.set(key, set);
  }
  return set;
}
