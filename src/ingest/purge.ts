import type { Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import type { Core } from "#src/core.ts";
import { settleTerminations } from "#src/inventory/identities/termination.ts";

/** Rows of one statement: short transactions, so that nothing waits behind a large tenant's removal. */
const chunk = 20_000;

/** Removes everything a disconnected instance collected; its own row and its audit entries stay. Does nothing when it was connected again meanwhile. */
export async function purgeInstance(core: Core, instanceId: number, signal: AbortSignal): Promise<void> {
  const sql: Sql = rawSql(core.db);
  const [row] = await sql`select 1 from instances where id = ${instanceId} and status = 'DISCONNECTED'`;
  if (!row) return;
  for (const [table, key] of [
    ["activities", ["instance_id", "occurred_at", "external_id"]],
    ["files", ["instance_id", "external_id"]],
    ["file_collaborators", ["instance_id", "file_id", "principal", "key"]],
    ["file_policy_matches", ["instance_id", "id"]],
    ["file_activities", ["instance_id", "file_id", "occurred_at", "activity_id"]],
  ] as const)
    await deleteInChunks(sql, table, key, instanceId, signal);
  for (const table of [
    "policy_matches",
    "file_matches",
    "file_labels",
    "file_sightings",
    "file_reshares",
    "threshold_hits",
    "suppressed_findings",
    "detection_states",
    "customs",
    "policy_apps",
    "oauth_grants",
    "oauth_apps",
    "oauth_app_decisions",
    "privilege_holders",
    "privileges",
    "group_members",
    "groups",
    "users",
    "posture_settings",
    "webhook_deliveries",
    "unreadable_records",
    "coverage_gaps",
    "scans",
    "streams",
  ]) {
    signal.throwIfAborted();
    await sql`delete from ${sql(table)} where instance_id = ${instanceId}`;
  }
  // Nobody can say any more what this directory knew.
  const said = await sql<{ id: string }[]>`select id from identities where terminated_instance_id = ${instanceId}`;
  await core.db.transaction((tx) =>
    settleTerminations(
      rawSql(tx as unknown as Db),
      said.map(({ id }) => Number(id)),
    ),
  );
  await sql`delete from identities i where not exists (select from users u where u.identity_id = i.id)`;
}

/** Of a table that may have millions of rows of the instance. */
async function deleteInChunks(
  sql: Sql,
  table: string,
  key: readonly string[],
  instanceId: number,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const { count } = await sql`
      delete from ${sql(table)} where (${sql(key)}) in
        (select ${sql(key)} from ${sql(table)} where instance_id = ${instanceId} order by ${sql(key)} limit ${chunk})`;
    if (count === 0) return;
  }
}
