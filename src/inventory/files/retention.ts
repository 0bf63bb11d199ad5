import type { Sql } from "postgres";

/** Rows of one statement: short transactions, so that nothing waits behind them. */
const chunk = 10_000;

/** Deletes files that were removed before `oldest`, links to activities before it, and what listings that ended left behind. */
export async function deleteOldFiles(sql: Sql, oldest: Date): Promise<void> {
  const at = oldest.toISOString();
  for (;;) {
    const rows = await sql<{ instanceId: number; id: string }[]>`
      delete from files where (instance_id, external_id) in (
        select instance_id, external_id from files where removed_at is not null and removed_at < ${at}::timestamptz limit ${chunk})
      returning instance_id as "instanceId", external_id as id`;
    await deleteParts(
      sql,
      rows.map(({ instanceId }) => instanceId),
      rows.map(({ id }) => id),
    );
    if (rows.length < chunk) break;
  }
  await sql`delete from file_activities where occurred_at < ${at}::timestamptz`;
  await sql`
    delete from file_sightings g where not exists (
      select from scans c where c.instance_id = g.instance_id and c.id = g.scan_id and c.status in ('QUEUED', 'RUNNING', 'THROTTLED'))
    and not exists (select from streams s where s.instance_id = g.instance_id and s.held_scan_id = g.scan_id)`;
}

async function deleteParts(sql: Sql, instanceIds: readonly number[], ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  for (const table of ["file_collaborators", "file_matches"])
    await sql`
      delete from ${sql(table)} where (instance_id, file_id) in (select * from unnest(${[...instanceIds]}::int[], ${[...ids]}::text[]))`;
}
