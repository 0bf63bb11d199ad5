import { chance, mix, pick } from "../../generator.ts";
import { Groups, groupName, type People } from "../../kit/directory.ts";
import { numericIds } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";

const groupIds = numericIds(754_959_588_048_552);
const purposes = ["WORK_DISCUSSION", "WORK_ANNOUNCEMENT", "WORK_FEEDBACK", "WORK_SOCIAL", "WORK_TEAM"];

export interface Group {
  id: string;
  name: string;
  privacy: "OPEN" | "CLOSED" | "SECRET";
  purpose: string;
  archived: boolean;
  /** Epoch seconds. */
  updatedAt: number;
}

/** Group 0 is everybody; the members of each other one are neighbours in the list of people, of whom the first owns it. */
export class WorkplaceGroups extends Groups {
  readonly #options: Required<TenantOptions>;

  constructor(options: Required<TenantOptions>, people: People<string>) {
    const { seed, users, groups } = options;
    super(people, {
      count: groups,
      isMember: (group, person) =>
        group === 0 ||
        (person - this.ownerOf(group) + users) % users < Math.min(users, 3 + (mix(seed, group, 465) % 200)),
    });
    this.#options = options;
  }

  ownerOf(group: number): number {
    return group === 0 ? 0 : mix(this.#options.seed, group, 466) % Math.max(1, this.#options.users);
  }

  find(id: string): number | undefined {
    const group = groupIds.indexOfId(id);
    return group !== undefined && group < this.count ? group : undefined;
  }

  record(group: number): Group {
    const { seed, createdAt } = this.#options;
    const privacy = pick(["OPEN", "CLOSED", "CLOSED", "SECRET"] as const, mix(seed, group, 462));
    return {
      id: groupIds.idOf(group),
      name: group === 0 ? "Everybody" : groupName(group - 1),
      privacy: group === 0 ? "OPEN" : privacy,
      purpose: pick(purposes, mix(seed, group, 463)),
      archived: group > 0 && chance(mix(seed, group, 464), 5),
      updatedAt: Math.floor(createdAt / 1000) - (mix(seed, group, 461) % 2_000_000),
    };
  }
}
