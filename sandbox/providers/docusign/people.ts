import { mix, uuidAt } from "../../generator.ts";
import { Groups, groupName, People } from "../../kit/directory.ts";
import { uuids } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";

export type Status = "active" | "activation_sent" | "disabled" | "closed";

const dayMs = 86_400_000;

export function docusignPeople(options: Required<TenantOptions>): People<Status> {
  const { seed, users } = options;
  return new People<Status>(options, {
    ...uuids(seed, 301),
    statusOf(index) {
      if (index < 12 || index >= users) return "active";
      const number = mix(seed, index, 302) % 100;
      return number < 92 ? "active" : number < 95 ? "activation_sent" : number < 96 ? "disabled" : "closed";
    },
  });
}

/** An account of the organization, in a region of its own. */
export interface Account {
  index: number;
  id: string;
  name: string;
  region: string;
  siteId: number;
}

export function accountsOf({ name, seed }: Required<TenantOptions>): Account[] {
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  return [
    { index: 0, id: uuidAt(seed, 0, 303), name: title, region: "na3", siteId: 3 },
    { index: 1, id: uuidAt(seed, 1, 303), name: `${title} Europe`, region: "eu", siteId: 11 },
  ];
}

/** Who is a member of which account, and whose membership is open. A person whose status is closed is closed everywhere. */
export class Memberships {
  readonly #people: People<Status>;
  readonly #accounts: Account[];
  readonly #closed = new Set<string>();

  constructor(people: People<Status>, accounts: Account[]) {
    this.#people = people;
    this.#accounts = accounts;
  }

  accountsOf(person: number): Account[] {
    const isEuropean = person >= 12 && person % 7 === 3;
    return this.#accounts.filter(({ index }) => (index === 0 ? !isEuropean : isEuropean || person % 23 === 0));
  }

  idOf(person: number, account: Account): string {
    return uuidAt(this.#people.seed, person * this.#accounts.length + account.index, 304);
  }

  status(person: number, account: Account): Status {
    return this.#closed.has(this.idOf(person, account)) ? "closed" : this.#people.status(person);
  }

  /** Of the person as a whole. */
  isClosed(person: number): boolean {
    return this.accountsOf(person).every((account) => this.status(person, account) === "closed");
  }

  close(person: number, account: Account): void {
    this.#closed.add(this.idOf(person, account));
  }

  open(person: number, account: Account, now: number): void {
    if (this.#people.status(person) === "closed") {
      for (const other of this.accountsOf(person)) this.close(person, other);
      this.#people.edit(person, now, { status: "active" });
    }
    this.#closed.delete(this.idOf(person, account));
  }

  /** Everything at once, as an administrator of the organization does it by hand. */
  reset(person: number): void {
    for (const account of this.accountsOf(person)) this.#closed.delete(this.idOf(person, account));
  }
}

/** The first two are Everyone of each account; the others take turns. */
export class DocusignGroups extends Groups {
  constructor({ groups }: Required<TenantOptions>, people: People<Status>, memberships: Memberships) {
    super(people, {
      count: groups,
      isMember(group, person) {
        const account = memberships.accountsOf(person).find(({ index }) => index === group % 2);
        return account !== undefined && (group < 2 || person % groups === group);
      },
    });
  }

  idOf(group: number): string {
    return String(7_300_100 + group);
  }

  find(id: string): number | undefined {
    const group = Number(id) - 7_300_100;
    return Number.isInteger(group) && group >= 0 && group < this.count ? group : undefined;
  }

  record(group: number): { groupId: string; groupName: string; groupType: string } {
    return {
      groupId: this.idOf(group),
      groupName: group < 2 ? "Everyone" : groupName(group - 2),
      groupType: group < 2 ? "everyoneGroup" : "customGroup",
    };
  }
}

const profiles = ["DocuSign Administrator", "DocuSign Sender", "DocuSign Viewer"];

export const isAdministrator = (person: number): boolean => person < 4;

export function profileOf(
  account: Account,
  number: number,
): { permissionProfileId: string; permissionProfileName: string } {
  return {
    permissionProfileId: String(14_414_470 + account.index * 10 + number),
    permissionProfileName: profiles[number] as string,
  };
}

export function profilesOf(account: Account): Record<string, unknown>[] {
  return profiles.map((_, number) => ({
    ...profileOf(account, number),
    modifiedDateTime: "2025-02-01T09:00:00.0000000Z",
    modifiedByUsername: "",
    userCount: "0",
    settings: { allowAccountManagement: String(number === 0), allowEnvelopeSending: String(number < 2) },
  }));
}

export const numberOfProfile = (person: number): number => (isAdministrator(person) ? 0 : person % 4 === 1 ? 2 : 1);

export function createdOf({ seed }: People<Status>, { createdAt }: Required<TenantOptions>, person: number): number {
  return createdAt - (60 + (mix(seed, person, 305) % 700)) * dayMs;
}

export function lastLoginOf(people: People<Status>, { createdAt }: Required<TenantOptions>, person: number): number {
  return people.edits(person).signedInAt ?? createdAt - (mix(people.seed, person, 306) % (50 * dayMs));
}
