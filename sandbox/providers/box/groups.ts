import { mix } from "../../generator.ts";
import { Groups, groupName } from "../../kit/directory.ts";
import { numericIds } from "../../kit/ids.ts";
import { timeOf } from "./answers.ts";
import type { BoxPeople } from "./people.ts";

const ids = numericIds(11_000_000);

export class BoxGroups extends Groups {
  readonly #seed: number;
  readonly #createdAt: number;

  constructor(options: { seed: number; groups: number; createdAt: number }, people: BoxPeople) {
    const { seed, groups: count, createdAt } = options;
    const isMember = (group: number, person: number) => mix(seed, group * 100_003 + person, 331) % 4 === 0;
    super(people, { count, isMember });
    this.#seed = seed;
    this.#createdAt = createdAt;
  }

  find(id: string): number | undefined {
    const index = ids.indexOfId(id);
    return index !== undefined && index < this.count ? index : undefined;
  }

  mini(group: number): Record<string, unknown> & { type: "group"; id: string; name: string } {
    return { type: "group", id: ids.idOf(group), name: groupName(group), group_type: "managed_group" };
  }

  record(group: number): Record<string, unknown> {
    const created = this.#createdAt - (10 + (mix(this.#seed, group, 332) % 300)) * 86_400_000;
    const changed = this.changedAt(group) ?? created;
    return { ...this.mini(group), created_at: timeOf(created), modified_at: timeOf(changed), description: "" };
  }

  membership(group: number, person: number, people: BoxPeople): Record<string, unknown> {
    return {
      type: "group_membership",
      id: String(70_000_000 + group * 100_000 + person),
      user: people.mini(person),
      group: this.mini(group),
      role: mix(this.#seed, group * 7 + person, 333) % 8 === 0 ? "admin" : "member",
      created_at: timeOf(this.#createdAt),
      modified_at: timeOf(this.#createdAt),
    };
  }
}
