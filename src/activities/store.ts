import type { Sql } from "postgres";
import type { ActivityRecord } from "#src/connectors/connector.ts";
import { cleanText, postgresJson } from "#src/text.ts";
import { knownActors, noteActors } from "#src/users/actors.ts";

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

/**
 * Stores one page in the caller's transaction. What is already there stays as it is: reading a page again changes nothing and is told to nobody.
 * Actors become known accounts, and their `lastSeenAt` moves on.
 */
export async function storeActivities(
  sql: Sql,
  instanceId: number,
  records: readonly ActivityRecord[],
): Promise<StoredActivities> {
  if (records.length === 0) return { occurredAts: [], externalIds: [], lastOccurredAt: null };
  const actors = await knownActors(sql, instanceId, records);
  const rows = records.map((record) => activityRow(record, actors.get(record) ?? null));
  const stored = await sql<{ occurred_at: string; external_id: string }[]>`
    insert into activities (instance_id, occurred_at, external_id, category, event_type, description, user_id, actor_name, outcome, impersonated,
      interactive, session_id, ip_address, country, city, isp, user_agent, targets, unmapped, raw)
    select ${instanceId}, r.occurred_at, r.external_id, r.category, r.event_type, r.description, r.user_id, r.actor_name, r.outcome, r.impersonated,
      r.interactive, r.session_id, r.ip_address, r.country, r.city, r.isp, r.user_agent, r.targets, r.unmapped, r.raw
    from json_to_recordset(${postgresJson(rows)}::text::json) as r(occurred_at timestamptz, external_id text, category text, event_type text, description text,
      user_id text, actor_name text, outcome text, impersonated boolean, interactive boolean, session_id text, ip_address text, country text, city text,
      isp text, user_agent text, targets jsonb, unmapped boolean, raw json)
    on conflict (instance_id, occurred_at, external_id) do nothing
    returning occurred_at, external_id`;
  await noteActors(sql, instanceId, records, actors);
  let last = 0;
  for (const record of records) last = Math.max(last, record.occurredAt.getTime());
  return {
    occurredAts: stored.map((row) => row.occurred_at),
    externalIds: stored.map((row) => row.external_id),
    lastOccurredAt: new Date(last),
  };
}

function activityRow(record: ActivityRecord, userId: string | null): Record<string, unknown> {
  return {
    occurred_at: record.occurredAt.toISOString(),
    external_id: cleanText(record.externalId, 500) ?? "unknown",
    category: record.category,
    event_type: cleanText(record.eventType, 200) ?? "unknown",
    description: cleanText(record.description, 2000) ?? record.eventType,
    user_id: userId,
    actor_name: cleanText(record.actor?.name ?? record.actor?.login ?? record.actor?.email, 500),
    outcome: record.outcome,
    impersonated: record.impersonated ?? false,
    interactive: record.interactive ?? null,
    session_id: cleanText(record.sessionId, 200),
    ip_address: cleanText(record.ipAddress, 64),
    country: cleanText(record.country, 2),
    city: cleanText(record.city, 200),
    isp: cleanText(record.isp, 200),
    user_agent: cleanText(record.userAgent, 1000),
    targets: record.targets.map((target) => ({
      type: cleanText(target.type, 100) ?? "unknown",
      id: cleanText(target.id, 500),
      name: cleanText(target.name, 500),
    })),
    unmapped: record.unmapped ?? false,
    raw: record.raw,
  };
}
