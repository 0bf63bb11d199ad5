import type { Webhooks } from "#src/connector-kit/contract/webhooks.ts";
import { isObject, listOf, valueAt } from "#src/connector-kit/record.ts";
import { jsonObjectOf, proveHmac } from "#src/connector-kit/webhook.ts";
import { WebhookRejectedError } from "#src/errors.ts";

/**
 * A delivery names only the members whose files changed, so changes are looked for. An admin enters the address in the App Console: no call registers it.
 * Source: https://www.dropbox.com/developers/reference/webhooks
 */
export const webhooks: Webhooks = {
  receive(request, { settings }) {
    if (request.method === "GET") return { response: handshake(request.query.challenge ?? "") };
    proveHmac(request, { header: "x-dropbox-signature", secrets: [settings.clientSecret] });
    const teams = valueAt(jsonObjectOf(request), "list_folder.teams");
    const accounts = valueAt(jsonObjectOf(request), "list_folder.accounts");
    const names = isObject(teams) ? Object.values(teams).flatMap(listOf) : listOf(accounts);
    return {
      // The next change of the same member comes in the same bytes.
      deliveryId: null,
      refresh:
        names.length === 0
          ? []
          : [
              { stream: "FILES", part: "changes" },
              { stream: "FILES", part: "sharing" },
            ],
    };
  },
};

/** Dropbox asks whether the address takes webhooks before it sends any. The answer reveals nothing. */
function handshake(challenge: string): { status: number; headers: Record<string, string>; body: string } {
  // Answered as it came, so it had better be harmless.
  if (!/^[\w-]{1,300}$/.test(challenge)) throw new WebhookRejectedError("This is not Dropbox verifying its webhook.");
  const headers = { "content-type": "text/plain", "x-content-type-options": "nosniff" };
  return { status: 200, headers, body: challenge };
}
