import type { Sql } from "postgres";
import type { PostureItem } from "#src/connector-kit/contract/records.ts";
import { epochOf } from "#src/platform/instant.ts";
import { postgresJson } from "#src/platform/text.ts";

/** Keeps the tenant's settings as read, for the posture checks. A read that failed replaces the old value by the reason. */
export async function storePosture(
  sql: Sql,
  instanceId: number,
  items: readonly PostureItem[],
  now: Date,
): Promise<number> {
  const rows = [...new Map(items.map((item) => [item.key, item])).values()].map((item) =>
    "unreadable" in item
      ? { key: item.key, value: null, unreadable: item.unreadable }
      : { key: item.key, value: item.value ?? null, unreadable: null },
  );
  const at = now.toISOString();
  await sql`
    insert into posture_settings as p (instance_id, key, value, unreadable, unreadable_since, read_at)
    select ${instanceId}, r.key, r.value, r.unreadable, case when r.unreadable is not null then ${at}::timestamptz end, ${at}::timestamptz from json_to_recordset(${postgresJson(rows)}::text::json) as r(key text, value jsonb, unreadable text)
    on conflict (instance_id, key) do update set value = excluded.value, unreadable = excluded.unreadable, read_at = excluded.read_at,
      unreadable_since = case when excluded.unreadable is not null then coalesce(p.unreadable_since, excluded.unreadable_since) end`;
  return rows.length;
}

/** Settings that could not be read, and since when the newest of them cannot. Null: all could. */
export async function unreadSettings(sql: Sql, instanceId: number): Promise<{ keys: string[]; since: Date } | null> {
  const rows = await sql<{ key: string; since: string }[]>`
    select key, coalesce(unreadable_since, read_at) as since from posture_settings
    where instance_id = ${instanceId} and unreadable is not null order by key`;
  if (rows.length === 0) return null;
  return { keys: rows.map(({ key }) => key), since: new Date(Math.max(...rows.map(({ since }) => epochOf(since)))) };
}
