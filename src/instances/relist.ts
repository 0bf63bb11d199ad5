import { eq } from "drizzle-orm";
import { type Db, rawSql, tables } from "#db/client.ts";
import { codeOf } from "#src/connector-kit/app.ts";
import type { Core } from "#src/core.ts";
import { ProviderError } from "#src/errors.ts";
import { enqueue } from "#src/platform/queue.ts";
import { announce } from "./announce.ts";
import { openConnection, settingsOf } from "./connection.ts";
import { lockInstance } from "./lock.ts";
import { listParts } from "./parts.ts";
import { reload } from "./row.ts";
import { placeStreams } from "./streams.ts";

/** Parts come and go at the app: a drive, a region, a log. Less than a day, so that an hourly look at the clock means daily. */
const relistAfterMs = 23.5 * 60 * 60_000;

/** Queues the instances whose parts were not listed for a day. */
export async function queueRelisting(core: Core): Promise<void> {
  const slugs = core.connectors.flatMap(({ manifest: { slug, streams } }) =>
    Object.values(streams).some(({ parts }) => parts) ? [slug] : [],
  );
  if (slugs.length === 0) return;
  const before = new Date(core.now().getTime() - relistAfterMs).toISOString();
  const rows = await rawSql(core.db)<{ id: number }[]>`
    select id from instances where status = 'CONNECTED' and connector_slug = any(${slugs})
      and (parts_listed_at is null or parts_listed_at < ${before}::timestamptz) order by id`;
  for (const { id } of rows) await queueStreams(core, core.db, id);
}

/** Has the streams of an instance brought in line, once the caller's transaction is committed. */
export function queueStreams(core: Core, tx: Db, instanceId: number): Promise<void> {
  return enqueue(core.boss, tx, "instance.streams", { instanceId });
}

/**
 * Brings the streams of an instance in line with its components and with the parts that the app names now. What the app refuses leaves
 * everything as it is, to be tried again within the hour; the scans report it.
 */
export async function relistStreams(core: Core, instanceId: number): Promise<void> {
  const instance = await reload(core.db, instanceId);
  const connector = await codeOf(core.connectors, instance?.connectorSlug);
  if (instance?.status !== "CONNECTED" || !connector) return;
  try {
    const parts = await listParts(connector, openConnection(core, connector, instance, { background: true }));
    await core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      await lockInstance(tx, instanceId);
      const now = await reload(tx, instanceId);
      // A change meanwhile has queued this again, or listed the parts again.
      if (now.status !== "CONNECTED" || now.components.join() !== instance.components.join()) return;
      const reach = {
        settings: settingsOf(core, now),
        components: now.components,
        missingScopes: now.missingScopes,
        parts,
      };
      const { endedScans, changed } = await placeStreams(tx, connector, instanceId, reach, core.now(), "listed");
      await tx.update(tables.instances).set({ partsListedAt: core.now() }).where(eq(tables.instances.id, instanceId));
      if (changed) await announce(tx, instanceId, "CONNECTED", { endedScans });
    });
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    core.log.warn({ instance: instanceId, error: error.message }, "the parts of its streams could not be listed");
  }
}
