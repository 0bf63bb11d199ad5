import { type Json, listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { isAdmin, isGuest, secondsOf } from "./map-users.ts";

const dayMs = 86_400_000;
const maxNames = 50;
export const staleDays = 90;
export const staleGuestDays = 30;

export interface Counted {
  count: number;
  /** E-mail addresses or names, at most 50. */
  names: string[];
}

/** Of active accounts that are no bots. Members are those who are no guests. */
export interface PeopleFacts {
  members: number;
  withoutSignOn: Counted;
  withoutFactor: Counted;
  admins: Counted;
  owners: Counted;
  adminsWithoutFactor: Counted;
  staleAdmins: Counted;
  staleMembers: Counted;
  guests: number;
  endlessGuests: Counted;
  staleGuests: Counted;
}
export interface AppFacts {
  apps: number;
  sensitive: Counted;
  unlisted: Counted;
}
export interface WorkspaceFacts {
  workspaces: number;
  open: Counted;
}

export function peopleFacts(accounts: readonly Json[], now: Date): PeopleFacts {
  const people = accounts.filter(({ is_bot, is_active }) => is_bot !== true && is_active !== false);
  const guests = people.filter(isGuest);
  const members = people.filter((one) => !isGuest(one));
  const admins = people.filter(isAdmin);
  const hasFactor = ({ has_2fa, has_sso }: Json) => has_2fa === true || has_sso === true;
  const isStale = (one: Json, days: number) => isBefore(secondsOf(one.last_active_ts), days, now);
  return {
    members: members.length,
    withoutSignOn: counted(members.filter(({ has_sso }) => has_sso !== true)),
    withoutFactor: counted(people.filter((one) => !hasFactor(one))),
    admins: counted(admins),
    owners: counted(admins.filter(({ is_owner, is_primary_owner }) => is_owner === true || is_primary_owner === true)),
    adminsWithoutFactor: counted(admins.filter((one) => !hasFactor(one))),
    staleAdmins: counted(admins.filter((one) => isStale(one, staleDays))),
    staleMembers: counted(members.filter((one) => isStale(one, staleDays))),
    guests: guests.length,
    endlessGuests: counted(guests.filter(({ expiration_ts }) => secondsOf(expiration_ts) === null)),
    staleGuests: counted(guests.filter((one) => isStale(one, staleGuestDays))),
  };
}

export function appFacts(approved: readonly Json[]): AppFacts {
  const isListed = ({ app }: Json) => {
    const { is_app_directory_approved, is_internal } = objectOf(app);
    return is_app_directory_approved === true || is_internal === true;
  };
  const isSensitive = ({ scopes }: Json) => listOf(scopes).some((one) => objectOf(one).is_sensitive === true);
  const unlisted = approved.filter((one) => !isListed(one));
  return {
    apps: approved.length,
    sensitive: counted(unlisted.filter(isSensitive).map(({ app }) => objectOf(app))),
    unlisted: counted(unlisted.map(({ app }) => objectOf(app))),
  };
}

export function workspaceFacts(teams: readonly Json[]): WorkspaceFacts {
  return {
    workspaces: teams.length,
    open: counted(teams.filter(({ discoverability }) => discoverability === "open")),
  };
}

/** Null, never, is before everything. */
function isBefore(at: Date | null, days: number, now: Date): boolean {
  return at === null || now.getTime() - at.getTime() > days * dayMs;
}

const counted = (some: readonly Json[]): Counted => ({
  count: some.length,
  names: some
    .map((one) => textOf(one.email) ?? textOf(one.full_name) ?? textOf(one.name) ?? String(one.id))
    .sort()
    .slice(0, maxNames),
});
