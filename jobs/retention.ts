import type { Sql } from "postgres";
import { rawSql } from "#db/client.ts";
import type { Core } from "#src/core.ts";
import { alertExpiringCredentials } from "#src/detection/alerts/system.ts";
import { forgetOldStates } from "#src/detection/anomalies/store.ts";
import { forgetOldMatches } from "#src/detection/policies/retention.ts";
import { ensurePartitions, forgetPartitions } from "#src/inventory/activities/store.ts";
import { forgetOldDeliveries } from "#src/response/destinations/enqueue.ts";

/** How far back subscriptions can resume. */
const logDays = 7;
const scanDays = 30;
const dayMs = 24 * 60 * 60_000;

/** Partitions ahead of time, and the end of what is kept no longer: whole months of activities, old log batches, used-up states and sessions. */
export async function keepHouse(core: Core): Promise<void> {
  const sql: Sql = rawSql(core.db);
  const now = core.now();
  const month = (offset: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset, 1));
  await ensurePartitions(sql, [month(0), month(1), month(2)]);
  await alertExpiringCredentials(core.db, now);
  const oldest = new Date(now.getTime() - core.retentionDays * dayMs);
  await dropOldPartitions(core, sql, oldest);
  await forgetOldMatches(sql, oldest, now);
  await forgetOldStates(sql, now);
  const logEnd = new Date(now.getTime() - logDays * dayMs).toISOString();
  await sql.begin(async (tx) => {
    const [last] = await tx<
      { position: string | null }[]
    >`select max(position) as position from activity_log where created_at < ${logEnd}::timestamptz`;
    if (last?.position == null) return;
    await tx`update activity_log_state set trimmed_through = ${last.position}::bigint`;
    await tx`delete from activity_log where position <= ${last.position}::bigint`;
  });
  const at = now.toISOString();
  await sql`delete from purpose_tokens where expires_at < ${at}::timestamptz`;
  await sql`delete from prepared_settings where expires_at < ${at}::timestamptz`;
  await sql`delete from oauth_states where expires_at < ${at}::timestamptz`;
  await sql`delete from sessions where expires_at < ${at}::timestamptz`;
  await sql`delete from sign_in_links where expires_at < ${at}::timestamptz`;
  await sql`delete from webhook_deliveries where received_at < ${logEnd}::timestamptz and handled_at is not null`;
  await forgetOldDeliveries(sql, now);
  await sql`delete from scans where finished_at < ${new Date(now.getTime() - scanDays * dayMs).toISOString()}::timestamptz`;
}

async function dropOldPartitions(core: Core, sql: Sql, before: Date): Promise<void> {
  const rows = await sql<{ name: string }[]>`
    select c.relname as name from pg_inherits h join pg_class c on c.oid = h.inhrelid where h.inhparent = 'activities'::regclass`;
  for (const { name } of rows) {
    const match = /^activities_(\d{4})_(\d{2})$/.exec(name);
    if (!match || Date.UTC(Number(match[1]), Number(match[2]), 1) > before.getTime()) continue;
    const [row] = await sql<{ count: string }[]>`select count(*) as count from ${sql(name)}`;
    await sql`drop table ${sql(name)}`;
    core.log.info({ partition: name, activities: Number(row?.count) }, "dropped activities past retention");
  }
  forgetPartitions();
}
