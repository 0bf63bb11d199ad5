import { mix } from "../../generator.ts";
import { Groups, groupName, People } from "../../kit/directory.ts";
import { numericIds, uuids } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";
import { seconds } from "./answers.ts";

const dayMs = 86_400_000;

/** People of a domain: two administrators, power users, and standard users of other organisations. */
export class EgnytePeople extends People<"active" | "inactive"> {
  readonly #madeAt: number;

  constructor(options: Required<TenantOptions>) {
    const statusOf = (index: number) => (index % 11 === 10 ? ("inactive" as const) : ("active" as const));
    super(options, { ...numericIds(9_967_000_001), statusOf });
    this.#madeAt = options.createdAt;
  }

  typeOf(index: number): string {
    const edited = this.edits(index).profile?.userType;
    if (typeof edited === "string") return edited;
    return index < 2 || index === 5 ? "admin" : index % 6 === 4 ? "standard" : "power";
  }

  /** `Ana Ruiz ( ana@acme.example )` */
  labelOf(index: number): string {
    return `${this.person(index).name} ( ${this.emailOf(index)} )`;
  }

  /** https://developers.egnyte.com/docs/User_Management_API_Documentation */
  recordOf(index: number): Record<string, unknown> {
    const { name, handle } = this.person(index);
    const [givenName = "", ...family] = name.split(" ");
    const userType = this.typeOf(index);
    const noise = mix(this.seed, index, 816);
    return {
      id: Number(this.idOf(index)),
      ...{ userName: handle, externalId: null, email: this.emailOf(index) },
      name: { formatted: name, givenName, familyName: family.join(" ") },
      ...{ active: this.status(index) === "active", locked: index === 9, userType },
      ...{ authType: index % 7 === 3 ? "egnyte" : "sso", role: index === 6 ? "Helpdesk" : null },
      ...{ idpUserId: handle, userPrincipalName: null, isServiceAccount: index === 5 },
      createdDate: seconds(this.#madeAt - 400 * dayMs),
      lastModificationDate: seconds(this.edits(index).updatedAt ?? this.#madeAt - 30 * dayMs),
      lastActiveDate: seconds(this.#madeAt - (index % 13 === 12 ? 120 : noise % 20) * dayMs),
      expiryDate: userType === "standard" && index % 4 === 0 ? seconds(this.#madeAt + 90 * dayMs) : null,
    };
  }
}

export class EgnyteGroups extends Groups {
  readonly ids;
  readonly #people: EgnytePeople;

  constructor(options: Required<TenantOptions>, people: EgnytePeople) {
    super(people, {
      count: options.groups,
      isMember: (group, person) => mix(options.seed, group * 7919 + person, 817) % 4 === 0,
    });
    this.ids = uuids(options.seed, 818);
    this.#people = people;
  }

  recordOf(group: number): Record<string, unknown> {
    return { id: this.ids.idOf(group), displayName: groupName(group) };
  }

  find(id: string): number | undefined {
    const group = this.ids.indexOfId(id);
    return group !== undefined && group < this.count ? group : undefined;
  }

  membersOf(group: number): Record<string, unknown>[] {
    const present = Array.from({ length: this.#people.count }, (_, index) => index).filter((one) =>
      this.has(group, one),
    );
    return present.map((index) => ({
      username: this.#people.person(index).handle,
      value: Number(this.#people.idOf(index)),
      display: this.#people.person(index).name,
    }));
  }
}
