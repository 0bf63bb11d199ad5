import type { EventSource } from "../../kit/tenant.ts";
import { hmacHeader, type Subscription, Webhooks } from "../../kit/webhooks.ts";
import type { SandboxKit, Tenant } from "../../provider.ts";

export interface Hook extends Subscription {
  name: string;
  createdAt: number;
}

/** HMAC-SHA1 of the body: https://developer.webex.com/docs/receive-and-verify-webhooks */
export function signing(secret: string): Hook["sign"] {
  return hmacHeader({ header: "x-spark-signature", secret, algorithm: "sha1" });
}

interface Source extends EventSource, Pick<Tenant, "options"> {
  record(event: number): Record<string, unknown>;
  /** Whether an event is of a message that carries a file. */
  bringsFile(event: number): boolean;
}

/** Webhooks of an organization are for messages with files, once real-time file DLP is on: here it is. */
export function hooksOf(tenant: Source, kit: SandboxKit): Webhooks<Hook> {
  return new Webhooks<Hook>(tenant, kit, {
    body: ({ id, name, createdAt }, number) => {
      if (!tenant.bringsFile(number)) return undefined;
      const { data, created, actorId, orgId } = tenant.record(number);
      const { text: _, ...message } = data as Record<string, unknown>;
      return {
        ...{ id, name, resource: "messages", event: "created", ownedBy: "org", status: "active" },
        ...{ orgId, created: new Date(createdAt).toISOString(), actorId, data: { ...message, created } },
      };
    },
    timeoutMs: 10_000,
  });
}
