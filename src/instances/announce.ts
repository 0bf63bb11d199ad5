import type { Db } from "#db/client.ts";
import type { InstanceStatus } from "#db/tables/instances.ts";
import { publish } from "#src/realtime/publish.ts";

/**
 * Publishes that an instance changed, and the scans that ended with it, to subscribers and workers. Last in the transaction.
 * `failure`: why its connection broke just now.
 */
export async function announce(
  tx: Db,
  instanceId: number,
  status: InstanceStatus,
  { endedScans = [], failure }: { endedScans?: readonly number[]; failure?: string } = {},
): Promise<void> {
  for (const scanId of endedScans) await publish(tx, "scan", { instanceId, scanId });
  await publish(tx, "instance", { instanceId, payload: { status, ...(failure === undefined ? {} : { failure }) } });
}
