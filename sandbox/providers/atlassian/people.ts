import { mix } from "../../generator.ts";
import { Groups, groupName, People } from "../../kit/directory.ts";
import { uuids } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";

export type Status = "active" | "suspended" | "deactivated";
const dayMs = 86_400_000;
const orgAdmin = "atlassian/org-admin";

/** The first three are organization admins, the next two site admins; every eleventh account is not managed, every sixth has no second step. */
export class AtlassianPeople extends People<Status> {
  readonly #options: Required<TenantOptions>;
  readonly #demoted = new Set<number>();

  constructor(options: Required<TenantOptions>) {
    const { seed, users } = options;
    const own = uuids(seed, 991);
    super(options, {
      idOf: (index) => `712020:${own.idOf(index)}`,
      indexOfId: (id) => (id.startsWith("712020:") ? own.indexOfId(id.slice(7)) : undefined),
      statusOf: (index) => {
        const number = index < 12 || index >= users ? 0 : mix(seed, index, 992) % 100;
        return number < 92 ? "active" : number < 97 ? "suspended" : "deactivated";
      },
    });
    this.#options = options;
  }

  isManaged(index: number): boolean {
    return index % 11 !== 10;
  }

  roles(index: number): string[] {
    const base =
      index < 3 && !this.#demoted.has(index) ? [orgAdmin] : index === 3 || index === 4 ? ["atlassian/site-admin"] : [];
    return base.length > 0 ? base : ["atlassian/user"];
  }

  demote(index: number): void {
    this.#demoted.add(index);
  }

  /** https://developer.atlassian.com/cloud/admin/organization/rest/api-group-users/ */
  record(index: number, expand: readonly string[], groups: { id: string; name: string }[]): Record<string, unknown> {
    const { seed, createdAt } = this.#options;
    const { name, handle } = this.person(index);
    const status = this.status(index);
    const lastActive = new Date(createdAt - (mix(seed, index, 993) % (120 * dayMs))).toISOString().slice(0, 10);
    return {
      ...{
        accountId: this.idOf(index),
        accountType: "atlassian",
        status,
        accountStatus: status === "deactivated" ? "inactive" : "active",
      },
      ...{ membershipStatus: status === "active" ? "active" : "suspended", addedToOrg: "2025-03-02T09:00:00Z" },
      ...{ name, nickname: handle, email: this.emailOf(index), emailVerified: true },
      claimStatus: this.isManaged(index) ? "managed" : "unmanaged",
      ...(expand.includes("platformRoles") && { platformRoles: this.roles(index) }),
      ...{ managementSource: "synced", mfaEnabled: index % 6 !== 5, deactivatedOn: null, forDeletion: false },
      ...(expand.includes("productAccess") && { productAccess: [{ key: "jira", lastActive }] }),
      ...(expand.includes("groups") && { groups }),
    };
  }
}

/** Everybody is in one group. */
export class AtlassianGroups extends Groups {
  readonly #ids;

  constructor({ seed, groups }: Required<TenantOptions>, people: AtlassianPeople) {
    super(people, { count: groups, isMember: (group, person) => person % Math.max(1, groups) === group });
    this.#ids = uuids(seed, 994);
  }

  idOf(group: number): string {
    return this.#ids.idOf(group);
  }

  find(id: string): number | undefined {
    const group = this.#ids.indexOfId(id);
    return group !== undefined && group < this.count ? group : undefined;
  }

  of(person: number): { id: string; name: string }[] {
    return Array.from({ length: this.count }, (_, group) => group)
      .filter((group) => this.has(group, person))
      .map((group) => ({ id: this.idOf(group), name: groupName(group) }));
  }

  record(group: number): Record<string, unknown> {
    return {
      id: this.idOf(group),
      name: groupName(group),
      description: "",
      directoryId: "main",
      externalSynced: false,
    };
  }
}
