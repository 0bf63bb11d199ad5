import type { Sql } from "postgres";

/** What waits in the restored database may have been sent since the backup was made. It is sent again, marked, under its old ids. */
export async function markDeliveries(sql: Sql): Promise<number> {
  const { count } = await sql`update deliveries set may_repeat = true where status = 'PENDING'`;
  await sql`update destinations set lease = null, leased_until = null where lease is not null`;
  return count;
}
