import { createHash } from "node:crypto";
import { uuidAt } from "../../generator.ts";
import type { Drive } from "../../kit/drive.ts";
import type { EventSource } from "../../kit/tenant.ts";
import { hmacHeader, type Subscription, Webhooks } from "../../kit/webhooks.ts";
import type { SandboxKit, Tenant } from "../../provider.ts";

export interface Hook extends Subscription {
  /** Number of the file or folder. */
  target: number;
  triggers: string[];
  createdBy: Record<string, unknown>;
  createdAt: number;
}

/** Triggers of event types, for files and folders. https://developer.box.com/guides/webhooks/triggers/ */
const triggers: Readonly<Record<string, string>> = {
  ...{ UPLOAD: "FILE.UPLOADED", EDIT: "FILE.UPLOADED", PREVIEW: "FILE.PREVIEWED", DOWNLOAD: "FILE.DOWNLOADED" },
  ...{ COPY: "FILE.COPIED", MOVE: "FILE.MOVED", RENAME: "FILE.RENAMED", DELETE: "FILE.TRASHED" },
  ...{ UNDELETE: "FILE.RESTORED", LOCK: "FILE.LOCKED", UNLOCK: "FILE.UNLOCKED", COMMENT_CREATE: "COMMENT.CREATED" },
  ...{ SHARE: "SHARED_LINK.CREATED", ITEM_SHARED_UPDATE: "SHARED_LINK.UPDATED", UNSHARE: "SHARED_LINK.DELETED" },
  ...{ COLLABORATION_INVITE: "COLLABORATION.CREATED", COLLABORATION_REMOVE: "COLLABORATION.REMOVED" },
  ...{ METADATA_INSTANCE_CREATE: "METADATA_INSTANCE.CREATED", METADATA_INSTANCE_UPDATE: "METADATA_INSTANCE.UPDATED" },
};

/** Both keys sign body and time: https://developer.box.com/guides/webhooks/v2/signatures-v2/ */
export function signing(keys: { primary: string; secondary: string }): Hook["sign"] {
  return (message) => {
    const signed = (header: string, secret: string) =>
      hmacHeader({
        ...{ header, secret, encoding: "base64" },
        timestamp: { header: "box-delivery-timestamp", unit: "iso", text: (time, body) => body + time },
      })(message);
    return {
      ...signed("box-signature-primary", keys.primary),
      ...signed("box-signature-secondary", keys.secondary),
      "box-signature-version": "1",
      "box-signature-algorithm": "HmacSHA256",
      "box-delivery-id": createHash("sha1").update(`${message.at}${message.body}`).digest("hex"),
    };
  };
}

/** What deliveries are made of. */
interface Source extends EventSource, Pick<Tenant, "options"> {
  drive: Drive;
  record(event: number): Record<string, unknown>;
  itemOf(event: number): number | undefined;
  recordOfItem(item: number): Record<string, unknown>;
}

export function hooksOf(tenant: Source, kit: SandboxKit): Webhooks<Hook> {
  return new Webhooks<Hook>(tenant, kit, {
    body: ({ id, target, triggers: wanted }, number) => {
      const event = tenant.record(number);
      const trigger = triggers[String(event.event_type)];
      const item = tenant.itemOf(number);
      if (!trigger || !wanted.includes(trigger) || item === undefined || !isBelow(tenant, item, target))
        return undefined;
      return {
        type: "webhook_event",
        id: uuidAt(tenant.options.seed, number, 35),
        created_at: event.created_at,
        trigger,
        webhook: { id, type: "webhook" },
        created_by: event.created_by,
        source: tenant.recordOfItem(item),
        additional_info: [],
      };
    },
    retryAfterMs: [500, 2000],
    timeoutMs: 30_000,
  });
}

function isBelow({ drive }: Source, item: number, target: number): boolean {
  return (
    item === target || (drive.at(item) !== undefined && drive.pathOf(item).some(({ number }) => number === target))
  );
}
