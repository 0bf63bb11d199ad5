import { Groups, groupName, type People } from "../../kit/directory.ts";
import { numericIds } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";
import { iso } from "./answers.ts";
import type { Status } from "./people.ts";

const ids = numericIds(233_137_358_010_000);

/** Everybody is in one or two groups; the fourth administrator owns them all. */
export class SmartsheetGroups extends Groups {
  readonly #people: People<Status>;
  readonly #createdAt: number;

  constructor({ groups, createdAt }: Required<TenantOptions>, people: People<Status>) {
    super(people, {
      count: groups,
      isMember: (group, person) => person % groups === group || (person % 7 === 0 && group === 0),
    });
    this.#people = people;
    this.#createdAt = createdAt;
  }

  idOf(group: number): string {
    return ids.idOf(group);
  }

  find(id: string): number | undefined {
    const group = ids.indexOfId(id);
    return group !== undefined && group < this.count ? group : undefined;
  }

  record(group: number): Record<string, unknown> {
    const owner = Math.min(3, this.#people.count - 1);
    return {
      id: Number(ids.idOf(group)),
      name: groupName(group),
      description: `People of ${groupName(group)}`,
      owner: this.#people.emailOf(owner),
      ownerId: Number(this.#people.idOf(owner)),
      createdAt: iso(this.#createdAt - 90 * 86_400_000),
      modifiedAt: iso(this.changedAt(group) ?? this.#createdAt),
    };
  }

  memberRecords(group: number): Record<string, unknown>[] {
    const all = Array.from({ length: this.#people.count }, (_, person) => person);
    return all
      .filter((person) => this.has(group, person))
      .map((person) => {
        const { first, last, name } = this.#people.person(person);
        const id = Number(this.#people.idOf(person));
        return { id, email: this.#people.emailOf(person), firstName: first, lastName: last, name };
      });
  }
}
