import { connectorBySlug } from "#src/connectors/index.ts";
import type { Core } from "#src/core.ts";
import type { InstanceRow } from "./row.ts";
import { webhookUrl } from "./webhook-registration.ts";

/** What an admin sees of an instance's webhook; never its secret. */
export interface InstanceWebhook {
  state: "NONE" | "REGISTERED" | "MANUAL";
  url: string | null;
  renewBy: Date | null;
  problem: string | null;
}

export function webhookOf(core: Core, { id, connectorSlug, status, webhook }: InstanceRow): InstanceWebhook {
  const kind = connectorBySlug(connectorSlug)?.manifest.webhooks;
  if (!kind || status === "DISCONNECTED") return { state: "NONE", url: null, renewBy: null, problem: null };
  const state = kind === "manual" ? "MANUAL" : webhook.registered ? "REGISTERED" : "NONE";
  const renewBy = webhook.renewBy === null ? null : new Date(webhook.renewBy);
  if (!core.acceptsWebhooks) {
    const problem = "PUBLIC_URL is not set, so the provider has no address to send to.";
    return { state, url: null, renewBy, problem };
  }
  const problems = [
    renewBy && renewBy <= core.now() ? "The registration has expired." : null,
    kind === "manual" && !webhook.hasSecret ? "There is no secret yet: createWebhookSecret returns one." : null,
    webhook.problem,
  ];
  return {
    state,
    url: webhookUrl(core, connectorSlug, id),
    renewBy,
    problem: problems.filter(Boolean).join(" ") || null,
  };
}
