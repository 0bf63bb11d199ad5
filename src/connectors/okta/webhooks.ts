import { deleteIfThere } from "#src/connector-kit/actions.ts";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { WebhookResult, Webhooks } from "#src/connector-kit/contract/webhooks.ts";
import { needText, objectOf, readEach, textOf, valueAt } from "#src/connector-kit/record.ts";
import { carriedBy, headerOf, jsonObjectOf, proveSecret } from "#src/connector-kit/webhook.ts";
import { ProviderRequestError, WebhookRejectedError } from "#src/errors.ts";
import { readAll } from "./api.ts";
import { hookEvents } from "./events.ts";
import { toActivity } from "./map.ts";

const hooks = "/api/v1/eventHooks";

/** What to read again when an event of these types arrives. */
const changes: readonly [RegExp, ScanStream][] = [
  [/^user\.lifecycle\./, "USERS"],
  [/^group\.(lifecycle|profile|user_membership)/, "GROUPS"],
  [/^(user\.account\.privilege|group\.privilege|iam\.)/, "PRIVILEGES"],
  [/^(application\.lifecycle|system\.api_token|app\.oauth2\.(client\.privilege|as\.consent))/, "OAUTH_APPS"],
];

/** Event hooks carry no signature, only a static secret: https://developer.okta.com/docs/concepts/event-hooks/ */
export const webhooks: Webhooks = {
  /** Okta asks our address for the handshake before the last call returns: it must answer by then. */
  async register(context, { url, secret }) {
    const { http } = context;
    const authScheme = { type: "HEADER", key: "Authorization", value: secret };
    const json = {
      name: "Gatehouse",
      events: { type: "EVENT_TYPE", items: hookEvents },
      channel: { type: "HTTP", version: "1.0.0", config: { uri: url, headers: [], authScheme } },
    };
    const known = (await readAll(context, hooks)).find((hook) => valueAt(hook, "channel.config.uri") === url);
    const { body } = known
      ? await http.request({ method: "PUT", url: pathOf(needText(known.id, "id")), json, retry: true })
      : await http.post(hooks, { json });
    const id = needText(objectOf(body).id, "id");
    if (known?.status === "INACTIVE") await http.post(`${pathOf(id)}/lifecycle/activate`);
    const verified = await http.post(`${pathOf(id)}/lifecycle/verify`);
    if (objectOf(verified.body).verificationStatus !== "VERIFIED") {
      throw new ProviderRequestError(
        "Okta could not verify the event hook: the address of Gatehouse must be reachable from the internet.",
      );
    }
    return { id };
  },

  async unregister(context, { id = "" }) {
    // Only an inactive hook can be deleted.
    const { status } = await context.http.post(`${pathOf(id)}/lifecycle/deactivate`, { allow: [400, 404] });
    if (status !== 404) await deleteIfThere(context, pathOf(id));
  },

  receive(request, { secret }) {
    const challenge = headerOf(request, "x-okta-verification-challenge");
    if (request.method === "GET" && challenge !== "") return handshake(challenge);
    proveSecret(headerOf(request, "authorization"), secret);
    const delivery = jsonObjectOf(request);
    const events = valueAt(delivery, "data.events");
    if (!Array.isArray(events)) throw new WebhookRejectedError("The event hook carries no events.");
    const carried = carriedBy(readEach(events, "data.events", toActivity));
    const refresh = carried.activities.flatMap(({ eventType }) =>
      changes.filter(([pattern]) => pattern.test(eventType)).map(([, stream]) => stream),
    );
    const deliveryId = textOf(delivery.eventId);
    return {
      response: { status: 204 },
      ...carried,
      refresh: [...new Set(refresh)],
      ...(deliveryId ? { deliveryId } : {}),
    };
  },
};

function pathOf(id: string): string {
  return `${hooks}/${encodeURIComponent(id)}`;
}

/** The one-time proof that the address is ours. The secret may not be known to Okta yet; the answer reveals nothing. */
function handshake(challenge: string): WebhookResult {
  if (challenge.length > 1000) throw new WebhookRejectedError("The challenge is too long.");
  const body = JSON.stringify({ verification: challenge });
  return { response: { status: 200, headers: { "content-type": "application/json" }, body } };
}
