import type { Db } from "#db/client.ts";
import { publish } from "#src/realtime/publish.ts";
import type { ActionKey } from "./list.ts";

/** Puts changed actions of one instance into the log, which notes its position with them. */
export async function announceActions(tx: Db, instanceId: number, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await publish(tx, "governance", { instanceId, payload: { ids: [...ids] } });
}

/** The same for actions of several instances. */
export async function announceActionKeys(tx: Db, keys: readonly ActionKey[]): Promise<void> {
  const byInstance = Map.groupBy(keys, ({ instanceId }) => instanceId);
  for (const [instanceId, of] of byInstance)
    await announceActions(tx, instanceId, [...new Set(of.map(({ id }) => id))]);
}
