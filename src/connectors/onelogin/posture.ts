import type { Context } from "#src/connector-kit/contract/context.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { idOf, instantOf, listOf, needId, needList, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { holdersOf, isSuper, privileges as listedPrivileges, listing } from "./api.ts";
import { statusOf } from "./map-users.ts";

const dayMs = 86_400_000;
const maxNames = 50;
export const staleAdminDays = 45;
export const staleDays = 90;
export const oldPasswordDays = 365;
export const waitingDays = 30;
/** A call for each account: of a large organisation a part is looked at, admins first. */
export const maxLooked = 500;

export interface Person {
  id: string;
  name: string;
  isActive: boolean;
  isWaiting: boolean;
  isLocked: boolean;
  hasGroup: boolean;
  isOfDirectory: boolean;
  lastLogin: Date | null;
  passwordChangedAt: Date | null;
  createdAt: Date | null;
}

/** Lists are names of accounts, at most 50 of each kind. */
export interface Counted {
  count: number;
  names: string[];
}

export interface PeopleFacts {
  active: number;
  stale: Counted;
  withoutGroup: Counted;
  oldPasswords: Counted;
  waiting: Counted;
  locked: Counted;
}
export interface PrivilegeFacts {
  superUsers: Counted;
  admins: number;
  staleAdmins: Counted;
}
export interface FactorFacts {
  looked: number;
  without: Counted;
  lookedAdmins: number;
  adminsWithout: Counted;
}
export interface AppFacts {
  apps: number;
  withoutPolicy: Counted;
  assumable: Counted;
}
export interface RiskFacts {
  rules: number;
}

export async function readPeople(context: Context): Promise<Person[]> {
  const people: Person[] = [];
  for await (const { records } of walkPages(context, listing("/api/2/users")))
    people.push(...records.map((record, index) => toPerson(record, `$[${index}]`)));
  return people;
}

function toPerson(value: unknown, path: string): Person {
  const user = needObject(value, path);
  const status = statusOf(user);
  return {
    id: needId(user.id, `${path}.id`),
    name: textOf(user.email) ?? textOf(user.username) ?? String(user.id),
    isActive: status === "ACTIVE",
    isWaiting: status === "INVITED",
    isLocked: user.status === 3,
    hasGroup: idOf(user.group_id) !== null,
    isOfDirectory: idOf(user.directory_id) !== null,
    lastLogin: instantOf(user.last_login),
    passwordChangedAt: instantOf(user.password_changed_at),
    createdAt: instantOf(user.created_at),
  };
}

export function peopleFacts(people: readonly Person[], now: Date): PeopleFacts {
  const active = people.filter(({ isActive }) => isActive);
  return {
    active: active.length,
    stale: counted(active.filter(({ lastLogin }) => isBefore(lastLogin, staleDays, now))),
    withoutGroup: counted(active.filter(({ hasGroup }) => !hasGroup)),
    oldPasswords: counted(
      active.filter((one) => !one.isOfDirectory && isBefore(one.passwordChangedAt, oldPasswordDays, now)),
    ),
    waiting: counted(people.filter((one) => one.isWaiting && isBefore(one.createdAt, waitingDays, now))),
    locked: counted(people.filter(({ isLocked }) => isLocked)),
  };
}

/** Null, never, is before everything. */
function isBefore(at: Date | null, days: number, now: Date): boolean {
  return at === null || now.getTime() - at.getTime() > days * dayMs;
}

export async function privilegeFacts(context: Context, people: readonly Person[]): Promise<PrivilegeFacts> {
  const { admins, supers } = await readAdmins(context);
  const active = people.filter(({ isActive }) => isActive);
  const [held, superUsers] = [admins, supers].map((ids) => active.filter(({ id }) => ids.has(id)));
  const stale = (held ?? []).filter(({ lastLogin }) => isBefore(lastLogin, staleAdminDays, context.now()));
  return { superUsers: counted(superUsers ?? []), admins: held?.length ?? 0, staleAdmins: counted(stale) };
}

async function readAdmins(context: Context): Promise<{ admins: Set<string>; supers: Set<string> }> {
  const [admins, supers] = [new Set<string>(), new Set<string>()];
  for await (const { records } of walkPages(context, listedPrivileges))
    for (const [index, record] of records.entries()) {
      const { id, name, privilege } = needObject(record, `$[${index}]`);
      const all = isSuper(privilege) || /^super ?user$/i.test(textOf(name) ?? "");
      for await (const page of walkPages(context, holdersOf(needId(id, `$[${index}].id`))))
        for (const [place, one] of page.records.entries()) {
          const userId = needId(one, `users[${place}]`);
          admins.add(userId);
          if (all) supers.add(userId);
        }
    }
  return { admins, supers };
}

/** Without the subscription nobody is known to be an admin: then everybody is looked at alike. */
export async function factorFacts(context: Context, people: readonly Person[]): Promise<FactorFacts> {
  const { admins } = await readAdmins(context);
  const active = people.filter(({ isActive }) => isActive);
  const isAdmin = ({ id }: Person) => admins.has(id);
  const looked = [...active.filter(isAdmin), ...active.filter((one) => !isAdmin(one))].slice(0, maxLooked);
  const without: Person[] = [];
  for (const one of looked) {
    const { body } = await context.http.get(`/api/2/mfa/users/${encodeURIComponent(one.id)}/devices`);
    if (needList(body, "$").length === 0) without.push(one);
  }
  return {
    looked: looked.length,
    without: counted(without),
    lookedAdmins: looked.filter(isAdmin).length,
    adminsWithout: counted(without.filter(isAdmin)),
  };
}

export async function appFacts(context: Context): Promise<AppFacts> {
  const apps: { name: string; hasPolicy: boolean; isAssumable: boolean }[] = [];
  for await (const { records } of walkPages(context, listing("/api/2/apps")))
    for (const record of records.map(objectOf))
      apps.push({
        name: textOf(record.name) ?? String(record.id),
        hasPolicy: idOf(record.policy_id) !== null,
        isAssumable: record.allow_assumed_signin === true,
      });
  return {
    apps: apps.length,
    withoutPolicy: counted(apps.filter(({ hasPolicy }) => !hasPolicy)),
    assumable: counted(apps.filter(({ isAssumable }) => isAssumable)),
  };
}

export async function riskFacts({ http }: Context): Promise<RiskFacts> {
  return { rules: listOf(needList((await http.get("/api/2/risk/rules")).body, "$")).length };
}

const counted = (some: readonly { name: string }[]): Counted => ({
  count: some.length,
  names: some
    .map(({ name }) => name)
    .sort()
    .slice(0, maxNames),
});
