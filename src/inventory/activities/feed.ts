import type { Sql } from "postgres";
import { instanceTable } from "#src/instances/row.ts";
import { userTable } from "#src/inventory/users/row.ts";
import { readerOf } from "#src/query/reading.ts";
import { sql as fragment, query, queryValues } from "#src/query/sql.ts";
import { encodeCursor } from "#src/realtime/cursor.ts";
import type { Channel, Feed, Item } from "#src/realtime/feed.ts";
import type { Condition } from "#src/realtime/filter-index.ts";
import type { LogEntry } from "#src/realtime/tailer.ts";
import { type ActivityFilter, accountConditions, filterPredicate, filterSql } from "./filter.ts";
import { type ActivityRow, activityTable } from "./row.ts";

export interface ActivityEvent {
  /** Resume after this event with it: exclusive. */
  cursor: string;
  activity: ActivityRow;
}

/** An event as the log holds it; subscribers get it as an ActivityEvent. */
export interface ActivityItem extends ActivityEvent, Item {
  connectorSlug: string;
}

/** New activities, in ingestion order. */
export const activityChannel: Channel<ActivityItem> = {
  read: (sql, entry) => (entry.topic === "activities" ? itemsOf(sql, entry) : []),
  readAhead,
  dimensions: {
    user: ({ activity }) => (activity.userId === null ? null : `${activity.instanceId}/${activity.userId}`),
    ipAddress: ({ activity }) => activity.ipAddress,
    eventType: ({ activity }) => activity.eventType,
    instance: ({ instanceId }) => instanceId,
    isp: ({ activity }) => activity.isp,
    country: ({ activity }) => activity.country,
    connector: ({ connectorSlug }) => connectorSlug,
    ipCategory: ({ activity }) => activity.ipCategory,
    category: ({ activity }) => activity.category,
    action: ({ activity }) => activity.action,
    outcome: ({ activity }) => activity.outcome,
  },
};

/** Events that a filter wants: `perMessage` null for one by one, else in lists. */
export function activityFeed<Context>(
  filter: ActivityFilter | null,
  perMessage: number | null,
): Feed<ActivityItem, Context> {
  const exact = filterPredicate(filter);
  const matches = exact ?? filterPredicate(inMemoryPart(filter!))!;
  return {
    channel: activityChannel,
    conditions: conditionsOf(filter),
    matches: ({ activity, connectorSlug }) => matches(activity, connectorSlug),
    ...(exact ? {} : { narrow: (sql, entry, items) => narrow(sql, entry, items, filter) }),
    perMessage: perMessage ?? 1,
    toValue: (items) => (perMessage === null ? items[0] : items),
  };
}

/** What every activity that the filter wants is equal to; the most selective first. */
export function conditionsOf(filter: ActivityFilter | null): Condition[] {
  if (!filter) return [];
  const byActor = filter.involvement == null || filter.involvement === "ACTOR";
  const values: Record<string, readonly (string | number)[] | null | undefined> = {
    user: byActor ? filter.userIds?.map((key) => `${key.instanceId}/${key.externalId}`) : null,
    ipAddress: filter.ipAddresses,
    eventType: filter.eventTypes,
    instance: filter.instanceIds,
    isp: filter.isps,
    country: filter.countries?.map((country) => country.toUpperCase()),
    connector: filter.connectorSlugs,
    ipCategory: filter.ipCategories,
    category: filter.categories,
    action: filter.actions,
    outcome: filter.outcomes,
  };
  return Object.entries(values).flatMap(([dimension, some]) =>
    some ? [{ dimension, values: [...new Set(some)] }] : [],
  );
}

/** The filter without what takes other tables: it wants at least as much. */
function inMemoryPart(filter: ActivityFilter): ActivityFilter {
  const not = filter.not && filterPredicate(filter.not) ? filter.not : null;
  return { ...filter, ...Object.fromEntries(accountConditions.map((name) => [name, null])), not };
}

/** Items of the newest entries, read once for everybody in the process who looks at them. */
const known = new WeakMap<LogEntry, Promise<readonly ActivityItem[]>>();
const kept: LogEntry[] = [];
let keptItems = 0;
const maxKeptItems = 10_000;

function itemsOf(sql: Sql, entry: LogEntry): Promise<readonly ActivityItem[]> {
  if (!known.has(entry)) readTogether(sql, [entry]);
  return known.get(entry)!;
}

/** Entries of a few activities are read many at once: what is committed one by one comes so when there is much of it. */
function readAhead(sql: Sql, entries: readonly LogEntry[]): void {
  let together: LogEntry[] = [];
  let count = 0;
  for (const entry of entries) {
    const { topic, externalIds } = entry;
    if (topic !== "activities" || externalIds.length > few || known.has(entry)) continue;
    if (count + externalIds.length > few) {
      readTogether(sql, together);
      together = [];
      count = 0;
    }
    together.push(entry);
    count += externalIds.length;
  }
  if (together.length > 0) readTogether(sql, together);
}

function readTogether(sql: Sql, entries: readonly LogEntry[]): void {
  const read = readItems(sql, entries);
  for (const [number, entry] of entries.entries()) {
    const items = read.then((ofEntries) => ofEntries[number]!);
    items.catch(() => known.delete(entry));
    known.set(entry, items);
    kept.push(entry);
    keptItems += entry.externalIds.length;
  }
  while (keptItems > maxKeptItems && kept.length > 1) {
    const oldest = kept.shift()!;
    keptItems -= oldest.externalIds.length;
    known.delete(oldest);
  }
}

const few = 50;
const columnsOf = ({ columns }: { columns: object }) => new Set(Object.keys(columns));
/** Of a few activities: for the account and the instance further statements would take longer than their columns do. */
const withRelated = readerOf(activityTable, {
  columns: columnsOf(activityTable),
  toOne: new Map([
    ["user", columnsOf(userTable)],
    ["instance", columnsOf(instanceTable)],
  ]),
  name: "activities with related",
});
const withConnector = readerOf(activityTable, {
  columns: columnsOf(activityTable),
  toOne: new Map([["instance", new Set(["connectorSlug"])]]),
  name: "activities with connector",
});

/** Of each entry, in the order of the batch, without those that retention or a purge removed meanwhile. */
async function readItems(sql: Sql, entries: readonly LogEntry[]): Promise<ActivityItem[][]> {
  const places = entries.flatMap((entry, number) => entry.externalIds.map((_, index) => ({ entry, number, index })));
  const reader = places.length > few ? withConnector : withRelated;
  const values = await queryValues(
    sql,
    fragment`select r.n::int, ${reader.outer} from (
      select k.n, ${reader.inner}
      from unnest(${places.map(({ entry }) => entry.instanceId)}::int[], ${entries.flatMap((entry) => entry.occurredAts)}::text[]::timestamptz[],
        ${entries.flatMap((entry) => entry.externalIds)}::text[]) with ordinality as k(instance_id, occurred_at, external_id, n)
      join activities a on a.instance_id = k.instance_id and a.occurred_at = k.occurred_at and a.external_id = k.external_id) r
    ${reader.joins} order by r.n`,
  );
  const items = entries.map((): ActivityItem[] => []);
  for (const [at, { instance, ...row }] of reader.rows(values, 1).entries()) {
    if (!instance) continue;
    const { entry, number, index } = places[(values[at]![0] as number) - 1]!;
    items[number]!.push({
      index,
      instanceId: entry.instanceId,
      connectorSlug: instance.connectorSlug,
      cursor: encodeCursor({ epoch: entry.epoch, position: entry.position, index }),
      activity: reader === withRelated ? { ...row, instance } : row,
    });
  }
  return items;
}

async function narrow(
  sql: Sql,
  entry: LogEntry,
  items: readonly ActivityItem[],
  filter: ActivityFilter | null,
): Promise<ActivityItem[]> {
  const occurredAts = items.map(({ index }) => entry.occurredAts[index] as string);
  const externalIds = items.map(({ index }) => entry.externalIds[index] as string);
  // Not prepared on each connection permanently: filters are many.
  const rows = await query<{ n: number }>(
    sql,
    fragment`select k.n::int as n from unnest(${occurredAts}::text[]::timestamptz[], ${externalIds}::text[]) with ordinality as k(occurred_at, external_id, n)
    join activities a on a.instance_id = ${entry.instanceId}::int and a.occurred_at = k.occurred_at and a.external_id = k.external_id
    where ${filterSql(fragment, filter)} order by k.n`,
  );
  return rows.map(({ n }) => items[n - 1] as ActivityItem);
}
