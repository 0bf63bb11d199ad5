import { randomUUID } from "node:crypto";
import { recordAudit } from "#src/access/audit.ts";
import { requireRole, type Viewer } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import type { AlertRow } from "#src/detection/alerts/list.ts";
import { ConflictError } from "#src/errors.ts";
import { audited, recordIntent } from "#src/instances/audited.ts";
import { pack } from "./content.ts";
import { DeliveryError } from "./delivery-error.ts";
import type { AlertOut } from "./event.ts";
import { findDestination } from "./manage.ts";
import { send } from "./send.ts";

const timeoutMs = 10_000;

/**
 * Sends one made-up alert now, past everything that waits; the delivery log does not show it. Returns after how many milliseconds the
 * receiver had taken it. ADMIN. Throws NotFoundError, ConflictError (DELIVERY_FAILED).
 */
export function testDestination(core: Core, viewer: Viewer, id: number): Promise<number> {
  const target = `destination/${id}`;
  return audited(core, viewer, { action: "destination.test", target }, async () => {
    requireRole(viewer, "ADMIN");
    const destination = await findDestination(core.db, viewer, id);
    const [content] = pack(destination, [madeUp(core.now())], `test-${randomUUID()}`, core.publicUrl);
    await recordIntent(core, viewer, { action: "destination.test", target });
    const startedAt = performance.now();
    try {
      await send(core, destination, content!, { timeoutMs, signal: new AbortController().signal });
    } catch (cause) {
      if (!(cause instanceof DeliveryError)) throw cause;
      throw new ConflictError(cause.message, { code: "DELIVERY_FAILED", cause });
    }
    await recordAudit(core.db, viewer, { action: "destination.test", target, result: "ok" });
    return Math.round(performance.now() - startedAt);
  });
}

function madeUp(now: Date): AlertOut {
  const at = now.toISOString();
  const alert: AlertRow = {
    instanceId: 0,
    id: 0,
    kind: "SYSTEM",
    policyId: null,
    userId: null,
    oauthAppId: null,
    fileId: null,
    severity: "INFORMATIONAL",
    status: "OPEN",
    title: "Test of this destination",
    explanation: { test: true },
    evidence: [],
    occurrences: 1,
    lastOccurredAt: at,
    createdAt: at,
    updatedAt: at,
    assignee: null,
    resolution: null,
    changePosition: 0,
  };
  const instance = {
    id: 0,
    name: "Gatehouse",
    connectorSlug: "gatehouse",
    appName: "Gatehouse",
    externalAccountId: null,
  };
  return { type: "alert", id: `test-${randomUUID()}`, isNew: true, alert, instance, user: null, policy: null };
}
