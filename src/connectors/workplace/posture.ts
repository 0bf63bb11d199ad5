import type { PostureItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { needId, textOf } from "#src/connector-kit/record.ts";
import { ProviderScopeError } from "#src/errors.ts";
import { graphPages, scimUsers } from "./api.ts";
import { mapPerson, type Person } from "./map.ts";

const dayMs = 86_400_000;
const maxNames = 50;
const patienceDays = 30;

/** What the checks see under `people`. Names are user names, at most 50 of each kind. */
export interface PeopleFacts {
  active: number;
  withSso: number;
  /** Active and claimed, but the method to sign in is not reported. */
  unknownMethod: number;
  withoutSso: string[];
  /** Invited more than 30 days ago and never claimed. */
  staleInvitations: string[];
  staleInvitationCount: number;
  /** Active though the last day has passed. */
  overstayed: string[];
  overstayedCount: number;
}

/** Under `admins`. */
export interface AdminFacts {
  count: number;
  withoutSso: string[];
  unclaimed: string[];
  inactive: string[];
}

/** Under `groups`. */
export interface GroupFacts {
  groups: number;
  openSensitive: string[];
  secretWithoutActiveAdmin: string[];
}

/** Judged from people, administrators and groups; one page, nothing to resume. */
export async function* posture(context: StreamContext): AsyncGenerator<StreamPage<PostureItem>, void, void> {
  const people = await attempt(() => readPeople(context));
  const admins = await attempt(() => readIds(context, "/community/admins"));
  yield {
    items: [
      item("people", people, (list) => peopleFacts(list, context.now())),
      "denied" in people
        ? { key: "admins", unreadable: people.denied }
        : item("admins", admins, (ids) => adminFacts(ids, people.value)),
      item("groups", await attempt(() => readGroups(context)), (facts) => facts),
    ],
    cursor: null,
  };
}

type Attempt<T> = { value: T } | { denied: string };

async function attempt<T>(read: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    if (error instanceof ProviderScopeError) return { denied: error.message };
    throw error;
  }
}

function item<T>(key: string, attempted: Attempt<T>, facts: (value: T) => unknown): PostureItem {
  return "denied" in attempted ? { key, unreadable: attempted.denied } : { key, value: facts(attempted.value) };
}

async function readPeople(context: StreamContext): Promise<Person[]> {
  const people: Person[] = [];
  for (let next: number | null = 1; next !== null; ) {
    const page = await scimUsers(context, next);
    people.push(...page.resources.map((user, position) => mapPerson(user, `Resources[${position}]`)));
    next = page.next;
  }
  return people;
}

async function readIds(context: StreamContext, edge: string): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const page of graphPages(context, edge, "id,name"))
    for (const [position, person] of page.entries()) ids.add(needId(person.id, `data[${position}].id`));
  return ids;
}

function names(people: Person[]): string[] {
  return people
    .map(({ name }) => name)
    .sort()
    .slice(0, maxNames);
}

function peopleFacts(people: Person[], now: Date): PeopleFacts {
  const active = people.filter((person) => person.active && person.claimed);
  const without = active.filter(({ sso }) => sso === false);
  const stale = people.filter(
    ({ claimed, invitedAt }) => !claimed && invitedAt !== null && invitedAt < now.getTime() - patienceDays * dayMs,
  );
  const overstayed = people.filter(({ active, endsAt }) => active && endsAt !== null && endsAt < now.getTime());
  return {
    active: active.length,
    withSso: active.filter(({ sso }) => sso === true).length,
    unknownMethod: active.filter(({ sso }) => sso === null).length,
    withoutSso: names(without),
    staleInvitations: names(stale),
    staleInvitationCount: stale.length,
    overstayed: names(overstayed),
    overstayedCount: overstayed.length,
  };
}

function adminFacts(ids: Set<string>, people: Person[]): AdminFacts {
  const admins = people.filter(({ id }) => ids.has(id));
  return {
    count: ids.size,
    withoutSso: names(admins.filter(({ sso }) => sso !== true)),
    unclaimed: names(admins.filter(({ claimed }) => !claimed)),
    inactive: names(admins.filter(({ active }) => !active)),
  };
}

const sensitive =
  /\b(salar(y|ies)|payroll|compensation|confidential|legal|litigation|merger|acquisition|board|layoffs?|restructuring|medical|security)\b/i;

async function readGroups(context: StreamContext): Promise<GroupFacts> {
  const facts: GroupFacts = { groups: 0, openSensitive: [], secretWithoutActiveAdmin: [] };
  for await (const page of graphPages(context, "/community/groups", "id,name,privacy,archived")) {
    for (const [position, group] of page.entries()) {
      facts.groups += 1;
      if (group.archived === true) continue;
      const name = textOf(group.name) ?? "";
      if (group.privacy === "OPEN" && sensitive.test(name)) facts.openSensitive.push(name);
      if (group.privacy === "SECRET" && !(await hasActiveAdmin(context, needId(group.id, `data[${position}].id`))))
        facts.secretWithoutActiveAdmin.push(name);
    }
  }
  facts.openSensitive.splice(maxNames);
  facts.secretWithoutActiveAdmin.splice(maxNames);
  return facts;
}

async function hasActiveAdmin(context: StreamContext, groupId: string): Promise<boolean> {
  for await (const page of graphPages(context, `/${groupId}/admins`, "id,active"))
    if (page.some((person) => person.active !== false)) return true;
  return false;
}
