import { and, eq, ne, sql } from "drizzle-orm";
import { type Db, rawSql, tables } from "#db/client.ts";
import type { Connector } from "#src/connector-kit/connector.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import type { Core } from "#src/core.ts";
import { ConflictError } from "#src/errors.ts";
import { enqueue } from "#src/platform/queue.ts";
import { announce } from "./announce.ts";
import { changeDomains } from "./domains.ts";
import { lockInstance } from "./lock.ts";
import type { ProvenConnection } from "./parts.ts";
import { placeStreams, reachOf } from "./streams.ts";
import { noteTest } from "./tested.ts";

/** What an instance is connected with, and what the test of it found. */
export interface Connection {
  settings: Settings;
  components: readonly string[];
  test: ProvenConnection;
}

/**
 * Everything that makes an instance CONNECTED once its credential has proved good: status, streams, webhook. Last in the caller's transaction.
 * Throws ConflictError when it was disconnected meanwhile: nothing of the transaction, the credential least of all, may stay.
 */
export async function startInstance(
  tx: Db,
  core: Core,
  connector: Connector,
  instanceId: number,
  connection: Connection,
): Promise<void> {
  const now = core.now();
  const { test } = connection;
  await lockInstance(tx, instanceId);
  const rows = await tx
    .update(tables.instances)
    .set({
      status: "CONNECTED",
      statusReason: null,
      externalAccountId: test.externalAccountId,
      accountName: test.accountName,
      missingScopes: test.missingScopes,
      unavailable: test.unavailable ?? {},
      connectedAt: sql`coalesce(${tables.instances.connectedAt}, ${now.toISOString()}::timestamptz)`,
      disabledAt: null,
      partsListedAt: now,
    })
    .where(and(eq(tables.instances.id, instanceId), ne(tables.instances.status, "DISCONNECTED")))
    .returning({ id: tables.instances.id });
  if (rows.length === 0) throw new ConflictError("The instance was disconnected meanwhile.");
  if (test.domains) await changeDomains(rawSql(tx), instanceId, { tenant: test.domains });
  const { endedScans } = await placeStreams(tx, connector, instanceId, reachOf(connection, test), now, "opened");
  if (connector.webhooks?.register && core.acceptsWebhooks)
    await enqueue(core.boss, tx, "webhook.register", { instanceId });
  await announce(tx, instanceId, "CONNECTED", { endedScans });
}

/** After a test: streams whose scopes are there again go on, streams that lack one stop, and parts come and go. */
export async function applyTest(
  tx: Db,
  connector: Connector,
  instanceId: number,
  connection: Connection,
  now: Date,
): Promise<number[]> {
  await noteTest(tx, instanceId, connection.test);
  await tx.update(tables.instances).set({ partsListedAt: now }).where(eq(tables.instances.id, instanceId));
  const reach = reachOf(connection, connection.test);
  const { endedScans } = await placeStreams(tx, connector, instanceId, reach, now, "tested");
  return endedScans;
}
