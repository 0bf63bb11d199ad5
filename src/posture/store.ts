import type { Sql } from "postgres";
import type { PostureItem } from "#src/connector-kit/contract/records.ts";
import { postgresJson } from "#src/platform/text.ts";

/** Keeps the tenant's settings as read, for the posture checks. A read that failed replaces the old value by the reason. */
export async function storePosture(sql: Sql, instanceId: number, items: readonly PostureItem[]): Promise<number> {
  const rows = [...new Map(items.map((item) => [item.key, item])).values()].map((item) =>
    "unreadable" in item
      ? { key: item.key, value: null, unreadable: item.unreadable }
      : { key: item.key, value: item.value ?? null, unreadable: null },
  );
  await sql`
    insert into posture_settings (instance_id, key, value, unreadable, read_at)
    select ${instanceId}, r.key, r.value, r.unreadable, now() from json_to_recordset(${postgresJson(rows)}::text::json) as r(key text, value jsonb, unreadable text)
    on conflict (instance_id, key) do update set value = excluded.value, unreadable = excluded.unreadable, read_at = excluded.read_at`;
  return rows.length;
}
