import type { Sql } from "postgres";

/** How far back subscriptions can resume. */
const logDays = 7;
const dayMs = 24 * 60 * 60_000;

/** Deletes batches of the log older than `logDays`, and remembers up to where, so that a cursor before it is refused. */
export async function trimLog(sql: Sql, now: Date): Promise<void> {
  const end = new Date(now.getTime() - logDays * dayMs).toISOString();
  await sql.begin(async (tx) => {
    const [last] = await tx<{ position: string | null }[]>`
      select max(position) as position from activity_log where created_at < ${end}::timestamptz`;
    if (last?.position == null) return;
    await tx`update activity_log_state set trimmed_through = ${last.position}::bigint`;
    await tx`delete from activity_log where position <= ${last.position}::bigint`;
  });
}
