import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { type Listing, walkPages } from "#src/connector-kit/page-walk.ts";
import { needId, needObject, textOf } from "#src/connector-kit/record.ts";
import { readSettings } from "#src/connector-kit/settings.ts";
import { edge, members } from "../api.ts";
import { type Person, toPerson } from "../map-people.ts";

const dayMs = 86_400_000;
const maxNames = 50;
const staleAfterDays = 30;

/** What the checks see, by key. Names are user names, at most 50 of each kind. */
export interface Facts {
  people: {
    active: number;
    withSso: number;
    /** Active and claimed, but Workplace does not report the method to sign in. */
    unknownMethod: number;
    withoutSso: string[];
    /** Invited more than 30 days ago and never claimed. */
    staleInvitations: string[];
    staleInvitationCount: number;
    /** Active though the last day has passed. */
    overstayed: string[];
    overstayedCount: number;
  };
  admins: { count: number; withoutSso: string[]; unclaimed: string[]; inactive: string[] };
  groups: { groups: number; openSensitive: string[]; secretWithoutActiveAdmin: string[] };
}

/** Judged from people, administrators and groups; one page, nothing to resume. */
export const posture: StreamFunction<"POSTURE"> = async function* (context) {
  let listed: Promise<Person[]> | undefined;
  const people = () => (listed ??= readAll(context, members, toPerson));
  const items = await readSettings(context, {
    people: async () => peopleFacts(await people(), context.now()),
    admins: async () => {
      const ids = await readAll(context, edge("/community/admins", "id,name"), toId);
      return adminFacts(new Set(ids), await people());
    },
    groups: () => groupFacts(context),
  });
  yield { items, cursor: null };
};

async function readAll<T>(
  context: StreamContext,
  listing: Listing,
  read: (record: unknown, path: string) => T,
): Promise<T[]> {
  const all: T[] = [];
  for await (const { records, path } of walkPages(context, listing))
    all.push(...records.map((record, index) => read(record, `${path}[${index}]`)));
  return all;
}

const toId = (record: unknown, path: string) => needId(needObject(record, path).id, `${path}.id`);

const names = (people: readonly Person[]): string[] =>
  people
    .map(({ name }) => name)
    .sort()
    .slice(0, maxNames);

function peopleFacts(people: readonly Person[], now: Date): Facts["people"] {
  const active = people.filter((person) => person.active && person.claimed);
  const invitedBefore = now.getTime() - staleAfterDays * dayMs;
  const stale = people.filter(({ claimed, invitedAt }) => !claimed && invitedAt !== null && invitedAt < invitedBefore);
  const overstayed = people.filter(({ active, endsAt }) => active && endsAt !== null && endsAt < now.getTime());
  return {
    active: active.length,
    withSso: active.filter(({ sso }) => sso === true).length,
    unknownMethod: active.filter(({ sso }) => sso === null).length,
    withoutSso: names(active.filter(({ sso }) => sso === false)),
    staleInvitations: names(stale),
    staleInvitationCount: stale.length,
    overstayed: names(overstayed),
    overstayedCount: overstayed.length,
  };
}

function adminFacts(ids: ReadonlySet<string>, people: readonly Person[]): Facts["admins"] {
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

async function groupFacts(context: StreamContext): Promise<Facts["groups"]> {
  const all = await readAll(context, edge("/community/groups", "id,name,privacy,archived"), (record, path) => ({
    ...needObject(record, path),
    id: toId(record, path),
    name: textOf(needObject(record, path).name) ?? "",
  }));
  const used = all.filter((group) => !("archived" in group && group.archived === true));
  const ofPrivacy = (privacy: string) => used.filter((group) => "privacy" in group && group.privacy === privacy);
  const secretWithoutActiveAdmin: string[] = [];
  for (const { id, name } of ofPrivacy("SECRET"))
    if (!(await hasActiveAdmin(context, id))) secretWithoutActiveAdmin.push(name);
  const openSensitive = ofPrivacy("OPEN").flatMap(({ name }) => (sensitive.test(name) ? [name] : []));
  return {
    groups: all.length,
    openSensitive: openSensitive.slice(0, maxNames),
    secretWithoutActiveAdmin: secretWithoutActiveAdmin.slice(0, maxNames),
  };
}

async function hasActiveAdmin(context: StreamContext, groupId: string): Promise<boolean> {
  const admins = await readAll(context, edge(`/${groupId}/admins`, "id,active"), needObject);
  return admins.some(({ active }) => active !== false);
}
