import { mix } from "../../generator.ts";
import { Groups, groupName, People } from "../../kit/directory.ts";
import { uuids } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";

export type AccountStatus = "enabled" | "disabled";

/** The people of a directory: every ninth is a guest, and every third of those has not accepted the invitation yet. */
export class EntraPeople extends People<AccountStatus> {
  readonly #deletedAt = new Map<number, number>();

  constructor(options: Required<TenantOptions>) {
    super(options, { ...uuids(options.seed, 810), statusOf: (index) => (index % 25 === 24 ? "disabled" : "enabled") });
  }

  isGuest(index: number): boolean {
    return index % 9 === 8;
  }

  isPending(index: number): boolean {
    return index % 27 === 17;
  }

  override emailOf(index: number): string {
    const { handle } = this.person(index);
    return this.isGuest(index) ? `${handle}@partner.example` : `${handle}@${this.domain}`;
  }

  /** The sign-in name. */
  upnOf(index: number): string {
    if (!this.isGuest(index)) return this.emailOf(index);
    return `${this.emailOf(index).replace("@", "_")}#EXT#@${this.initialDomain}`;
  }

  get initialDomain(): string {
    return `${this.domain.split(".")[0]}.onmicrosoft.com`;
  }

  override find(text: string): number | undefined {
    const [, guest] = /^(.+)_[^_]+#EXT#@/i.exec(text) ?? [];
    return super.find(guest ? `${guest}@partner.example` : text);
  }

  override remove(index: number, now: number): void {
    super.remove(index, now);
    this.#deletedAt.set(index, now);
  }

  /** Those deleted, with the time. */
  get deleted(): [index: number, at: number][] {
    return [...this.#deletedAt];
  }
}

/** A user as Graph writes it. https://learn.microsoft.com/en-us/graph/api/resources/user */
export function userRecord(people: EntraPeople, index: number, createdAt: number): Record<string, unknown> {
  const { name, first, last } = people.person(index);
  const { profile, signedInAt } = people.edits(index);
  const lastSignIn = new Date(signedInAt ?? createdAt - (mix(people.seed, index, 811) % 864_000) * 1000);
  const isPending = people.isPending(index);
  return {
    id: people.idOf(index),
    displayName: name,
    givenName: first,
    surname: last,
    mail: people.emailOf(index),
    userPrincipalName: people.upnOf(index),
    accountEnabled: people.status(index) === "enabled",
    userType: people.isGuest(index) ? "Guest" : "Member",
    externalUserState: people.isGuest(index) ? (isPending ? "PendingAcceptance" : "Accepted") : null,
    createdDateTime: isoSecond(createdAt - 86_400_000 * (30 + (mix(people.seed, index, 812) % 900))),
    onPremisesSyncEnabled: index % 5 === 4 && !people.isGuest(index) ? true : null,
    ...profile,
    signInActivity: isPending
      ? null
      : {
          lastSignInDateTime: isoSecond(lastSignIn.getTime()),
          lastNonInteractiveSignInDateTime: isoSecond(lastSignIn.getTime() + 600_000),
          lastSuccessfulSignInDateTime: isoSecond(lastSignIn.getTime()),
        },
  };
}

/** A deleted user keeps its sign-in name behind its id. */
export function deletedUserRecord(people: EntraPeople, index: number, createdAt: number, at: number) {
  const user = userRecord(people, index, createdAt);
  const userPrincipalName = `${people.idOf(index).replaceAll("-", "")}${people.upnOf(index)}`;
  return { ...user, userPrincipalName, deletedDateTime: isoSecond(at) };
}

export class EntraGroups extends Groups {
  readonly #ids: ReturnType<typeof uuids>;

  constructor({ seed, groups }: Required<TenantOptions>, people: EntraPeople) {
    super(people, {
      count: groups,
      isMember: (group, person) => mix(seed, group * 100_003 + person, 813) % (group + 2) === 0,
    });
    this.#ids = uuids(seed, 814);
  }

  idOf(group: number): string {
    return this.#ids.idOf(group);
  }

  find(id: string): number | undefined {
    const group = this.#ids.indexOfId(id);
    return group !== undefined && group < this.count ? group : undefined;
  }
}

export function groupRecord(groups: EntraGroups, group: number): Record<string, unknown> {
  const isTeam = group % 2 === 0;
  return {
    id: groups.idOf(group),
    displayName: groupName(group),
    mail: isTeam ? `${groupName(group).toLowerCase().replaceAll(" ", "-")}@groups.example` : null,
    groupTypes: isTeam ? ["Unified"] : [],
    securityEnabled: !isTeam,
    visibility: isTeam ? "Private" : null,
  };
}

export function isoSecond(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
