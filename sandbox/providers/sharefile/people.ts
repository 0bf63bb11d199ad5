import { mix, uuidAt } from "../../generator.ts";
import { Groups, groupName, People } from "../../kit/directory.ts";
import { uuids } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";

type Status = "active" | "disabled";
const dayMs = 86_400_000;

/** The first three are administrators; two of three people are employees, the others clients; every seventh uses a password alone. */
export class ShareFilePeople extends People<Status> {
  readonly #options: Required<TenantOptions>;

  constructor(options: Required<TenantOptions>) {
    const { seed, users } = options;
    super(options, {
      ...uuids(seed, 1031),
      statusOf: (index) => (index < 10 || index >= users || mix(seed, index, 1032) % 100 < 94 ? "active" : "disabled"),
    });
    this.#options = options;
  }

  isClient(index: number): boolean {
    return index % 3 === 2 && index > 2;
  }

  roles(index: number): string[] {
    if (this.isClient(index)) return ["Client"];
    if (index === 0) return ["Employee", "MasterAdmin"];
    return index < 3 ? ["Employee", "AdminManageEmployees"] : ["Employee"];
  }

  contact(index: number): Record<string, unknown> {
    const { first, last, name } = this.person(index);
    const CreatedDate = new Date(this.#options.createdAt - 400 * dayMs).toISOString();
    return {
      "odata.type": "ShareFile.Api.Models.Contact",
      ...{ Id: this.idOf(index), Name: name, FirstName: first, LastName: last, Email: this.emailOf(index) },
      ...{ Company: "Tern", IsConfirmed: true, CreatedDate },
    };
  }

  /** https://github.com/citrix/ShareFile-NET, Models/User.cs and UserSecurity.cs */
  record(index: number, withSecurity: boolean): Record<string, unknown> {
    const { seed, createdAt } = this.#options;
    const { first, last, name } = this.person(index);
    const seen = new Date(createdAt - (mix(seed, index, 1033) % (120 * dayMs))).toISOString();
    return {
      "odata.type": "ShareFile.Api.Models.AccountUser",
      ...{ Id: this.idOf(index), Email: this.emailOf(index), Username: this.emailOf(index), FullName: name },
      ...{ FirstName: first, LastName: last, Company: "Tern", IsConfirmed: true, IsDeleted: false },
      ...{ DateCreated: new Date(createdAt - 400 * dayMs).toISOString(), Roles: this.roles(index) },
      ...(withSecurity && {
        Security: {
          ...{
            IsDisabled: this.status(index) === "disabled",
            IsLocked: false,
            LastAnyLogin: seen,
            FailedLoginCount: 0,
          },
          UserAuthenticationType: index % 7 === 6 ? "Basic" : "TwoFactor",
        },
      }),
    };
  }
}

/** Everybody is in one group. */
export class ShareFileGroups extends Groups {
  readonly #seed: number;

  constructor({ seed, groups }: Required<TenantOptions>, people: ShareFilePeople) {
    super(people, { count: groups, isMember: (group, person) => person % Math.max(1, groups) === group });
    this.#seed = seed;
  }

  idOf(group: number): string {
    return `g${uuidAt(this.#seed, group, 1034).slice(1)}`;
  }

  find(id: string): number | undefined {
    const group = Array.from({ length: this.count }, (_, place) => place).find((place) => this.idOf(place) === id);
    return group;
  }

  record(group: number): Record<string, unknown> {
    return { "odata.type": "ShareFile.Api.Models.Group", Id: this.idOf(group), Name: groupName(group), IsShared: true };
  }
}
