import { randomUUID } from "node:crypto";
import type { EventSource } from "../../kit/tenant.ts";
import { fixedHeader, SettledSubscription, type Signing, Webhooks } from "../../kit/webhooks.ts";
import type { Delivery, SandboxKit } from "../../provider.ts";
import { iso } from "./answers.ts";
import type { EventType } from "./event-types.ts";

export interface Channel {
  type: string;
  version: string;
  config: {
    uri: string;
    headers?: { key: string; value: string }[];
    authScheme?: { type: string; key: string; value?: string };
  };
}

/** What a caller decides about an event hook. */
export interface HookSettings {
  name: string;
  items: string[];
  channel: Channel;
}

/** An event hook. https://developer.okta.com/docs/concepts/event-hooks/ */
export class Hook extends SettledSubscription<HookSettings> {
  status: "ACTIVE" | "INACTIVE" = "ACTIVE";
  verified = false;

  get url(): string {
    return this.settings.channel.config.uri;
  }

  get active(): boolean {
    return this.status === "ACTIVE" && this.verified;
  }

  /** A static secret and fixed headers; nothing is signed. */
  get sign(): Signing {
    const { headers = [], authScheme } = this.settings.channel.config;
    const fixed = Object.fromEntries(headers.map(({ key, value }) => [key, value]));
    const secret = authScheme?.value ? fixedHeader(authScheme.key, authScheme.value) : () => ({});
    return (message) => ({ ...fixed, ...secret(message) });
  }

  record(origin: string, createdBy: string): Record<string, unknown> {
    const { name, items, channel } = this.settings;
    const { authScheme, ...config } = channel.config;
    const href = `${origin}/api/v1/eventHooks/${this.id}`;
    // The secret itself is never shown again.
    const shown = authScheme && { authScheme: { type: authScheme.type, key: authScheme.key } };
    return {
      id: this.id,
      status: this.status,
      verificationStatus: this.verified ? "VERIFIED" : "UNVERIFIED",
      name,
      created: iso(this.createdAt),
      createdBy,
      lastUpdated: iso(this.updatedAt),
      events: { type: "EVENT_TYPE", items, filter: null },
      channel: { ...channel, config: { ...config, method: "POST", ...shown } },
      _links: { self: { href }, verify: { href: `${href}/lifecycle/verify` } },
    };
  }
}

/** The event hooks of an org: an event goes out alone, and once more after a timeout or 5xx. */
export function hooksOf(
  tenant: Delivery["tenant"] & EventSource,
  kit: SandboxKit,
  read: (number: number) => { type: EventType; record: Record<string, unknown> },
): Webhooks<Hook> {
  return new Webhooks<Hook>(tenant, kit, {
    timeoutMs: 3000,
    retryAfterMs: [100],
    body(hook, number) {
      const { type, record } = read(number);
      if (!type.hookable || !hook.settings.items.includes(type.type)) return undefined;
      return {
        eventType: "com.okta.event_hook",
        eventTypeVersion: "1.0",
        cloudEventsVersion: "0.1",
        source: `https://${tenant.options.name}.okta.com/api/v1/eventHooks/${hook.id}`,
        eventId: randomUUID(),
        data: { events: [record] },
        eventTime: iso(kit.now()),
        contentType: "application/json",
      };
    },
  });
}
