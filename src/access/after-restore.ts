import type { Sql } from "postgres";

/** What was used once or ended since the backup was made would be valid again: people sign in again. API tokens stay; see docs/operations.md. */
export async function endSessions(sql: Sql): Promise<void> {
  await sql`delete from sessions`;
  await sql`delete from sign_in_links`;
}
