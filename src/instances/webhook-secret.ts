import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { type Db, tables } from "#db/client.ts";
import { recordAudit } from "#src/access/audit.ts";
import { requireRole, type Viewer } from "#src/access/viewer.ts";
import { connectorBySlug } from "#src/connectors/index.ts";
import type { Core } from "#src/core.ts";
import { ConflictError } from "#src/errors.ts";
import { announce } from "./announce.ts";
import { audited } from "./audited.ts";
import { findInstance } from "./lifecycle.ts";
import { lockInstance } from "./lock.ts";
import { reload } from "./row.ts";
import { sealWebhookSecret } from "./secrets.ts";
import { webhookUrl } from "./webhook-registration.ts";

/** What an admin enters at the provider. */
export interface ManualWebhook {
  url: string;
  secret: string;
}

/**
 * Makes the secret of a webhook that is entered by hand, and returns it this once. Made again, the old secret stops at once: deliveries
 * signed with it are refused until the new one is entered. Throws ConflictError where nothing is entered by hand, or nothing could arrive.
 */
export function createWebhookSecret(core: Core, viewer: Viewer, id: number): Promise<ManualWebhook> {
  const attempt = { action: "webhook.createSecret", target: `instance/${id}` };
  return audited(core, viewer, attempt, async () => {
    requireRole(viewer, "ADMIN");
    const found = await findInstance(core.db, viewer, id);
    const manifest = connectorBySlug(found.connectorSlug)?.manifest;
    if (manifest?.webhooks !== "manual") {
      const name = manifest?.name ?? found.connectorSlug;
      throw new ConflictError(
        manifest?.webhooks === "registered"
          ? `Gatehouse registers the webhook at ${name} itself; there is no secret to enter.`
          : `${name} sends no webhooks to Gatehouse.`,
      );
    }
    if (!core.acceptsWebhooks)
      throw new ConflictError(
        "PUBLIC_URL is not set, so there is no address for the provider to send to. Set it and start Gatehouse again.",
        { code: "PUBLIC_URL_NOT_SET" },
      );
    return core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      await lockInstance(tx, id);
      const { status, webhookSecret } = await reload(tx, id);
      if (status === "DISCONNECTED") throw new ConflictError("A disconnected instance takes no webhooks.");
      const secret = randomBytes(32).toString("base64url");
      await tx
        .update(tables.instances)
        .set({ webhookSecret: sealWebhookSecret(core.secrets, id, secret) })
        .where(eq(tables.instances.id, id));
      await recordAudit(tx, viewer, { ...attempt, after: { rotated: webhookSecret !== null }, result: "ok" });
      await announce(tx, id, status);
      return { url: webhookUrl(core, found.connectorSlug, id), secret };
    });
  });
}
