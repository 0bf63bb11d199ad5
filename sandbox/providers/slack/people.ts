import { mix } from "../../generator.ts";
import { Groups, groupName, People } from "../../kit/directory.ts";
import { ids } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";
import { seconds } from "./answers.ts";

export type Status = "active" | "deactivated";
const dayMs = 86_400_000;

/**
 * The first person is the Primary Owner, the second an owner, the third and fourth are admins; every ninth is a guest, of one channel or of
 * several by turns; the last of every thirty is a bot.
 */
export class SlackPeople extends People<Status> {
  readonly #options: Required<TenantOptions>;

  constructor(options: Required<TenantOptions>) {
    const { seed, users } = options;
    super(options, {
      ...ids("W", seed, 11),
      statusOf: (index) =>
        index < 10 || index >= users || mix(seed, index, 951) % 100 < 92 ? "active" : "deactivated",
    });
    this.#options = options;
  }

  isGuest(index: number): boolean {
    return index > 3 && index % 9 === 8;
  }

  /** https://docs.slack.dev/reference/methods/admin.users.list */
  record(index: number, workspaces: readonly string[]): Record<string, unknown> {
    const { seed, createdAt } = this.#options;
    const { name, handle } = this.person(index);
    const isGuest = this.isGuest(index);
    const seen = this.edits(index).signedInAt ?? createdAt - (mix(seed, index, 952) % (100 * dayMs));
    return {
      ...{ id: this.idOf(index), email: this.emailOf(index), username: handle, full_name: name },
      ...{ is_admin: index < 4, is_owner: index < 2, is_primary_owner: index === 0 },
      ...{ is_restricted: isGuest, is_ultra_restricted: isGuest && index % 2 === 0, is_bot: index % 30 === 29 },
      is_active: this.status(index) === "active",
      ...{ has_2fa: index % 5 !== 4, has_sso: !isGuest && index % 7 !== 6 },
      expiration_ts: isGuest && index % 2 === 1 ? seconds(createdAt + 30 * dayMs) : 0,
      date_created: seconds(createdAt - 400 * dayMs),
      last_active_ts: index % 11 === 10 ? 0 : seconds(seen),
      workspaces,
    };
  }

  /** https://docs.slack.dev/reference/scim-api */
  scim(index: number): Record<string, unknown> {
    const { name, handle } = this.person(index);
    const [givenName = "", ...rest] = name.split(" ");
    return {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
      ...{ id: this.idOf(index), externalId: "", userName: handle, displayName: name },
      ...{ name: { givenName, familyName: rest.join(" ") }, active: this.status(index) === "active" },
      emails: [{ value: this.emailOf(index), type: null, primary: true }],
      meta: { created: new Date(this.#options.createdAt - 400 * dayMs).toISOString() },
    };
  }
}

/** Everybody is in one group. */
export class SlackGroups extends Groups {
  readonly ids: ReturnType<typeof ids>;
  readonly #people: SlackPeople;

  constructor({ groups, seed }: Required<TenantOptions>, people: SlackPeople) {
    super(people, { count: groups, isMember: (group, person) => person % Math.max(1, groups) === group });
    this.ids = ids("S", seed, 11);
    this.#people = people;
  }

  find(id: string): number | undefined {
    const group = this.ids.indexOfId(id);
    return group !== undefined && group < this.count ? group : undefined;
  }

  record(group: number): Record<string, unknown> {
    const people = Array.from({ length: this.#people.count }, (_, person) => person);
    const members = people.filter((person) => this.has(group, person));
    return {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
      ...{ id: this.ids.idOf(group), displayName: groupName(group) },
      members: members.map((person) => ({
        value: this.#people.idOf(person),
        display: this.#people.person(person).name,
      })),
    };
  }
}
