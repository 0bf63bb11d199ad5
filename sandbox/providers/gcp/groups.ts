import { mix } from "../../generator.ts";
import { Groups, groupName } from "../../kit/directory.ts";
import type { TenantOptions } from "../../provider.ts";
import type { Principals } from "./principals.ts";

/** Groups of Cloud Identity; the second one has the third one in it. */
export class CloudGroups extends Groups {
  readonly #seed: number;
  readonly #domain: string;

  constructor(options: Required<TenantOptions>, people: Principals) {
    super(people, {
      count: options.groups,
      isMember: (group, person) => !people.isAccount(person) && mix(options.seed, group * 7919 + person, 621) % 6 === 0,
    });
    this.#seed = options.seed;
    this.#domain = people.domain;
  }

  emailOf(group: number): string {
    return `${groupName(group).toLowerCase().replaceAll(" ", "-")}@${this.#domain}`;
  }

  /** `groups/01abc…` */
  nameOf(group: number): string {
    return `groups/0${mix(this.#seed, group, 622).toString(36).padStart(7, "0")}${group.toString(36).padStart(3, "0")}`;
  }

  byEmail(email: string): number | undefined {
    return this.#find((group) => this.emailOf(group) === email.toLowerCase());
  }

  find(id: string): number | undefined {
    return this.#find((group) =>
      [this.nameOf(group), this.emailOf(group), `group:${this.emailOf(group)}`].includes(id),
    );
  }

  nestedIn(group: number): number | undefined {
    return group === 1 && this.count > 2 ? 2 : undefined;
  }

  #find(wanted: (group: number) => boolean): number | undefined {
    const found = Array.from({ length: this.count }, (_, group) => group).find(wanted);
    return found;
  }
}
