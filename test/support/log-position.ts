import type { Sql } from "postgres";

/** Where the log holds the newest batch with exactly these activities or files: the database gives positions at commit. */
export async function newestPositionOf(
  sql: Sql,
  externalIds: readonly string[],
  topic: "activities" | "files" = "activities",
): Promise<number> {
  const [row] = await sql<{ position: number }[]>`
    select max(position)::float8 as position from activity_log where topic = ${topic} and external_ids = ${[...externalIds]}::text[]`;
  return row!.position;
}
