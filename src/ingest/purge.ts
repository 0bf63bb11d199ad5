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
  for (;;) {
    signal.throwIfAborted();
    const { count } = await sql`
      delete from activities where (instance_id, occurred_at, external_id) in
        (select instance_id, occurred_at, external_id from activities where instance_id = ${instanceId} order by occurred_at limit ${chunk})`;
    if (count === 0) break;
  }
  for (const table of [
    "policy_matches",
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
