import type { Sql } from "postgres";
import type { ActionKey } from "./list.ts";

const reason =
  "The database was restored from a backup: this may have been carried out already. Approve it to carry it out now, or cancel it.";

/**
 * Actions that the restored database believes to be waiting or running may have been carried out since the backup was made: a person decides
 * about each. What an app works on is only asked for its end, and goes on. Returns which were held; the caller announces them.
 */
export async function holdActions(sql: Sql): Promise<ActionKey[]> {
  const rows = await sql<{ instanceId: number; id: string }[]>`
    update governance_actions set status = 'AWAITING_APPROVAL', error = ${reason}, started_at = null
    where status in ('QUEUED', 'RUNNING') and pending is null returning instance_id as "instanceId", id`;
  return rows.map(({ instanceId, id }) => ({ instanceId, id: Number(id) }));
}
