import { mix } from "../../generator.ts";
import { Groups, groupName, People } from "../../kit/directory.ts";
import type { Ids } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";
import { timeOf } from "./answers.ts";
import { salesforceIds } from "./ids.ts";
import type { Row } from "./soql.ts";

export type Status = "active" | "frozen" | "inactive";

const dayMs = 86_400_000;
const partnerCount = 40;

/** Who has which profile; the first people are administrators. */
export const profiles = ["System Administrator", "Standard User", "Partner Community User", "Read Only"];
/** `User Manager` makes an administrator. */
export const permissionSets = ["User Manager", "Event Reader", "Report Builder"];

/** People of the org, and users of its partner portal. */
export class SalesforcePeople extends People<Status> {
  readonly #ids: Ids;
  readonly #createdAt: number;
  readonly #roles: number;

  constructor(options: Required<TenantOptions>) {
    const ids = salesforceIds("005", options.seed);
    super(options, {
      ...ids,
      statusOf: (index) =>
        index < 12 || index >= options.users || mix(options.seed, index, 411) % 100 < 95 ? "active" : "inactive",
    });
    this.#ids = ids;
    this.#createdAt = options.createdAt;
    this.#roles = Math.floor(options.groups / 3);
  }

  profileOf(index: number): number {
    return index < 3 ? 0 : 1;
  }

  /** The number of the role among all groups; undefined for people without one. */
  roleOf(index: number): number | undefined {
    const choice = mix(this.seed, index, 412) % (this.#roles + 1);
    return choice === 0 ? undefined : choice * 3 - 1;
  }

  record(index: number, ids: { profile: Ids; role: Ids }): Row {
    const profile = this.profileOf(index);
    const role = this.roleOf(index);
    const created = this.#createdAt - (200 + (mix(this.seed, index, 413) % 900)) * dayMs;
    const idle = mix(this.seed, index, 414) % 12 === 0 ? 120 : mix(this.seed, index, 415) % 20;
    const isActive = this.status(index) !== "inactive";
    return {
      ...{ Id: this.idOf(index), Username: `${this.person(index).handle}@${this.domain}`, Email: this.emailOf(index) },
      ...{ Name: this.person(index).name, FederationIdentifier: null, UserType: "Standard", IsActive: isActive },
      LastLoginDate: timeOf(this.edits(index).signedInAt ?? this.#createdAt - idle * dayMs),
      LastPasswordChangeDate: timeOf(created + 30 * dayMs),
      ...{ ProfileId: ids.profile.idOf(profile), Profile: profileOf(profile) },
      UserRoleId: role === undefined ? null : ids.role.idOf(role),
      ...{ CreatedDate: timeOf(created), SystemModstamp: timeOf(this.edits(index).updatedAt ?? created) },
    };
  }

  get partnerIds(): string[] {
    return Array.from({ length: partnerCount }, (_, index) => this.#ids.idOf(partnerOffset + index));
  }

  partnerId(email: string): string | undefined {
    const [, number] = /^partner(\d+)@outside\.example$/.exec(email) ?? [];
    return number !== undefined && Number(number) < partnerCount
      ? this.#ids.idOf(partnerOffset + Number(number))
      : undefined;
  }

  partnerEmail(id: string): string | undefined {
    const number = (this.#ids.indexOfId(id) ?? 0) - partnerOffset;
    return number >= 0 && number < partnerCount ? `partner${number}@outside.example` : undefined;
  }

  partnerRecords(ids: { profile: Ids }): Row[] {
    return this.partnerIds.map((Id, index) => ({
      ...{ Id, Username: `partner${index}@outside.example.portal`, Email: `partner${index}@outside.example` },
      ...{ Name: `Partner ${index}`, FederationIdentifier: null, UserType: "PowerPartner", IsActive: true },
      ...{ LastLoginDate: null, LastPasswordChangeDate: null, ProfileId: ids.profile.idOf(2), Profile: profileOf(2) },
      ...{ UserRoleId: null, CreatedDate: timeOf(this.#createdAt), SystemModstamp: timeOf(this.#createdAt) },
    }));
  }
}

const partnerOffset = 1_000_000;

function profileOf(profile: number): Row {
  return { Name: profiles[profile], UserLicense: { Name: "Salesforce" }, ...flags(profile === 0) };
}

/** Permissions of a profile or permission set. */
export function flags(all: boolean, manageUsers = all): Row {
  return {
    ...{ PermissionsModifyAllData: all, PermissionsManageUsers: manageUsers, PermissionsViewAllData: all },
    ...{ PermissionsPasswordNeverExpires: false, PermissionsCanApproveUninstalledApps: all },
  };
}

/** Public groups, queues and roles, in turn. */
export class SalesforceGroups extends Groups {
  readonly ids: Ids;
  readonly roleIds: Ids;

  constructor(options: Required<TenantOptions>, people: SalesforcePeople) {
    const { seed, groups: count } = options;
    super(people, {
      count,
      isMember: (group, person) =>
        kindOf(group) === "role" ? people.roleOf(person) === group : mix(seed, group * 100_003 + person, 416) % 4 === 0,
    });
    this.ids = salesforceIds("00G", seed);
    this.roleIds = salesforceIds("00E", seed);
  }

  find(id: string): number | undefined {
    const index = this.ids.indexOfId(id) ?? this.roleIds.indexOfId(id);
    return index !== undefined && index < this.count ? index : undefined;
  }

  numbers(kind: ReturnType<typeof kindOf>): number[] {
    return Array.from({ length: this.count }, (_, group) => group).filter((group) => kindOf(group) === kind);
  }

  name(group: number): string {
    return groupName(group);
  }
}

export function kindOf(group: number): "public" | "queue" | "role" {
  return (["public", "queue", "role"] as const)[group % 3] ?? "public";
}
