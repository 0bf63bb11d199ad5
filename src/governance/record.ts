import { type Db, rawSql } from "#db/client.ts";
import { publish } from "#src/events.ts";

/** Puts changed actions of one instance into the log and notes where. At the end of the transaction: it takes the log's lock. */
export async function announceActions(tx: Db, instanceId: number, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  const position = await publish(tx, "governance", { instanceId, payload: { ids: [...ids] } });
  await rawSql(
    tx,
  )`update governance_actions set change_position = ${position} where instance_id = ${instanceId} and id = any(${[...ids]}::bigint[])`;
}
