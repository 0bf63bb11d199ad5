import type { Sql } from "postgres";

const dayMs = 24 * 60 * 60_000;
/** Hours of counters: the guard looks back one day. */
const counterDays = 2;
/** Rows of one statement: short transactions, so that the evaluator never waits long. */
const chunk = 20_000;

/** What policies found in activities that are kept no longer. */
export async function forgetOldMatches(sql: Sql, before: Date, now: Date): Promise<void> {
  const instances = await sql<{ id: number }[]>`select id from instances order by id`;
  for (const table of ["policy_matches", "suppressed_findings"])
    for (const { id } of instances)
      for (;;) {
        const { count } = await sql`
          delete from ${sql(table)} where ctid = any(array(
            select ctid from ${sql(table)} where instance_id = ${id} and occurred_at < ${before.toISOString()}::timestamptz limit ${chunk}))`;
        if (count < chunk) break;
      }
  await sql`delete from policy_hours where hour < ${new Date(now.getTime() - counterDays * dayMs).toISOString()}::timestamptz`;
}
