import type { Fragment, Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import { heavily } from "#db/shares.ts";
import { type Viewer, visibleInstances } from "#src/access/viewer.ts";
import { InvalidInputError } from "#src/errors.ts";
import { maxPageSize } from "#src/query/paging.ts";
import { query, sql } from "#src/query/sql.ts";
import { type ActivityFilter, filterSql } from "./filter.ts";

export const activityGroupings = [
  "CATEGORY",
  "ACTION",
  "EVENT_TYPE",
  "USER",
  "INSTANCE",
  "COUNTRY",
  "IP_ADDRESS",
  "OUTCOME",
  "TIME",
] as const;
export type ActivityGrouping = (typeof activityGroupings)[number];

export interface ActivityBucket {
  /** The value: a category, an event type, a country ... For USER and INSTANCE their natural key; for TIME the start. */
  key: string;
  instanceId: number | null;
  userId: string | null;
  from: Date | null;
  count: number;
}

/** Without `occurredFrom` counts reach back this far. */
const defaultDays = 30;
const maxTimeBuckets = 2000;

/** Counts over the filter, largest first (TIME: oldest first, empty buckets left out). Without a start in the filter: the last 30 days. */
export async function activityStats(
  db: Db,
  viewer: Viewer,
  options: {
    filter: ActivityFilter | null;
    groupBy: ActivityGrouping;
    interval: string | null;
    first: number | null;
    now: Date;
  },
): Promise<ActivityBucket[]> {
  const client = heavily(rawSql(db));
  const first = options.first ?? (options.groupBy === "TIME" ? maxTimeBuckets : 20);
  const most = options.groupBy === "TIME" ? maxTimeBuckets : maxPageSize;
  if (first < 1 || first > most)
    throw new InvalidInputError(`\`first\` must be between 1 and ${most} here.`, ["first"]);
  const from = options.filter?.occurredFrom ?? new Date(options.now.getTime() - defaultDays * 86_400_000);
  const filter = { ...options.filter, occurredFrom: from };
  const instances = visibleInstances(viewer);
  const where = sql`${instances === null ? sql`true` : sql`a.instance_id = any(${instances}::int[])`} and ${filterSql(sql, filter)}`;
  if (options.groupBy === "TIME") return timeBuckets(client, where, options.interval ?? "P1D", first);
  const key = groupKey(options.groupBy);
  const rows = await query<{ key: string | null; instanceId: number | null; userId: string | null; count: number }>(
    client,
    sql`select ${key}, count(*)::int as count from activities a where ${where} group by 1, 2, 3 order by count desc, 1, 2, 3 limit ${first}::int`,
  );
  return rows.map((row) => ({
    key: row.key ?? "",
    instanceId: row.instanceId,
    userId: row.userId,
    from: null,
    count: row.count,
  }));
}

function groupKey(groupBy: Exclude<ActivityGrouping, "TIME">): Fragment {
  const column = {
    CATEGORY: sql`a.category`,
    ACTION: sql`a.action`,
    EVENT_TYPE: sql`a.event_type`,
    COUNTRY: sql`a.country`,
    IP_ADDRESS: sql`a.ip_address`,
    OUTCOME: sql`a.outcome`,
    USER: sql`null`,
    INSTANCE: sql`null`,
  }[groupBy];
  // Actors that are no known account are one bucket, whatever the instance: a key stands for one thing.
  const instance = {
    INSTANCE: sql`a.instance_id`,
    USER: sql`case when a.user_id is not null then a.instance_id end`,
  }[groupBy as "INSTANCE" | "USER"];
  return sql`${column}::text as key, ${instance ?? sql`null::int`} as "instanceId", ${groupBy === "USER" ? sql`a.user_id` : sql`null::text`} as "userId"`;
}

async function timeBuckets(client: Sql, where: Fragment, interval: string, first: number): Promise<ActivityBucket[]> {
  const match = /^P(?:(\d{1,3})D|T(?:(\d{1,3})H|(\d{1,4})M))$/.exec(interval);
  const minutes = match ? Number(match[1] ?? 0) * 1440 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0) : 0;
  if (minutes < 1)
    throw new InvalidInputError("`interval` is an ISO 8601 duration of days, hours or minutes: P1D, PT1H, PT5M.", [
      "interval",
    ]);
  const rows = await query<{ from: string; count: number }>(
    client,
    sql`select date_bin(${`${minutes} minutes`}::text::interval, a.occurred_at, timestamptz '2000-01-01 00:00:00+00') as "from", count(*)::int as count
    from activities a where ${where} group by 1 order by 1 limit ${first}::int`,
  );
  return rows.map((row) => ({
    key: new Date(row.from).toISOString(),
    instanceId: null,
    userId: null,
    from: new Date(row.from),
    count: row.count,
  }));
}
