import { Groups, groupName, type People } from "../../kit/directory.ts";
import { type Ids, ids } from "../../kit/ids.ts";
import { iso } from "./answers.ts";
import type { Status } from "./people.ts";
import { type Target, target } from "./targets.ts";

/**
 * Group 0 is Everyone. The last of three or more is the help desk, two people who hold a role through it;
 * those between share the users out.
 */
export class OktaGroups extends Groups {
  readonly helpDesk: number | undefined;
  readonly #ids: Ids;
  readonly #createdAt: number;

  constructor(options: { seed: number; groups: number; createdAt: number }, people: People<Status>) {
    const count = Math.max(1, options.groups);
    const helpDesk = count >= 3 ? count - 1 : undefined;
    const sharing = count - (helpDesk === undefined ? 1 : 2);
    super(people, {
      count,
      isMember(group, user) {
        if (people.status(user) === "DEPROVISIONED") return false;
        if (group === 0) return true;
        return group === helpDesk ? user === 8 || user === 9 : user % sharing === group - 1;
      },
    });
    this.helpDesk = helpDesk;
    this.#ids = ids("00g", options.seed, 20);
    this.#createdAt = options.createdAt;
  }

  idOf(group: number): string {
    return this.#ids.idOf(group);
  }

  find(id: string): number | undefined {
    const group = this.#ids.indexOfId(id);
    return group !== undefined && group < this.count ? group : undefined;
  }

  nameOf(group: number): string {
    if (group === 0) return "Everyone";
    return group === this.helpDesk ? "IT help desk" : groupName(group - 1);
  }

  record(group: number, origin: string): Record<string, unknown> {
    const id = this.idOf(group);
    const name = this.nameOf(group);
    const type = group === 0 ? "BUILT_IN" : group % 5 === 4 ? "APP_GROUP" : "OKTA_GROUP";
    return {
      id,
      created: "2023-02-01T09:00:00.000Z",
      lastUpdated: "2025-06-01T09:00:00.000Z",
      lastMembershipUpdated: iso(this.changedAt(group) ?? this.#createdAt - (group + 1) * 3_600_000),
      objectClass: [type === "APP_GROUP" ? "okta:windows_security_principal" : "okta:user_group"],
      type,
      profile: { name, description: group === 0 ? "All users in your organization" : `${name} people` },
      _links: {
        users: { href: `${origin}/api/v1/groups/${id}/users` },
        apps: { href: `${origin}/api/v1/groups/${id}/apps` },
      },
    };
  }

  target(number: number): Target {
    const group = number % this.count;
    return target("UserGroup", this.idOf(group), this.nameOf(group), { alternateId: "unknown" });
  }
}
