import type { Sql } from "postgres";
import { type Db, rawSql, tables } from "#db/client.ts";
import type { Core } from "#src/core.ts";
import { epochOf } from "#src/platform/instant.ts";
import { mayRepeat, restoredAt } from "#src/realtime/epoch.ts";
import type { Topic } from "#src/realtime/publish.ts";
import { type LogEntry, toLogEntry } from "#src/realtime/tailer.ts";
import { pack } from "./content.ts";
import type { OutboundEvent } from "./event.ts";
import { eventsOf, viewerOf } from "./events.ts";
import { consumerOf, type DestinationRow } from "./row.ts";
import { readSelection, type Selection, type StoredSelection } from "./selection.ts";

/** Batches of the log that are looked at in one transaction. */
const maxBatches = { activities: 10, alerts: 200, mail: 5000 };
/** Delivered ones that are kept in the delivery log of a destination, and how long. */
const maxDelivered = 500;

/**
 * Takes the next batches of the log for a destination that has nothing waiting: its deliveries and its position commit together, so that each
 * event is queued once, whichever process is killed at whichever moment. True when something was queued, or there may be more. Nothing remote is spoken to here.
 */
export async function enqueueNext(core: Core, destination: DestinationRow): Promise<boolean> {
  const { id } = destination;
  const selection = readSelection(destination.selection as StoredSelection);
  return core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const sql = rawSql(tx);
    const [consumer] = await sql<{ position: string }[]>`
      select position from log_consumers where name = ${consumerOf(id)} for update skip locked`;
    const [waiting] = await sql`select 1 from deliveries where destination_id = ${id} and status = 'PENDING' limit 1`;
    if (!consumer || waiting) return false;
    const [log] = await sql<{ end: string; trimmed: string }[]>`
      select greatest((select max(position) from activity_log), trimmed_through) as end, trimmed_through as trimmed from activity_log_state`;
    const end = Number(log!.end);
    let position = Number(consumer.position);
    if (position >= end) return false;
    if (position < Number(log!.trimmed)) {
      await recordLoss(core, tx, destination, position, Number(log!.trimmed));
      position = Number(log!.trimmed);
    }
    const limit = batchesOf(destination, selection);
    const entries = await readWanted(sql, position, end, selection, destination.instanceIds, limit);
    const events = await eventsOf(tx, viewerOf(destination.instanceIds), selection, entries);
    // A reader of the log from here on finds nothing of these batches: positions only grow.
    const reached = entries.length < limit ? end : entries.at(-1)!.position;
    await sql`update log_consumers set position = ${reached}, updated_at = now() where name = ${consumerOf(id)}`;
    const contents = pack(destination, events, String(id), core.publicUrl);
    if (contents.length > 0) {
      const now = core.now();
      const restored = await restoredAt(sql);
      const repeats = events.some((event) => mayRepeat(restored, occurredAt(event), now));
      await tx
        .insert(tables.deliveries)
        .values(contents.map((content) => ({ destinationId: id, ...content, mayRepeat: repeats, createdAt: now })));
      await trimDelivered(sql, id);
    }
    return contents.length > 0 || entries.length === limit;
  });
}

/** When it happened, or began; null for alerts that no activity was the reason for. */
function occurredAt(event: OutboundEvent): Date | null {
  if (event.type === "activity") return new Date(epochOf(event.activity.occurredAt));
  const [first] = event.alert.evidence;
  return first ? new Date(first[0]) : null;
}

function batchesOf({ kind }: DestinationRow, { activities }: Selection): number {
  return kind === "EMAIL" ? maxBatches.mail : activities ? maxBatches.activities : maxBatches.alerts;
}

async function readWanted(
  sql: Sql,
  position: number,
  end: number,
  selection: Selection,
  instanceIds: readonly number[] | null,
  limit: number,
): Promise<LogEntry[]> {
  const topics: Topic[] = [
    ...(selection.activities ? ["activities" as const] : []),
    ...(selection.alerts ? ["alert" as const] : []),
  ];
  const rows = await sql<Record<string, unknown>[]>`
    select position, topic, instance_id, scan_id, occurred_ats::text[], external_ids, payload, created_at from activity_log
    where position > ${position} and position <= ${end} and topic = any(${topics})
      and ${instanceIds === null ? sql`true` : sql`instance_id = any(${[...instanceIds]}::int[])`}
    order by position limit ${limit}`;
  return rows.map(toLogEntry);
}

/** It was away or refused for longer than the log is kept. What was deleted cannot be sent; the loss is reported. */
async function recordLoss(core: Core, tx: Db, destination: DestinationRow, from: number, to: number): Promise<void> {
  const message = `Lost: what happened between positions ${from} and ${to} of the log was removed before it could be sent (the log is kept for seven days).`;
  const now = core.now();
  await tx.insert(tables.deliveries).values({
    destinationId: destination.id,
    eventId: `${destination.id}-${to}-lost`,
    body: "",
    contentType: "text/plain",
    events: 0,
    status: "DEAD",
    lastError: message,
    createdAt: now,
  });
  const sql = rawSql(tx);
  await sql`update destinations set last_error = ${message}, last_error_at = ${now.toISOString()}::timestamptz where id = ${destination.id}`;
  core.log.error(
    { destination: destination.id, from, to },
    "a destination lost events: the log was removed before them",
  );
}

async function trimDelivered(sql: Sql, destinationId: number): Promise<void> {
  await sql`
    delete from deliveries where destination_id = ${destinationId} and status = 'DELIVERED' and id <=
      (select id from deliveries where destination_id = ${destinationId} and status = 'DELIVERED' order by id desc offset ${maxDelivered} limit 1)`;
}

/** What the delivery logs need no longer show: delivered a week ago, dead for a month. */
export async function forgetOldDeliveries(sql: Sql, now: Date): Promise<void> {
  const ago = (days: number) => new Date(now.getTime() - days * 24 * 60 * 60_000).toISOString();
  await sql`
    delete from deliveries where status = 'DELIVERED' and delivered_at < ${ago(7)}::timestamptz
      or status = 'DEAD' and created_at < ${ago(30)}::timestamptz`;
}
