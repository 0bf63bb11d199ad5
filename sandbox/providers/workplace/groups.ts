import { chance, mix, pick } from "../../generator.ts";
import type { TenantOptions } from "../../provider.ts";
import type { Members } from "./members.ts";
import { departments } from "./members.ts";

const firstId = 754_959_588_048_552;
const purposes = ["WORK_DISCUSSION", "WORK_ANNOUNCEMENT", "WORK_FEEDBACK", "WORK_SOCIAL", "WORK_TEAM"];

export interface Group {
  index: number;
  id: string;
  name: string;
  privacy: "OPEN" | "CLOSED" | "SECRET";
  purpose: string;
  archived: boolean;
  ownerIndex: number;
  updatedAt: number;
}

/** Groups by index. A group's members are neighbours in the list of people, so any page of them is computed. */
export class Groups {
  readonly #options: Required<TenantOptions>;
  readonly #members: Members;

  constructor(options: Required<TenantOptions>, members: Members) {
    this.#options = options;
    this.#members = members;
  }

  get count(): number {
    return this.#options.groups;
  }

  at(index: number): Group {
    const { seed, createdAt } = this.#options;
    const random = mix(seed, index, 461);
    const department = pick(departments, index);
    return {
      index,
      id: String(firstId + index),
      name:
        index === 0 ? "Everybody" : `${department} ${pick(["Team", "News", "Questions", "Projects"], random)} ${index}`,
      privacy: index === 0 ? "OPEN" : pick(["OPEN", "CLOSED", "CLOSED", "SECRET"] as const, mix(seed, index, 462)),
      purpose: pick(purposes, mix(seed, index, 463)),
      archived: index > 0 && chance(mix(seed, index, 464), 5),
      ownerIndex: this.#firstOf(index),
      updatedAt: Math.floor(createdAt / 1000) - (random % 2_000_000),
    };
  }

  find(id: string): Group | undefined {
    const index = Number(id) - firstId;
    return Number.isSafeInteger(index) && index >= 0 && index < this.count ? this.at(index) : undefined;
  }

  /** Member indexes from a place in the group on; deleted people are left out. */
  membersOf(group: Group): { count: number; indexAt(place: number): number | undefined } {
    const { users, seed } = this.#options;
    const count = group.index === 0 ? users : Math.min(users, 3 + (mix(seed, group.index, 465) % 200));
    const first = this.#firstOf(group.index);
    return {
      count,
      indexAt: (place) => {
        const index = (first + place) % users;
        return this.#members.isDeleted(index) ? undefined : index;
      },
    };
  }

  #firstOf(index: number): number {
    return index === 0 ? 0 : mix(this.#options.seed, index, 466) % Math.max(1, this.#options.users);
  }
}
