import type { Sql } from "postgres";
import { copyInto, type Field } from "#db/copy.ts";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { type ActivityFacts, activityFacts, storedAddress } from "#src/inventory/enrichment/facts.ts";
import { rangesNow } from "#src/inventory/ip-ranges/snapshot.ts";
import { knownActors, noteActors } from "#src/inventory/users/actors.ts";
import { cleanText, postgresJson } from "#src/platform/text.ts";

/** Keys of the rows that were new, in the order in which the page named them. */
export interface StoredActivities {
  occurredAts: string[];
  externalIds: string[];
  lastOccurredAt: Date | null;
}

/** Months whose partition this process knows to exist: none that retention may drop meanwhile, in whatever process. */
const knownPartitions = new Set<string>();

/**
 * Makes the partitions a page needs. Outside the page's transaction, so that it never waits behind another page's.
 */
export async function ensurePartitions(sql: Sql, dates: readonly Date[]): Promise<void> {
  const thisMonth = new Date().toISOString().slice(0, 7);
  const months = new Set(dates.map((date) => date.toISOString().slice(0, 7)));
  for (const month of months) {
    if (month >= thisMonth && knownPartitions.has(month)) continue;
    await sql`select ensure_activity_partition(${`${month}-01`}::text::date)`;
    if (month >= thisMonth) knownPartitions.add(month);
  }
}

/** After a retention run dropped partitions. */
export function forgetPartitions(): void {
  knownPartitions.clear();
}

/** A record on its way into the table. */
interface Entry {
  instanceId: number;
  record: ActivityRecord;
  /** Half of the key, as the table holds it; the other half is `at`. */
  externalId: string;
  at: string;
}

/** One that is new, with what was found out of it. */
interface NewEntry extends Entry {
  /** The known account the actor is. */
  userId: string | null;
  facts: ActivityFacts;
}

/** The columns of a row and their values. Those left out have their default. */
const columns: Readonly<Record<string, (entry: NewEntry) => Field>> = {
  instance_id: ({ instanceId }) => instanceId,
  occurred_at: ({ at }) => at,
  external_id: ({ externalId }) => externalId,
  category: ({ record }) => record.category,
  action: ({ record }) => record.action ?? "OTHER",
  event_type: ({ record }) => cleanText(record.eventType, 200) ?? "unknown",
  description: ({ record }) => cleanText(record.description, 2000) ?? record.eventType,
  user_id: ({ userId }) => userId,
  actor_name: ({ record: { actor } }) => cleanText(actor?.name ?? actor?.login ?? actor?.email, 500),
  outcome: ({ record }) => record.outcome,
  impersonated: ({ record }) => record.impersonated ?? false,
  interactive: ({ record }) => record.interactive ?? null,
  session_id: ({ record }) => cleanText(record.sessionId, 200),
  ip_address: ({ record }) => storedAddress(record),
  ip_category: ({ facts }) => facts.ipCategory,
  ip_tags: ({ facts }) => arrayOf(facts.ipTags),
  country: ({ facts }) => facts.country,
  city: ({ facts }) => facts.city,
  isp: ({ facts }) => facts.isp,
  replaced_place: ({ facts }) => facts.replacedPlace && postgresJson(facts.replacedPlace),
  user_agent: ({ record }) => cleanText(record.userAgent, 1000),
  user_agent_tags: ({ facts }) => arrayOf(facts.userAgentTags),
  targets: ({ record }) => postgresJson(record.targets.map(target)),
  unmapped: ({ record }) => record.unmapped ?? false,
  raw: ({ record }) => postgresJson(record.raw),
};

/** Tags are letters, digits and hyphens: nothing in them needs a quote. */
function arrayOf(tags: readonly string[]): string {
  return `{${tags.join(",")}}`;
}

function target({ type, id, name }: ActivityRecord["targets"][number]): object {
  return { type: cleanText(type, 100) ?? "unknown", id: cleanText(id, 500), name: cleanText(name, 500) };
}

/**
 * Stores one page in the caller's transaction, which holds the instance's lock. What is already there stays as it is: reading a page
 * again changes nothing and is not published. Actors become known accounts, and their `lastSeenAt` moves on.
 *
 * COPY takes a third of the time of INSERT … ON CONFLICT, and knows no conflicts: what is there is asked for before. The lock keeps
 * that true until the transaction ends; without it the page would fail on the primary key.
 */
export async function storeActivities(
  sql: Sql,
  instanceId: number,
  records: readonly ActivityRecord[],
): Promise<StoredActivities> {
  if (records.length === 0) return { occurredAts: [], externalIds: [], lastOccurredAt: null };
  const named = firstOfEach(records.map((record) => entryOf(instanceId, record)));
  const ranges = await rangesNow(sql);
  const [actors, fresh, hasFiles] = await Promise.all([
    knownActors(sql, instanceId, records),
    absent(sql, instanceId, named),
    readsFiles(sql, instanceId),
  ]);
  const entries = fresh.map((entry) => ({
    ...entry,
    userId: actors.get(entry.record) ?? null,
    facts: activityFacts(entry.record, ranges.of),
  }));
  if (entries.length > 0) await copyInto(sql, "activities", columns, entries);
  if (hasFiles) await linkTargets(sql, entries);
  await noteActors(
    sql,
    instanceId,
    entries.map(({ record }) => record),
    actors,
  );
  let last = 0;
  for (const record of records) last = Math.max(last, record.occurredAt.getTime());
  return {
    occurredAts: entries.map(({ at }) => at),
    externalIds: entries.map(({ externalId }) => externalId),
    lastOccurredAt: new Date(last),
  };
}

/** Whether files of the app are read: then its activities are found by what they affected. */
async function readsFiles(sql: Sql, instanceId: number): Promise<boolean> {
  const [row] = await sql`select 1 from streams where instance_id = ${instanceId} and stream = 'FILES' limit 1`;
  return row !== undefined;
}

/** Activities of a file, whether it is known yet or not: what they affected besides has an id that is none of a file. */
async function linkTargets(sql: Sql, entries: readonly Entry[]): Promise<void> {
  const links = entries.flatMap((entry) => {
    const ids = new Set(entry.record.targets.map(({ id }) => cleanText(id, 500)));
    return [...ids].flatMap((fileId) => (fileId === null ? [] : [{ ...entry, fileId }]));
  });
  if (links.length === 0) return;
  await copyInto(
    sql,
    "file_activities",
    {
      instance_id: ({ instanceId }) => instanceId,
      file_id: ({ fileId }) => fileId,
      occurred_at: ({ at }) => at,
      activity_id: ({ externalId }) => externalId,
    },
    links,
  );
}

function entryOf(instanceId: number, record: ActivityRecord): Entry {
  const externalId = cleanText(record.externalId, 500) ?? "unknown";
  return { instanceId, record, externalId, at: record.occurredAt.toISOString() };
}

function firstOfEach(entries: readonly Entry[]): Entry[] {
  const byKey = new Map<string, Entry>();
  for (const entry of entries) {
    const key = `${entry.at} ${entry.externalId}`;
    if (!byKey.has(key)) byKey.set(key, entry);
  }
  return [...byKey.values()];
}

/** Those of the entries that the table does not hold yet. */
async function absent(sql: Sql, instanceId: number, entries: readonly Entry[]): Promise<Entry[]> {
  // One look into the key for each, however large the table: a join might be planned as a walk through all of the instance.
  const rows = await sql<{ number: number }[]>`
    select k.number::int from unnest(${entries.map(({ at }) => at)}::text[]::timestamptz[], ${entries.map(({ externalId }) => externalId)}::text[])
      with ordinality as k(at, external_id, number)
    cross join lateral (select from activities a where a.instance_id = ${instanceId} and a.occurred_at = k.at and a.external_id = k.external_id limit 1) present`;
  const present = new Set(rows.map(({ number }) => number));
  return entries.filter((_, index) => !present.has(index + 1));
}
