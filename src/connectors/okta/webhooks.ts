import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import type { WebhookRequest, WebhookResult, Webhooks } from "#src/connector-kit/contract/webhooks.ts";
import { isObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { InvalidInputError, ProviderRequestError, WebhookRejectedError } from "#src/errors.ts";
import { equalSecrets } from "#src/platform/http/signature.ts";
import { readAll } from "./api.ts";
import { hookEvents } from "./hook-events.ts";
import { mapEvent } from "./map.ts";

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
    const json = {
      name: "Gatehouse",
      events: { type: "EVENT_TYPE", items: hookEvents },
      channel: {
        type: "HTTP",
        version: "1.0.0",
        config: { uri: url, headers: [], authScheme: { type: "HEADER", key: "Authorization", value: secret } },
      },
    };
    const known = (await readAll(context, hooks)).find(
      (hook) => textOf(objectOf(objectOf(hook.channel).config).uri) === url,
    );
    const { body } = known
      ? await http.request({
          method: "PUT",
          url: `${hooks}/${encodeURIComponent(needText(known.id, "id"))}`,
          json,
          retry: true,
        })
      : await http.post(hooks, { json });
    const id = needText(objectOf(body).id, "id");
    if (known?.status === "INACTIVE") await http.post(`${hooks}/${encodeURIComponent(id)}/lifecycle/activate`);
    const verified = await http.post(`${hooks}/${encodeURIComponent(id)}/lifecycle/verify`);
    if (textOf(objectOf(verified.body).verificationStatus) !== "VERIFIED") {
      throw new ProviderRequestError(
        "Okta could not verify the event hook: the address of Gatehouse must be reachable from the internet.",
      );
    }
    return { id };
  },

  async unregister(context, { id }) {
    const hook = `${hooks}/${encodeURIComponent(id ?? "")}`;
    // Only an inactive hook can be deleted.
    const { status } = await context.http.post(`${hook}/lifecycle/deactivate`, { allow: [400, 404] });
    if (status !== 404) await context.http.request({ method: "DELETE", url: hook, allow: [404] });
  },

  receive(request, { secret }): WebhookResult {
    const headers = new Map(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]));
    const challenge = headers.get("x-okta-verification-challenge");
    if (request.method === "GET" && challenge) return handshake(challenge);
    if (secret === "" || !equalSecrets(headers.get("authorization") ?? "", secret))
      throw new WebhookRejectedError("The secret of the event hook is wrong.");
    const delivery = readDelivery(request);
    const activities = eventsOf(delivery);
    const refresh = new Set<ScanStream>(
      activities.flatMap(({ eventType }) =>
        changes.filter(([pattern]) => pattern.test(eventType)).map(([, stream]) => stream),
      ),
    );
    const deliveryId = textOf(delivery.eventId);
    return { response: { status: 204 }, activities, refresh: [...refresh], ...(deliveryId ? { deliveryId } : {}) };
  },
};

/** The one-time proof that the address is ours. The secret may not be known to Okta yet; the answer reveals nothing. */
function handshake(challenge: string): WebhookResult {
  if (challenge.length > 1000) throw new WebhookRejectedError("The challenge is too long.");
  return {
    response: {
      status: 200,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ verification: challenge }),
    },
  };
}

function readDelivery(request: WebhookRequest): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(request.body.toString("utf8"));
    if (isObject(body)) return body;
  } catch (cause) {
    throw new WebhookRejectedError("The event hook is not JSON.", { cause });
  }
  throw new WebhookRejectedError("The event hook is not an object.");
}

function eventsOf(delivery: Record<string, unknown>): ActivityRecord[] {
  try {
    return mapEvent(delivery);
  } catch (error) {
    if (error instanceof InvalidInputError)
      throw new WebhookRejectedError("The event hook carries no events.", { cause: error });
    throw error;
  }
}
