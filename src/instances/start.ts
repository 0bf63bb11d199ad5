import { and, eq, isNull, ne, sql } from "drizzle-orm";
import { type Db, rawSql, tables } from "#db/client.ts";
import type { Connector } from "#src/connector-kit/connector.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import { type ScanStream, scanStreams } from "#src/connector-kit/contract/kinds.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import type { Core } from "#src/core.ts";
import { ConflictError } from "#src/errors.ts";
import { enqueue } from "#src/platform/queue.ts";
import { announce } from "./announce.ts";
import { durationMs, latestFirstStartMs, scopeRetryMs } from "./cadence.ts";
import { lockInstance } from "./lock.ts";
import { startWaiting } from "./start-waiting.ts";
import { noteTest } from "./tested.ts";

/**
 * Everything that makes an instance CONNECTED once its credential has proved good: status, streams, webhook. Last in the caller's transaction.
 * Throws ConflictError when it was disconnected meanwhile: nothing of the transaction, the credential least of all, may stay.
 */
export async function startInstance(
  tx: Db,
  core: Core,
  connector: Connector,
  instanceId: number,
  connection: { settings: Settings; components: readonly string[]; test: ConnectionTest },
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
    })
    .where(and(eq(tables.instances.id, instanceId), ne(tables.instances.status, "DISCONNECTED")))
    .returning({ id: tables.instances.id });
  if (rows.length === 0) throw new ConflictError("The instance was disconnected meanwhile.");
  await openStreams(tx, connector, instanceId, connection, now);
  if (connector.webhooks?.register && core.acceptsWebhooks)
    await enqueue(core.boss, tx, "webhook.register", { instanceId });
  await announce(tx, instanceId, "CONNECTED");
}

/** A row for each stream that these settings and scopes allow; those that were read before go on where they stopped. */
async function openStreams(
  tx: Db,
  connector: Connector,
  instanceId: number,
  connection: { settings: Settings; components: readonly string[]; test: ConnectionTest },
  now: Date,
): Promise<void> {
  const { streams } = connector.manifest;
  const missing = new Set(connection.test.missingScopes);
  for (const stream of scanStreams) {
    const fact = streams[stream];
    if (!fact || (fact.when && !fact.when(connection.settings, connection.components))) continue;
    const lacking = fact.scopes.filter((scope) => missing.has(scope));
    const disabledReason = lacking.length > 0 ? `Missing: ${lacking.join(", ")}.` : null;
    const back = fact.retroactivePeriod ? durationMs(fact.retroactivePeriod) : 0;
    const later = disabledReason ? scopeRetryMs : latestFirstStartMs[stream];
    const firstStart = later === undefined ? null : new Date(now.getTime() + later);
    await tx
      .insert(tables.streams)
      .values({
        instanceId,
        stream,
        fromAt: new Date(now.getTime() - back),
        nextRunAt: firstStart,
        disabledReason,
      })
      .onConflictDoUpdate({
        target: [tables.streams.instanceId, tables.streams.stream],
        set: {
          disabledReason,
          consecutiveFailures: 0,
          throttledUntil: null,
          nextRunAt: disabledReason
            ? firstStart
            : sql`case when ${tables.streams.firstScanCompletedAt} is not null then ${now.toISOString()}::timestamptz else ${firstStart?.toISOString() ?? null}::timestamptz end`,
        },
      });
  }
  await startWaiting(rawSql(tx), instanceId, now);
}

/** After a test: streams whose scopes are there again go on, streams that lack one stop. */
export async function applyTest(
  tx: Db,
  connector: Connector,
  instanceId: number,
  test: ConnectionTest,
  now: Date,
): Promise<void> {
  const lookAgainAt = new Date(now.getTime() + scopeRetryMs);
  await noteTest(tx, instanceId, test);
  const missing = new Set(test.missingScopes);
  for (const stream of Object.keys(connector.manifest.streams) as ScanStream[]) {
    const lacking = (connector.manifest.streams[stream]?.scopes ?? []).filter((scope) => missing.has(scope));
    const row = and(eq(tables.streams.instanceId, instanceId), eq(tables.streams.stream, stream));
    if (lacking.length > 0)
      await tx
        .update(tables.streams)
        .set({ disabledReason: `Missing: ${lacking.join(", ")}.`, nextRunAt: lookAgainAt })
        .where(and(row, isNull(tables.streams.disabledReason)));
    else
      await tx
        .update(tables.streams)
        .set({ disabledReason: null, nextRunAt: now })
        .where(and(row, sql`${tables.streams.disabledReason} is not null`));
  }
}
