import { rawSql } from "#db/client.ts";
import { deleteExpiredSessions } from "#src/access/retention.ts";
import type { Core } from "#src/core.ts";
import { alertExpiringCredentials } from "#src/detection/alerts/system.ts";
import { forgetOldStates } from "#src/detection/anomalies/store.ts";
import { forgetOldFileMatches } from "#src/detection/policies/files/matches.ts";
import { forgetOldMatches } from "#src/detection/policies/retention.ts";
import { deleteOldIngest } from "#src/ingest/retention.ts";
import { deleteExpiredAuthorizations } from "#src/instances/retention.ts";
import { keepActivities } from "#src/inventory/activities/retention.ts";
import { deleteOldFiles } from "#src/inventory/files/retention.ts";
import { trimLog } from "#src/realtime/retention.ts";
import { forgetOldDeliveries } from "#src/response/destinations/enqueue.ts";

const dayMs = 24 * 60 * 60_000;

/** Partitions ahead of time, alerts about credentials that end, and the end of what is kept no longer: each room deletes its own. */
export async function applyRetention(core: Core): Promise<void> {
  const sql = rawSql(core.db);
  const now = core.now();
  const oldest = new Date(now.getTime() - core.retentionDays * dayMs);
  await keepActivities(sql, core.log, oldest, now);
  await deleteOldFiles(sql, oldest);
  await alertExpiringCredentials(core.db, now);
  await forgetOldMatches(sql, oldest, now);
  await forgetOldFileMatches(sql, oldest);
  await forgetOldStates(sql, now);
  await trimLog(sql, now);
  await deleteExpiredSessions(sql, now);
  await deleteExpiredAuthorizations(sql, now);
  await deleteOldIngest(sql, oldest, now);
  await forgetOldDeliveries(sql, now);
}
