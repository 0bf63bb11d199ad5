import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Listing } from "#src/connector-kit/page-walk.ts";
import { idOf, instantOf, listOf, needId, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { isOutside } from "./map-people.ts";
import { readAll } from "./read-all.ts";

const dayMs = 86_400_000;
export const maxNames = 50;
export const staleAdminDays = 90;
export const staleMemberDays = 180;

export interface Person {
  id: string;
  email: string;
  status: string | null;
  isSystemAdmin: boolean;
  isAdmin: boolean;
  hasSeat: boolean;
  isOutside: boolean;
  lastLogin: Date | null;
}

/** What the checks see of people; lists are e-mail addresses, at most 50 of each kind. */
export interface PeopleFacts {
  systemAdmins: { count: number; names: string[] };
  admins: number;
  inactiveAdmins: string[];
  outsideAdmins: string[];
  invitedAdmins: string[];
  members: number;
  staleMembers: { count: number; names: string[] };
  outsideSeats: { count: number; names: string[] };
}

export interface GroupFacts {
  groups: number;
  withOutsiders: string[];
  withoutActiveOwner: string[];
}

export function toPerson(value: unknown, path: string): Person {
  const user = needObject(value, path);
  return {
    id: needId(user.id, `${path}.id`),
    email: textOf(user.email)?.toLowerCase() ?? "",
    status: textOf(user.status),
    isSystemAdmin: user.admin === true,
    isAdmin: user.admin === true || user.groupAdmin === true,
    hasSeat: user.licensedSheetCreator === true || user.seatType === "MEMBER",
    isOutside: isOutside(user),
    lastLogin: instantOf(user.lastLogin),
  };
}

export function peopleFacts(people: readonly Person[], now: Date): PeopleFacts {
  const active = people.filter(({ status }) => status === "ACTIVE");
  const admins = active.filter(({ isAdmin }) => isAdmin);
  const members = active.filter(({ hasSeat }) => hasSeat);
  const isStale = (days: number) => (person: Person) =>
    person.lastLogin === null || now.getTime() - person.lastLogin.getTime() > days * dayMs;
  return {
    systemAdmins: counted(admins.filter(({ isSystemAdmin }) => isSystemAdmin)),
    admins: admins.length,
    inactiveAdmins: emails(admins.filter(isStale(staleAdminDays))),
    outsideAdmins: emails(people.filter((one) => one.isAdmin && one.isOutside && one.status !== "DEACTIVATED")),
    invitedAdmins: emails(people.filter(({ isAdmin, status }) => isAdmin && status === "PENDING")),
    members: members.length,
    staleMembers: counted(members.filter(isStale(staleMemberDays))),
    outsideSeats: counted(members.filter((person) => person.isOutside)),
  };
}

/** One call for each group. */
export async function groupFacts(context: Context, groups: Listing, people: readonly Person[]): Promise<GroupFacts> {
  const known = new Map(people.map((person) => [person.id, person]));
  const facts: GroupFacts = { groups: 0, withOutsiders: [], withoutActiveOwner: [] };
  for (const group of await readAll(context, groups, needObject)) {
    const id = needId(group.id, "data.id");
    const name = textOf(group.name) ?? id;
    const { members } = objectOf((await context.http.get(`/groups/${encodeURIComponent(id)}`)).body);
    const inside = listOf(members).map((member) => known.get(idOf(objectOf(member).id) ?? ""));
    facts.groups += 1;
    // A member who is not in the plan's listing is an account of another plan.
    if (inside.some((person) => person === undefined || person.isOutside)) facts.withOutsiders.push(name);
    if (known.get(idOf(group.ownerId) ?? "")?.status !== "ACTIVE") facts.withoutActiveOwner.push(name);
  }
  return facts;
}

const emails = (people: readonly Person[]): string[] =>
  people
    .map(({ email }) => email)
    .sort()
    .slice(0, maxNames);

const counted = (people: readonly Person[]) => ({ count: people.length, names: emails(people) });
