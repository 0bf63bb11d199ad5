import type { Sql } from "postgres";
import type { Log } from "#src/platform/log.ts";
import { ensurePartitions, forgetPartitions } from "./store.ts";

/** Makes the partitions of this month and the next two, and drops the months that lie wholly before `oldest`. */
export async function keepActivities(sql: Sql, log: Log, oldest: Date, now: Date): Promise<void> {
  const month = (offset: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset, 1));
  await ensurePartitions(sql, [month(0), month(1), month(2)]);
  const rows = await sql<{ name: string }[]>`
    select c.relname as name from pg_inherits h join pg_class c on c.oid = h.inhrelid where h.inhparent = 'activities'::regclass`;
  for (const { name } of rows) {
    const match = /^activities_(\d{4})_(\d{2})$/.exec(name);
    if (!match || Date.UTC(Number(match[1]), Number(match[2]), 1) > oldest.getTime()) continue;
    const [row] = await sql<{ count: string }[]>`select count(*) as count from ${sql(name)}`;
    await sql`drop table ${sql(name)}`;
    log.info({ partition: name, activities: Number(row?.count) }, "dropped activities past retention");
  }
  forgetPartitions();
}
