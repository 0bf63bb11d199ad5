import type { Sql } from "postgres";

const dayMs = 24 * 60 * 60_000;
/** Days for which ended scans are kept. */
const scanDays = 30;
/** Days for which handled deliveries are remembered, so that a replay is recognised. */
const deliveryDays = 7;

/** Deletes ended scans, handled webhook deliveries, and records set aside that were last met before `oldest`. */
export async function deleteOldIngest(sql: Sql, oldest: Date, now: Date): Promise<void> {
  const daysAgo = (days: number) => new Date(now.getTime() - days * dayMs).toISOString();
  await sql`delete from unreadable_records where last_seen_at < ${oldest.toISOString()}::timestamptz`;
  await sql`delete from webhook_deliveries where received_at < ${daysAgo(deliveryDays)}::timestamptz and handled_at is not null`;
  await sql`delete from scans where finished_at < ${daysAgo(scanDays)}::timestamptz`;
}
