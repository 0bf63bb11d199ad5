import { mix } from "../../generator.ts";
import { Groups, groupName, People } from "../../kit/directory.ts";
import { ids } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";

type Status = "member";
const dayMs = 86_400_000;

/** The first three administer every cabinet; every ninth person is from outside, every seventeenth has never registered. */
export class NetDocumentsPeople extends People<Status> {
  readonly #options: Required<TenantOptions>;

  constructor(options: Required<TenantOptions>) {
    super(options, { ...ids("DUCOT-", options.seed, 14), statusOf: () => "member" });
    this.#options = options;
  }

  isExternal(index: number): boolean {
    return index % 9 === 8;
  }

  record(index: number): Record<string, unknown> {
    const { seed, createdAt } = this.#options;
    const isRegistered = index % 17 !== 16;
    const seen = createdAt - (mix(seed, index, 1011) % (140 * dayMs));
    return {
      ...{ id: this.idOf(index), displayName: this.person(index).name, email: this.emailOf(index) },
      external: this.isExternal(index),
      lastLogin: isRegistered ? new Date(seen).toISOString() : "",
      registered: isRegistered ? "2024-03-01T10:00:00Z" : "",
    };
  }
}

/** The first group has the administrators; the last is one of people from outside. */
export class NetDocumentsGroups extends Groups {
  readonly #ids;

  constructor({ seed, groups }: Required<TenantOptions>, people: NetDocumentsPeople) {
    const last = groups - 1;
    super(people, {
      count: groups,
      isMember: (group, person) =>
        group === 0
          ? person < 3
          : group === last
            ? people.isExternal(person)
            : person % (groups - 2 || 1) === group - 1,
    });
    this.#ids = ids("UG-", seed, 11);
  }

  idOf(group: number): string {
    return this.#ids.idOf(group);
  }

  find(id: string): number | undefined {
    const group = this.#ids.indexOfId(id);
    return group !== undefined && group < this.count ? group : undefined;
  }

  record(group: number): Record<string, unknown> {
    const isLast = group === this.count - 1;
    const name = group === 0 ? "Administrators" : isLast ? "Clients" : groupName(group - 1);
    return { id: this.idOf(group), name, external: isLast, hidden: false, hideMembership: isLast };
  }
}
