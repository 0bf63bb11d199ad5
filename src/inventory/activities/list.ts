import type { Fragment } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import { type Viewer, visibleInstances } from "#src/access/viewer.ts";
import { epochOf } from "#src/platform/instant.ts";
import type { ActivityKey } from "#src/query/ids.ts";
import type { KeysetList } from "#src/query/keyset.ts";
import { type Reading, readerOf } from "#src/query/reading.ts";
import { query, queryValues, sql } from "#src/query/sql.ts";
import { type ActivityFilter, filterSql } from "./filter.ts";
import { type ActivityRow, activityTable } from "./row.ts";

/** Activities a page looks at, at most, for those that a filter wants, and a count. */
const maxTried = 16_384;
const maxCounted = 100_000;

/** Activities that affected a file, newest first, as a nested list. */
export function activitiesOfFile(viewer: Viewer, reading: Reading = "all"): KeysetList {
  return {
    columns: readerOf(activityTable, reading),
    from: sql`from file_activities x join activities a on a.instance_id = x.instance_id and a.occurred_at = x.occurred_at and a.external_id = x.activity_id`,
    where: allowed(viewer),
    ...activityKey,
    // The same as the activity's, where an index has them in this order.
    key: [sql`x.occurred_at`, sql`x.instance_id`, sql`x.activity_id`],
    onParent: sql`x.instance_id = p.instance_id and x.file_id = p.external_id`,
  };
}

/** Activities, newest first: of all instances, or as a nested list of an instance, an account or a person (whose number is the parent's external id). */
export function activityList(
  viewer: Viewer,
  filter: ActivityFilter | null,
  { of = "all", reading = "all" }: { of?: "all" | "instance" | "user" | "identity"; reading?: Reading } = {},
): KeysetList {
  const lead = of === "all" ? leadOf(viewer, filter ?? {}) : null;
  const { occurredFrom, occurredTo, ...other } = filter ?? {};
  const led = { occurredFrom, occurredTo, ...(lead ? { [lead]: other[lead] } : {}) };
  const rest = lead ? { ...other, [lead]: null } : other;
  const isAll = Object.entries(rest).every(([name, value]) => value == null || name === "involvement");
  return {
    columns: readerOf(activityTable, reading),
    from:
      of === "identity" || lead === "identityIds"
        ? sql`from users o join activities a on a.instance_id = o.instance_id and a.user_id = o.external_id`
        : sql`from activities a`,
    where:
      lead === "identityIds"
        ? sql`${allowed(viewer)} and ${filterSql(sql, { occurredFrom, occurredTo })} and o.identity_id = any(${other.identityIds ?? []}::bigint[])`
        : sql`${allowed(viewer)} and ${filterSql(sql, led)}`,
    tried: isAll
      ? undefined
      : {
          condition: filterSql(sql, rest),
          isSlow: isTextual(rest),
          alias: "a",
          most: maxTried,
          maxForCount: maxCounted,
        },
    ...activityKey,
    nullsLast:
      of === "all" &&
      !(["userIds", "identityIds", "ids"].includes(lead ?? "") || isOfOneInstance(viewer, lead, filter)),
    onParent: {
      all: undefined,
      instance: sql`a.instance_id = p.instance_id`,
      user: sql`a.instance_id = p.instance_id and a.user_id = p.external_id`,
      identity: sql`o.identity_id = p.external_id::bigint`,
    }[of],
  };
}

function isTextual({ search, actor, target, userAgent, not }: ActivityFilter): boolean {
  return search != null || actor != null || target != null || userAgent != null || (not != null && isTextual(not));
}

/** The condition whose index leads to the activities in their order; the others are tried on the way. */
function leadOf(
  viewer: Viewer,
  { ids, userIds, identityIds, involvement, ipAddresses, eventTypes, instanceIds }: ActivityFilter,
): "ids" | "userIds" | "identityIds" | "ipAddresses" | "eventTypes" | "instanceIds" | null {
  if (ids) return "ids";
  if (userIds?.length === 1 && (involvement ?? "ACTOR") === "ACTOR") return "userIds";
  if (identityIds?.length === 1 && (involvement ?? "ACTOR") === "ACTOR") return "identityIds";
  // These two go through all instances: a viewer limited to some would walk past the rows of the others.
  if (ipAddresses?.length === 1 && visibleInstances(viewer) === null) return "ipAddresses";
  if (eventTypes?.length === 1 && visibleInstances(viewer) === null) return "eventTypes";
  return instanceIds ? "instanceIds" : null;
}

/** Then the primary key gives the order. */
function isOfOneInstance(viewer: Viewer, lead: string | null, filter: ActivityFilter | null): boolean {
  return visibleInstances(viewer)?.length === 1 || (lead === "instanceIds" && filter?.instanceIds?.length === 1);
}

const activityKey = {
  key: [sql`a.occurred_at`, sql`a.instance_id`, sql`a.external_id`],
  keyTypes: ["timestamptz", "int", "text"] as const,
  keyNames: ["occurredAt", "instanceId", "externalId"] as const,
  descending: true,
};

function allowed(viewer: Viewer): Fragment {
  const instances = visibleInstances(viewer);
  if (instances === null) return sql`true`;
  return instances.length === 1
    ? sql`a.instance_id = ${instances[0] as number}::int`
    : sql`a.instance_id = any(${instances}::int[])`;
}

/** Rows by key, in the order asked for; null where there is none or it is not the viewer's. */
export async function loadActivities(
  db: Db,
  viewer: Viewer,
  keys: readonly ActivityKey[],
  reading: Reading = "all",
): Promise<(ActivityRow | null)[]> {
  const reader = readerOf(activityTable, reading);
  const values = await queryValues(
    rawSql(db),
    sql`select ${reader.outer} from (select ${reader.inner} from activities a where ${allowed(viewer)} and ${keysIn(keys)}) r ${reader.joins}`,
  );
  const rows = reader.rows(values);
  const byKey = new Map(rows.map((row) => [keyText(row, epochOf(row.occurredAt)), row]));
  return keys.map((key) => byKey.get(keyText(key, key.occurredAt.getTime())) ?? null);
}

/** The raw events by key: JSON exactly as the app sent it, parsed. */
export async function loadRawEvents(db: Db, keys: readonly ActivityKey[]): Promise<unknown[]> {
  const rows = await query<{ instanceId: number; occurredAt: string; externalId: string; raw: unknown }>(
    rawSql(db),
    sql`select a.instance_id as "instanceId", a.occurred_at as "occurredAt", a.external_id as "externalId", a.raw from activities a where ${keysIn(keys)}`,
  );
  const byKey = new Map(rows.map((row) => [keyText(row, epochOf(row.occurredAt)), row.raw]));
  return keys.map((key) => byKey.get(keyText(key, key.occurredAt.getTime())) ?? null);
}

function keyText({ instanceId, externalId }: { instanceId: number; externalId: string }, epoch: number): string {
  return `${instanceId}/${epoch}/${externalId}`;
}

function keysIn(keys: readonly ActivityKey[]): Fragment {
  const [key] = keys;
  if (keys.length === 1 && key)
    return sql`a.instance_id = ${key.instanceId}::int and a.occurred_at = ${key.occurredAt.toISOString()}::text::timestamptz and a.external_id = ${key.externalId}::text`;
  return sql`(a.instance_id, a.occurred_at, a.external_id) in (select * from unnest(${keys.map((one) => one.instanceId)}::int[],
    ${keys.map((one) => one.occurredAt.toISOString())}::text[]::timestamptz[], ${keys.map((one) => one.externalId)}::text[]))`;
}
