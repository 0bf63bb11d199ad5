/**
 * The durable log: what happened, in commit order. Writers publish inside their transaction; readers follow with src/realtime.
 * Payloads hold ids and small facts, never secrets or rows.
 */
import type { Db } from "#db/client.ts";
import { rawSql } from "#db/client.ts";
import { postgresJson } from "#src/platform/text.ts";

export interface Topics {
  /** A page of new activities: the log row itself holds their keys. */
  activities: null;
  /** Files that are new, changed or removed: the log row itself holds their ids. */
  files: null;
  /** An instance changed: status, settings, name. `failure` is why its connection broke, when that is the change. */
  instance: { status: string; failure?: string };
  /** A scan moved on; `scanId` of the row names it. */
  scan: null;
  /** Alerts were raised, repeated or changed; `raised` are those that were not there before. */
  alert: { ids: number[]; raised: number[] };
  /** Recommendations were evaluated again or decided on. */
  recommendation: { slugs: string[] };
  /** Governance actions moved on. */
  governance: { ids: number[] };
}
export type Topic = keyof Topics;

/** Notified with every append; the payload is empty. */
export const logChannel = "gatehouse_log";
/** Notified with the id of an instance that changed. */
export const instanceChannel = "gatehouse_instance";

/**
 * Appends to the log. The position is given at commit, under the log's lock, which makes positions monotonic in commit order: a plain sequence
 * would let a reader pass a batch that commits late. The lock is the server's alone, for as long as the commit takes. What the payload of an
 * alert, an action or a recommendation names has its `change_position` set to it as well.
 */
export async function publish<T extends Topic>(
  tx: Db,
  topic: T,
  entry: {
    instanceId: number;
    scanId?: number | null;
    payload?: Topics[T];
    occurredAts?: string[];
    externalIds?: string[];
  },
): Promise<void> {
  const sql = rawSql(tx);
  const payload = entry.payload == null ? null : postgresJson(entry.payload);
  await sql`
    select append_activity_log(${topic}, ${entry.instanceId}, ${entry.scanId ?? null}::bigint, ${entry.occurredAts ?? null}::text[]::timestamptz[],
      ${entry.externalIds ?? null}::text[], ${payload}::text::jsonb)`;
}
