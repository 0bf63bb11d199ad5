import type { Context } from "#src/connector-kit/contract/context.ts";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { Webhooks } from "#src/connector-kit/contract/webhooks.ts";
import { listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { carriedBy, jsonObjectOf, proveHmac, proveSecret } from "#src/connector-kit/webhook.ts";
import { ConflictError, ProviderRequestError, WebhookRejectedError } from "#src/errors.ts";
import { changedBy, securityFields } from "./events.ts";
import { readDelivery } from "./map.ts";

const topic = "workplace_security";

/**
 * The topic "Security" of the app: the only way to the security log.
 * Source: https://developers.facebook.com/docs/workplace/reference/webhooks/
 */
export const webhooks: Webhooks = {
  /** Workplace calls the address back before this returns. An app has one address for a topic: the last one wins. */
  async register(context, { url, secret }) {
    const { http, settings } = context;
    if (!settings.appSecret)
      throw new ProviderRequestError("Workplace sends activities only with an app ID and app secret in the settings.");
    const found = await subscription(context);
    if (
      found !== null &&
      found !== url &&
      new URL(found).pathname.replace(/\d+$/, "") !== new URL(url).pathname.replace(/\d+$/, "")
    )
      throw new ConflictError(
        "The app sends its security log to another program already. Use an app of its own for Gatehouse.",
      );
    const { body: community } = await http.get<unknown>("/community", { query: { fields: "id" } });
    await http.post(subscriptionsOf(context), {
      form: { object: topic, callback_url: url, verify_token: secret, fields: securityFields.join(",") },
      headers: asApp(context),
      sign: false,
      retry: true,
    });
    return { url, community: textOf(objectOf(community).id) ?? "" };
  },

  async unregister(context, { url }) {
    if (!context.settings.appSecret || (await subscription(context)) !== url) return;
    await context.http.request({
      method: "DELETE",
      url: subscriptionsOf(context),
      query: { object: topic },
      headers: asApp(context),
      sign: false,
    });
  },

  receive(request, { secret, settings, registration }) {
    if (request.method === "GET") return { response: handshake(request.query, secret) };
    proveHmac(request, { header: "x-hub-signature-256", prefix: "sha256=", secrets: [settings.appSecret] });
    const community = registration?.community || undefined;
    const carried = carriedBy(readDelivery(jsonObjectOf(request), { appId: settings.appId, community }));
    const refresh = [...new Set<ScanStream>(carried.activities.flatMap(({ eventType }) => changedBy(eventType)))];
    return { ...carried, ...(refresh.length > 0 ? { refresh } : {}) };
  },
};

/** Workplace asks whether the address is ours: we answer its number if it knows our secret. */
function handshake(
  query: Record<string, string>,
  secret: string,
): { status: number; headers: Record<string, string>; body: string } {
  const challenge = query["hub.challenge"] ?? "";
  proveSecret(query["hub.verify_token"] ?? "", secret);
  // Answered as it came, so it had better be harmless.
  if (query["hub.mode"] !== "subscribe" || !/^[\w-]{1,200}$/.test(challenge))
    throw new WebhookRejectedError("This is not Workplace verifying its webhook.");
  return { status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, body: challenge };
}

/** Address the security log goes to now; null when to none. */
async function subscription(context: Context): Promise<string | null> {
  const { body } = await context.http.get<unknown>(subscriptionsOf(context), { headers: asApp(context), sign: false });
  const found = listOf(objectOf(body).data)
    .map(objectOf)
    .find(({ object }) => object === topic);
  const url = textOf(found?.callback_url);
  return url !== null && URL.canParse(url) ? url : null;
}

function subscriptionsOf({ settings }: Context): string {
  return `https://graph.facebook.com/${settings.appId}/subscriptions`;
}

/** Acts for the app itself, not for a community. */
function asApp({ settings }: Context): Record<string, string> {
  return { authorization: `Bearer ${settings.appId}|${settings.appSecret}` };
}
