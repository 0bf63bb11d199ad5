import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { type Db, rawSql, tables } from "#db/client.ts";
import type { Instance } from "#db/tables/instances.ts";
import { connectorBySlug } from "#src/connectors/index.ts";
import type { Core } from "#src/core.ts";
import { ProviderError } from "#src/errors.ts";
import { openConnection } from "./connection.ts";
import { reload } from "./row.ts";
import { openRegistration, openWebhookSecret, sealRegistration, sealWebhookSecret } from "./secrets.ts";

export const webhookPath = (slug: string, instanceId: number) => `/webhooks/${slug}/${instanceId}`;

/**
 * One at a time for each instance: registering and taking down are calls to the provider, and of two that overlap the later decision could
 * end first. Holds a connection of the pool for as long, not the instance: the provider's handshake comes in between.
 */
export async function withWebhook<T>(core: Core, instanceId: number, run: () => Promise<T>): Promise<T> {
  return core.db.transaction(async (tx) => {
    await rawSql(tx as unknown as Db)`select pg_advisory_xact_lock(4711006, ${instanceId})`;
    return run();
  });
}

/** Brings the provider's webhook in line with the instance: registered while CONNECTED, taken down otherwise. Safe to repeat. */
export function settleWebhook(core: Core, instanceId: number): Promise<void> {
  return withWebhook(core, instanceId, () => settle(core, instanceId));
}

async function settle(core: Core, instanceId: number): Promise<void> {
  const instance = await reload(core.db, instanceId);
  const connector = instance && connectorBySlug(instance.connectorSlug)?.code;
  const register = connector?.webhooks?.register;
  if (!connector || !register) return;
  if (instance.status !== "CONNECTED") {
    if (instance.webhookRegistration !== null) await removeWebhook(core, instance);
    return;
  }
  // Committed before the call: the provider may ask back (a handshake) while it registers.
  const secret = instance.webhookSecret
    ? openWebhookSecret(core.secrets, instanceId, instance.webhookSecret)
    : randomBytes(32).toString("base64url");
  if (!instance.webhookSecret)
    await core.db
      .update(tables.instances)
      .set({ webhookSecret: sealWebhookSecret(core.secrets, instanceId, secret) })
      .where(eq(tables.instances.id, instanceId));
  const url = `${core.publicUrl}${webhookPath(instance.connectorSlug, instanceId)}`;
  try {
    const registration = await register(openConnection(core, connector, instance, { patient: false }), { url, secret });
    await core.db
      .update(tables.instances)
      .set({ webhookRegistration: sealRegistration(core.secrets, instanceId, registration) })
      .where(eq(tables.instances.id, instanceId));
  } catch (error) {
    // Scans go on without; the next connection test or retry registers it.
    core.log.warn(
      { instance: instanceId, error: error instanceof ProviderError ? error.message : String(error) },
      "the webhook could not be registered",
    );
    throw error;
  }
  // Disabled while the provider was asked: that request found no registration to remove.
  const now = await reload(core.db, instanceId);
  if (now.status !== "CONNECTED") await removeWebhook(core, now);
}

/** Removes our webhook, if the provider answers; never throws for an answer of the provider. Call it within `withWebhook`. */
export async function removeWebhook(core: Core, instance: Instance): Promise<void> {
  const connector = connectorBySlug(instance.connectorSlug)?.code;
  const registration = openRegistration(core.secrets, instance.id, instance.webhookRegistration);
  const unregister = connector?.webhooks?.unregister;
  if (!connector || !unregister || !registration || instance.credential === null) return;
  try {
    await unregister(openConnection(core, connector, instance, { patient: false }), registration);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    core.log.warn({ instance: instance.id, error: error.message }, "the webhook could not be removed at the provider");
  }
  await core.db.update(tables.instances).set({ webhookRegistration: null }).where(eq(tables.instances.id, instance.id));
}
