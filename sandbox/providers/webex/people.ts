import { chance, mix, uuidAt } from "../../generator.ts";
import { Groups, People } from "../../kit/directory.ts";
import { uuids } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";
import { hydra, iso, uuidOf } from "./answers.ts";

export type Status = "active" | "suspended" | "pending";

const dayMs = 86_400_000;

export const roleNames = [
  ...[
    "Full Administrator",
    "Read-only administrator",
    "User Administrator",
    "Device Administrator",
    "Compliance Officer",
  ],
];

/** People of one organization, with roles and licences. */
export class WebexPeople extends People<Status> {
  readonly orgUuid: string;
  readonly orgId: string;
  readonly siteUrl: string;
  readonly #options: Required<TenantOptions>;
  readonly #roles = new Map<number, string[]>();

  constructor(options: Required<TenantOptions>) {
    const inside = uuids(options.seed, 901);
    super(options, {
      idOf: (index) => hydra("PEOPLE", inside.idOf(index)),
      indexOfId: (id) => inside.indexOfId(uuidOf("PEOPLE", id) ?? ""),
      // The first are administrators and people the demo knows by name.
      statusOf: (index) => (index < 6 ? "active" : chance(mix(options.seed, index, 902), 5) ? "pending" : "active"),
    });
    this.#options = options;
    this.orgUuid = uuidAt(options.seed, 0, 903);
    this.orgId = hydra("ORGANIZATION", this.orgUuid);
    this.siteUrl = `${options.name}.webex.com`;
  }

  uuidOf(index: number): string {
    return uuidOf("PEOPLE", this.idOf(index)) ?? "";
  }

  roleId(number: number): string {
    return hydra("ROLE", uuidAt(this.seed, number, 904));
  }

  licenceId(number: number): string {
    return hydra("LICENSE", uuidAt(this.seed, number, 905));
  }

  rolesOf(index: number): string[] {
    const roles = this.#roles.get(index);
    if (roles) return roles;
    // The account that Gatehouse signs in with has both roles that it needs.
    const numbers = index === 0 ? [0, 4] : index === 1 ? [0] : index < 5 ? [index - 1] : [];
    return numbers.map((number) => this.roleId(number));
  }

  setRoles(index: number, roles: string[]): void {
    this.#roles.set(index, roles);
  }

  record(index: number): Record<string, unknown> {
    const { first, last, name } = this.person(index);
    const status = this.status(index);
    const { createdAt } = this.#options;
    const created = createdAt - (60 + (mix(this.seed, index, 906) % 900)) * dayMs;
    return {
      id: this.idOf(index),
      emails: [this.emailOf(index)],
      phoneNumbers: [{ type: "work", value: `+1 408 555 ${String(1000 + (index % 9000))}`, primary: true }],
      displayName: name,
      firstName: first,
      lastName: last,
      orgId: this.orgId,
      roles: this.rolesOf(index),
      licenses: index % 5 === 4 ? [] : [this.licenceId(index % 2)],
      created: iso(created),
      lastModified: iso(this.edits(index).updatedAt ?? created),
      ...(status === "pending" ? {} : { lastActivity: iso(createdAt - (mix(this.seed, index, 907) % (120 * dayMs))) }),
      siteUrls: index % 2 === 0 ? [] : [`${this.siteUrl}#attendee`],
      // Its description has these as text, unlike what is written.
      invitePending: String(status === "pending"),
      loginEnabled: String(status !== "suspended"),
      type: "person",
      ...this.edits(index).profile,
    };
  }

  licences(): Record<string, unknown>[] {
    const units = { totalUnits: this.count + 20, consumedUnits: this.present, consumedByUsers: this.present };
    const subscriptionId = "Sub-sandbox1";
    return [
      { id: this.licenceId(0), name: "Messaging", ...units, consumedByWorkspaces: 0, subscriptionId },
      {
        ...{ id: this.licenceId(1), name: "Meeting - Webex Meeting Center", ...units, consumedByWorkspaces: 0 },
        ...{ subscriptionId, siteUrl: this.siteUrl, siteType: "Control Hub managed site" },
      },
    ];
  }
}

export class WebexGroups extends Groups {
  readonly #seed: number;
  readonly #orgUuid: string;

  constructor(options: Required<TenantOptions>, people: WebexPeople) {
    const { seed } = options;
    super(people, {
      count: options.groups,
      isMember: (group, person) => mix(seed, group * 100_003 + person, 908) % 4 === 0 || person === group,
    });
    this.#seed = seed;
    this.#orgUuid = people.orgUuid;
  }

  idOf(group: number): string {
    return hydra("SCIM_GROUP", `${uuidAt(this.#seed, group, 909)}:${this.#orgUuid}`);
  }

  find(id: string): number | undefined {
    const group = Array.from({ length: this.count }, (_, index) => index).find((index) => this.idOf(index) === id);
    return group;
  }
}
