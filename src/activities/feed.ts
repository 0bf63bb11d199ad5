import type { Sql } from "postgres";
import { encodeCursor } from "#src/realtime/cursor.ts";
import type { Channel, Feed, Item } from "#src/realtime/feed.ts";
import type { Condition } from "#src/realtime/filter-index.ts";
import type { LogEntry } from "#src/realtime/tailer.ts";
import { type ActivityFilter, filterPredicate, filterSql } from "./filter.ts";
import { type ActivityRow, activityColumns } from "./row.ts";

export interface ActivityEvent {
  /** Resume after this event with it: exclusive. */
  cursor: string;
  activity: ActivityRow;
}

/** An event as the log tells it; subscribers get it as an ActivityEvent. */
export interface ActivityItem extends ActivityEvent, Item {
  connectorSlug: string;
}

/** New activities, in ingestion order. */
export const activityChannel: Channel<ActivityItem> = {
  read: (sql, entry) => (entry.topic === "activities" ? itemsOf(sql, entry) : []),
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
    outcome: filter.outcomes,
  };
  return Object.entries(values).flatMap(([dimension, some]) =>
    some ? [{ dimension, values: [...new Set(some)] }] : [],
  );
}

/** The filter without what takes other tables: it wants at least as much. */
function inMemoryPart(filter: ActivityFilter): ActivityFilter {
  const not = filter.not && filterPredicate(filter.not) ? filter.not : null;
  return { ...filter, groupIds: null, userDomains: null, not };
}

/** Items of the newest entries, read once for everybody in the process who looks at them. */
const known = new WeakMap<LogEntry, Promise<readonly ActivityItem[]>>();
const kept: LogEntry[] = [];
let keptItems = 0;
const mostKeptItems = 10_000;

function itemsOf(sql: Sql, entry: LogEntry): Promise<readonly ActivityItem[]> {
  let items = known.get(entry);
  if (!items) {
    items = readItems(sql, entry);
    items.catch(() => known.delete(entry));
    known.set(entry, items);
    kept.push(entry);
    keptItems += entry.externalIds.length;
    while (keptItems > mostKeptItems && kept.length > 1) {
      const oldest = kept.shift()!;
      keptItems -= oldest.externalIds.length;
      known.delete(oldest);
    }
  }
  return items;
}

/** In the order of the batch, without those that retention or a purge removed meanwhile. */
async function readItems(sql: Sql, entry: LogEntry): Promise<readonly ActivityItem[]> {
  const rows = await sql<(ActivityRow & { n: number; connectorSlug: string })[]>`
    select k.n::int as n, i.connector_slug as "connectorSlug", ${activityColumns(sql)}
    from unnest(${entry.occurredAts}::text[]::timestamptz[], ${entry.externalIds}::text[]) with ordinality as k(occurred_at, external_id, n)
    join activities a on a.instance_id = ${entry.instanceId} and a.occurred_at = k.occurred_at and a.external_id = k.external_id
    join instances i on i.id = a.instance_id
    order by k.n`;
  return rows.map(({ n, connectorSlug, ...row }) => ({
    index: n - 1,
    instanceId: entry.instanceId,
    connectorSlug,
    cursor: encodeCursor({ position: entry.position, index: n - 1 }),
    activity: row as ActivityRow,
  }));
}

async function narrow(
  sql: Sql,
  entry: LogEntry,
  items: readonly ActivityItem[],
  filter: ActivityFilter | null,
): Promise<ActivityItem[]> {
  const occurredAts = items.map(({ index }) => entry.occurredAts[index] as string);
  const externalIds = items.map(({ index }) => entry.externalIds[index] as string);
  const rows = await sql<{ n: number }[]>`
    select k.n::int as n from unnest(${occurredAts}::text[]::timestamptz[], ${externalIds}::text[]) with ordinality as k(occurred_at, external_id, n)
    join activities a on a.instance_id = ${entry.instanceId} and a.occurred_at = k.occurred_at and a.external_id = k.external_id
    where ${filterSql(sql, filter)} order by k.n`;
  return rows.map(({ n }) => items[n - 1] as ActivityItem);
}
