import { idAt, indexOfId, mix } from "../../generator.ts";
import { Groups, groupName, People } from "../../kit/directory.ts";
import type { TenantOptions } from "../../provider.ts";

export type Status = "active" | "suspended";

const upper = (prefix: string, seed: number) => ({
  idOf: (index: number) => idAt(prefix.toLowerCase(), seed, index, 21).toUpperCase(),
  indexOfId: (id: string) => indexOfId(id.toLowerCase(), prefix.toLowerCase(), seed, 21),
});

const managed = (name: string) => `arn:aws:iam::aws:policy/${name}`;
export const adminPolicy = managed("AdministratorAccess");
export const denyAll = managed("AWSDenyAll");
/** AWS managed policies that are attached somewhere. */
export const managedPolicies = ["AdministratorAccess", "ReadOnlyAccess", "AWSSupportAccess", "AWSDenyAll"].map(managed);

/** IAM users: the same people as at every other provider, by their handles. */
export class IamUsers extends People<Status> {
  readonly account: string;
  readonly #policies = new Map<number, Set<string>>();
  readonly #keys = new Map<number, boolean>();
  readonly resets = new Set<number>();

  constructor(options: Required<TenantOptions>, account: string) {
    super(options, {
      ...upper("AIDA", options.seed),
      statusOf: (index) => (index > 5 && mix(options.seed, index, 711) % 12 === 0 ? "suspended" : "active"),
    });
    this.account = account;
  }

  nameOf(index: number): string {
    return this.person(index).handle;
  }

  arnOf(index: number): string {
    return `arn:aws:iam::${this.account}:user/${this.nameOf(index)}`;
  }

  /** Also by sign-in name with the account: `111122223333/mira.holt`. */
  override find(text: string): number | undefined {
    return super.find(text.replace(/^\d{12}\//, ""));
  }

  /** ARNs. Suspended users are denied everything. */
  policiesOf(index: number): string[] {
    const attached = [...this.#attached(index)];
    return this.status(index) === "suspended" ? [...attached, denyAll] : attached;
  }

  setPolicy(index: number, arn: string, attached: boolean, now: number): void {
    if (arn === denyAll) {
      this.edit(index, now, { status: attached ? "suspended" : "active" });
      return;
    }
    const policies = this.#attached(index);
    if (attached) policies.add(arn);
    else policies.delete(arn);
    this.#policies.set(index, policies);
  }

  #attached(index: number): Set<string> {
    const usual = index < 3 ? [adminPolicy] : mix(this.seed, index, 712) % 4 === 0 ? [managed("ReadOnlyAccess")] : [];
    return this.#policies.get(index) ?? new Set(usual);
  }

  keyOf(index: number): string {
    return `AKIA${this.idOf(index).slice(-16)}`;
  }

  keyIsActive(index: number): boolean {
    return this.#keys.get(index) ?? this.status(index) === "active";
  }

  setKey(index: number, active: boolean): void {
    this.#keys.set(index, active);
  }
}

export class IamGroups extends Groups {
  readonly #ids: ReturnType<typeof upper>;

  constructor(options: Required<TenantOptions>, users: IamUsers) {
    super(users, {
      count: options.groups,
      isMember: (group, person) => person > 3 && mix(options.seed, person, 721 + group) % 4 === 0,
    });
    this.#ids = upper("AGPA", options.seed);
  }

  idOf(group: number): string {
    return this.#ids.idOf(group);
  }

  nameOf(group: number): string {
    return groupName(group).replaceAll(" ", "");
  }

  find(text: string): number | undefined {
    const all = Array.from({ length: this.count }, (_, group) => group);
    return all.find((group) => this.idOf(group) === text || this.nameOf(group) === text);
  }

  /** The first group is of administrators. */
  policiesOf(group: number): string[] {
    return [group === 0 ? adminPolicy : managed("ReadOnlyAccess")];
  }

  of(person: number): number[] {
    return Array.from({ length: this.count }, (_, group) => group).filter((group) => this.has(group, person));
  }
}

export const roleNames = [
  "deploy",
  "backup",
  "AWSReservedSSO_PowerUserAccess_1f2e3d4c5b6a7980",
  "partner",
  "Gatehouse",
];

export class Roles {
  readonly account: string;
  readonly #ids: ReturnType<typeof upper>;

  constructor(options: Required<TenantOptions>, account: string) {
    this.account = account;
    this.#ids = upper("AROA", options.seed);
  }

  idOf(index: number): string {
    return this.#ids.idOf(index);
  }

  arnOf(index: number): string {
    return `arn:aws:iam::${this.account}:role/${roleNames[index]}`;
  }
}
