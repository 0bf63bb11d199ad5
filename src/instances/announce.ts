import type { Db } from "#db/client.ts";
import type { InstanceStatus } from "#db/tables/instances.ts";
import { publish } from "#src/realtime/publish.ts";

/** Tells subscribers and workers of an instance that changed, and of the scans it lost. Last in the transaction. */
export async function announce(
  tx: Db,
  instanceId: number,
  status: InstanceStatus,
  endedScans: readonly number[] = [],
): Promise<void> {
  for (const scanId of endedScans) await publish(tx, "scan", { instanceId, scanId });
  await publish(tx, "instance", { instanceId, payload: { status } });
}
