import type { Sql } from "postgres";

/** Deletes what was kept for a consent or a connection that never came, and tokens that have expired. */
export async function deleteExpiredAuthorizations(sql: Sql, now: Date): Promise<void> {
  const at = now.toISOString();
  await sql`delete from oauth_states where expires_at < ${at}::timestamptz`;
  await sql`delete from prepared_settings where expires_at < ${at}::timestamptz`;
  await sql`delete from purpose_tokens where expires_at < ${at}::timestamptz`;
}
