import { inArray } from "drizzle-orm";
import { type Db, rawSql, tables } from "#db/client.ts";
import { requireRole, type Viewer } from "#src/access/viewer.ts";
import type { KeysetList } from "#src/query/keyset.ts";
import { raw, sql } from "#src/query/sql.ts";
import type { DestinationRow } from "./row.ts";

export type { DestinationRow } from "./row.ts";

/** A delivery as the delivery log shows it: without what was sent. */
export interface DeliveryInfo {
  id: number;
  destinationId: number;
  eventId: string;
  events: number;
  status: string;
  mayRepeat: boolean;
  attempts: number;
  nextAttemptAt: string | null;
  lastError: string | null;
  createdAt: string;
  deliveredAt: string | null;
}

/** ADMIN. In the order in which they were made. One limited to instances sees destinations that get nothing else. */
export async function listDestinations(db: Db, viewer: Viewer): Promise<DestinationRow[]> {
  requireRole(viewer, "ADMIN");
  const rows = await db.select().from(tables.destinations).orderBy(tables.destinations.id);
  return rows.filter((row) => covers(viewer, row.instanceIds));
}

/** Rows by id, in the order asked for; null where there is none, or it is not the viewer's. */
export async function loadDestinations(
  db: Db,
  viewer: Viewer,
  ids: readonly number[],
): Promise<(DestinationRow | null)[]> {
  if (viewer.role !== "ADMIN" || ids.length === 0) return ids.map(() => null);
  const rows = await db
    .select()
    .from(tables.destinations)
    .where(inArray(tables.destinations.id, [...ids]));
  const byId = new Map(rows.filter((row) => covers(viewer, row.instanceIds)).map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

const deliveryColumns = `v.id::float8 as id, v.destination_id as "destinationId", v.event_id as "eventId", v.events, v.status, v.may_repeat as "mayRepeat", v.attempts,
  v.next_attempt_at as "nextAttemptAt", v.last_error as "lastError", v.created_at as "createdAt", v.delivered_at as "deliveredAt"`;

/** The delivery log of destinations (the parent's external id is its number), newest first. */
export function deliveryList(status: readonly string[] | null): KeysetList {
  return {
    columns: raw(deliveryColumns),
    from: sql`from deliveries v`,
    where: status === null ? sql`true` : sql`v.status = any(${[...status]})`,
    key: [sql`v.id`],
    keyTypes: ["bigint"],
    keyNames: ["id"],
    descending: true,
    onParent: sql`v.destination_id = p.external_id::int`,
  };
}

/** Rows by id, in the order asked for; null where there is none, or the destination is not the viewer's. */
export async function loadDeliveries(db: Db, viewer: Viewer, ids: readonly number[]): Promise<(DeliveryInfo | null)[]> {
  if (viewer.role !== "ADMIN" || ids.length === 0) return ids.map(() => null);
  const client = rawSql(db);
  const rows = await client<(DeliveryInfo & { scope: number[] | null })[]>`
    select ${client.unsafe(deliveryColumns)}, d.instance_ids as scope from deliveries v join destinations d on d.id = v.destination_id
    where v.id = any(${[...ids]}::bigint[])`;
  const mine = rows.filter(({ scope }) => covers(viewer, scope)).map(({ scope: _, ...row }) => row);
  const byId = new Map(mine.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** How many deliveries of each destination wait and are dead. */
export async function countDeliveries(
  db: Db,
  destinationIds: readonly number[],
): Promise<{ pending: number; dead: number }[]> {
  const rows = await rawSql(db)<{ id: number; pending: number; dead: number }[]>`
    select destination_id as id, count(*) filter (where status = 'PENDING')::int as pending, count(*) filter (where status = 'DEAD')::int as dead
    from deliveries where destination_id = any(${[...destinationIds]}::int[]) and status <> 'DELIVERED' group by 1`;
  const byId = new Map(rows.map(({ id, pending, dead }) => [id, { pending, dead }]));
  return destinationIds.map((id) => byId.get(id) ?? { pending: 0, dead: 0 });
}

/** Whether a viewer may see all that a destination gets. */
export function covers(viewer: Viewer, instanceIds: readonly number[] | null): boolean {
  return viewer.instanceIds === null || (instanceIds?.every((id) => viewer.instanceIds!.includes(id)) ?? false);
}
