import { deleteIfThere } from "#src/connector-kit/actions.ts";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { WebhookResult, Webhooks } from "#src/connector-kit/contract/webhooks.ts";
import { needId, objectOf, textOf } from "#src/connector-kit/record.ts";
import { headerOf, proveHmac } from "#src/connector-kit/webhook.ts";
import { orgPath, readAll } from "./api.ts";

/**
 * What is read again when GitHub reports an event; the audit log always is: webhooks have neither address nor token.
 * Pushes are left to the next poll: a busy organization pushes more often than the audit log may be asked.
 */
const streamsByEvent: Readonly<Record<string, readonly ScanStream[]>> = {
  organization: ["USERS", "PRIVILEGES"],
  membership: ["GROUPS"],
  member: ["USERS"],
  team: ["GROUPS"],
  repository: [],
  public: [],
  installation: ["OAUTH_APPS"],
  personal_access_token_request: ["OAUTH_APPS"],
  org_block: ["USERS"],
  branch_protection_rule: [],
  repository_ruleset: [],
  secret_scanning_alert: [],
};

/** https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries */
export const webhooks: Webhooks = {
  async register(context, { url, secret }) {
    const hooks = `${orgPath(context)}/hooks`;
    const config = { url, content_type: "json", secret, insecure_ssl: "0" };
    const events = Object.keys(streamsByEvent);
    const known = (await readAll(context, `${hooks}?per_page=100`)).find(
      (hook) => textOf(objectOf(hook.config).url) === url,
    );
    const { body } = known
      ? await context.http.request({
          method: "PATCH",
          url: `${hooks}/${needId(known.id, "id")}`,
          json: { active: true, events, config },
          retry: true,
        })
      : await context.http.post(hooks, { json: { name: "web", active: true, events, config } });
    return { id: needId(objectOf(body).id, "id") };
  },

  async unregister(context, { id }) {
    await deleteIfThere(context, `${orgPath(context)}/hooks/${encodeURIComponent(id ?? "")}`);
  },

  receive(request, { secret }): WebhookResult {
    proveHmac(request, { header: "x-hub-signature-256", prefix: "sha256=", secrets: [secret] });
    const deliveryId = headerOf(request, "x-github-delivery");
    const id = deliveryId ? { deliveryId } : {};
    const streams = streamsByEvent[headerOf(request, "x-github-event")];
    // A ping greets; anything else we did not ask for changes nothing here.
    if (!streams) return id;
    return { ...id, refresh: [...streams, "ACTIVITIES"] };
  },
};
