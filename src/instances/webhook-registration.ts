import { randomBytes } from "node:crypto";
import { and, eq, lte } from "drizzle-orm";
import { type Db, tables } from "#db/client.ts";
import type { Instance } from "#db/tables/instances.ts";
import type { WebhookRegistration } from "#src/connector-kit/contract/webhooks.ts";
import { loadConnector } from "#src/connectors/index.ts";
import type { Core } from "#src/core.ts";
import { GatehouseError, ProviderError } from "#src/errors.ts";
import { enqueue } from "#src/platform/queue.ts";
import { announce } from "./announce.ts";
import { openConnection } from "./connection.ts";
import { withLease } from "./lease.ts";
import { lockInstance } from "./lock.ts";
import { reload } from "./row.ts";
import { openRegistration, openWebhookSecret, sealRegistration, sealWebhookSecret } from "./secrets.ts";

export const webhookUrl = (core: Pick<Core, "publicUrl">, slug: string, instanceId: number) =>
  `${core.publicUrl}/webhooks/${slug}/${instanceId}`;

/**
 * One at a time for each instance: registering and taking down are calls to the provider, and of two that overlap the later decision could
 * end first. Holds nothing of the database: the provider's handshake comes in between.
 */
export function withWebhook<T>(core: Core, instanceId: number, run: () => Promise<T>): Promise<T> {
  return withLease(core, `webhook/${instanceId}`, run, 90_000);
}

/** Brings the provider's webhook in line with the instance: registered while CONNECTED, taken down otherwise. Safe to repeat. */
export function settleWebhook(core: Core, instanceId: number): Promise<void> {
  return withWebhook(core, instanceId, () => settle(core, instanceId));
}

async function settle(core: Core, instanceId: number): Promise<void> {
  const instance = await reload(core.db, instanceId);
  const connector = instance && (await loadConnector(instance.connectorSlug));
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
  const url = webhookUrl(core, instance.connectorSlug, instanceId);
  try {
    const registration = await register(openConnection(core, connector, instance, { background: false }), {
      url,
      secret,
    });
    const renewBy = renewByOf(instance, registration);
    await note(core, instance, {
      webhookRegistration: sealRegistration(core.secrets, instanceId, registration),
      webhookRenewBy: renewBy,
      webhookRenewAt: renewBy && renewalAt(renewBy, core.now()),
      webhookProblem: null,
    });
  } catch (error) {
    // Scans go on without; retries of this job and the renewals register it.
    core.log.warn(
      { instance: instanceId, error: error instanceof ProviderError ? error.message : String(error) },
      "the webhook could not be registered",
    );
    const webhookProblem = error instanceof GatehouseError ? error.message : "Internal error; the log has the details.";
    await note(core, instance, { webhookProblem });
    throw error;
  }
  // Disabled while the provider was asked: that request found no registration to remove.
  const now = await reload(core.db, instanceId);
  if (now.status !== "CONNECTED") await removeWebhook(core, now);
}

type Outcome = Partial<Pick<Instance, "webhookRegistration" | "webhookRenewBy" | "webhookRenewAt" | "webhookProblem">>;

/** Stores how registering ended; what people see of it is announced when it differs. */
async function note(core: Core, before: Instance, outcome: Outcome): Promise<void> {
  await core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    await lockInstance(tx, before.id);
    await tx.update(tables.instances).set(outcome).where(eq(tables.instances.id, before.id));
    const { status } = await reload(tx, before.id);
    if (before.webhookProblem !== outcome.webhookProblem) await announce(tx, before.id, status);
  });
}

function renewByOf(instance: Instance, { renewBy }: WebhookRegistration): Date | null {
  if (renewBy === undefined) return null;
  const at = new Date(renewBy);
  if (Number.isNaN(at.getTime())) throw new Error(`${instance.connectorSlug} returned a renewBy that is no instant`);
  return at;
}

/** Registrations end at least so long after they were renewed, where the provider's time allows it. */
const renewAheadMs = 60 * 60_000;

/** When half of what remains is over, and an hour before the end at the latest. */
export function renewalAt(renewBy: Date, now: Date): Date {
  const half = now.getTime() + (renewBy.getTime() - now.getTime()) / 2;
  const latest = renewBy.getTime() - renewAheadMs;
  return new Date(latest > now.getTime() ? Math.min(half, latest) : half);
}

/** A renewal that was queued and is still due after this time is queued again: its job has used up its own retries by then. */
const queueAgainMs = 30 * 60_000;

/** Queues the registrations that are to be renewed now. Returns how many. */
export async function queueRenewals(core: Core): Promise<number> {
  const now = core.now();
  return core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const due = await tx
      .update(tables.instances)
      .set({ webhookRenewAt: new Date(now.getTime() + queueAgainMs) })
      .where(and(eq(tables.instances.status, "CONNECTED"), lte(tables.instances.webhookRenewAt, now)))
      .returning({ id: tables.instances.id });
    for (const { id } of due) await enqueue(core.boss, tx, "webhook.register", { instanceId: id });
    return due.length;
  });
}

/** Removes our webhook, if the provider answers; never throws for an answer of the provider. Call it within `withWebhook`. */
export async function removeWebhook(core: Core, instance: Instance): Promise<void> {
  const connector = await loadConnector(instance.connectorSlug);
  const registration = openRegistration(core.secrets, instance.id, instance.webhookRegistration);
  const unregister = connector?.webhooks?.unregister;
  if (!connector || !unregister || !registration || instance.credential === null) return;
  try {
    await unregister(openConnection(core, connector, instance, { background: false }), registration);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    core.log.warn({ instance: instance.id, error: error.message }, "the webhook could not be removed at the provider");
  }
  await core.db
    .update(tables.instances)
    .set({ webhookRegistration: null, webhookRenewBy: null, webhookRenewAt: null, webhookProblem: null })
    .where(eq(tables.instances.id, instance.id));
}
