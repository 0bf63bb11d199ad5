import type { Sql } from "postgres";

/** Deletes sessions and sign-in links that have expired. */
export async function deleteExpiredSessions(sql: Sql, now: Date): Promise<void> {
  const at = now.toISOString();
  await sql`delete from sessions where expires_at < ${at}::timestamptz`;
  await sql`delete from sign_in_links where expires_at < ${at}::timestamptz`;
}
