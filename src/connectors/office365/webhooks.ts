import { deleteIfThere, ifThere } from "#src/connector-kit/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { WebhookResult, Webhooks } from "#src/connector-kit/contract/webhooks.ts";
import { isRefused } from "#src/connector-kit/page-walk.ts";
import { instantOf, type Json, needId, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { jsonObjectOf, proveSecret } from "#src/connector-kit/webhook.ts";
import { WebhookRejectedError } from "#src/errors.ts";
import { pathOf, readAll } from "../_microsoft/graph.ts";
import { drivesOfAllSites } from "./all-drives.ts";
import { isLocked } from "./drives.ts";

const subscriptions = "/subscriptions";

/** Microsoft allows 29 days for a drive. Three let each renewal, a day and a half later, take in the drives that are new. */
const lifetimeMs = 3 * 86_400_000;
/** What could last so much longer is renewed. */
const worthRenewingMs = 60 * 60_000;

/** Each takes a handshake: a large tenant is subscribed to in several runs. */
const maxNewAtOnce = 100;
const nextRunMs = 20 * 60_000;
/** Beyond these the feed alone notices changes, in its own time. */
const maxWatched = 1000;

/**
 * One subscription for each drive, content and permissions. Notices hold no content: they bring the feed of changes forward. The secret comes
 * back in each as `clientState`; nothing is signed.
 * Source: https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks
 */
export const webhooks: Webhooks = {
  async register(context, hook) {
    const ours = await ourSubscriptions(context, hook.url);
    const drives = [...(await drivesOfAllSites(context)).keys()].toSorted().slice(0, maxWatched);
    const ends: Date[] = [];
    let refusal: unknown;
    let isMore = false;
    let made = 0;
    for (const drive of drives) {
      const known = ours.get(resourceOf(drive));
      ours.delete(resourceOf(drive));
      if (!known && made >= maxNewAtOnce) {
        isMore = true;
        continue;
      }
      if (!known) made += 1;
      try {
        ends.push(await settle(context, drive, known, hook));
      } catch (error) {
        // Deleted or locked meanwhile: the others are not to wait for it.
        if (!isRefused(error) && !isLocked(error)) throw error;
        refusal ??= error;
      }
    }
    if (ends.length === 0 && refusal !== undefined) throw refusal;
    for (const { id } of ours.values()) await deleteIfThere(context, pathOf`/subscriptions/${String(id)}`);
    const soon = isMore ? [new Date(context.now().getTime() + nextRunMs)] : [];
    const first = [...ends, ...soon].toSorted((a, b) => a.getTime() - b.getTime())[0];
    return { url: hook.url, ...(first ? { renewBy: first.toISOString() } : {}) };
  },

  async unregister(context, { url = "" }) {
    for (const { id } of (await ourSubscriptions(context, url)).values())
      await deleteIfThere(context, pathOf`/subscriptions/${String(id)}`);
  },

  receive(request, { secret }) {
    const { validationToken } = request.query;
    if (validationToken !== undefined)
      return { response: { status: 200, headers: { "content-type": "text/plain" }, body: validationToken } };
    const { value } = jsonObjectOf(request);
    if (!Array.isArray(value) || value.length === 0) throw new WebhookRejectedError("The webhook holds no notices.");
    const notices = value.map(objectOf);
    for (const { clientState } of notices) proveSecret(textOf(clientState) ?? "", secret);
    return resultOf(notices);
  },
};

/** What was missed, or not sent while a subscription was not there, the feed brings: it goes on from its own position. */
function resultOf(notices: readonly Json[]): WebhookResult {
  const asksToRenew = notices.some(({ lifecycleEvent }) =>
    ["reauthorizationRequired", "subscriptionRemoved"].includes(String(lifecycleEvent)),
  );
  return {
    response: { status: 202 },
    deliveryId: null,
    refresh: [{ stream: "FILES", part: "changes" }],
    ...(asksToRenew ? { renew: true } : {}),
  };
}

function resourceOf(driveId: string): string {
  return `drives/${driveId}/root`;
}

/** By resource: those of our application that lead to this address. */
async function ourSubscriptions(context: Context, url: string): Promise<Map<string, Json>> {
  const all = await readAll(context, subscriptions, "subscriptions");
  const ours = all.filter(({ notificationUrl }) => notificationUrl === url);
  return new Map(ours.map((one) => [String(one.resource).replace(/^\//, ""), one]));
}

/** When the subscription to a drive ends. */
async function settle(
  context: Context,
  driveId: string,
  known: Json | undefined,
  hook: { url: string; secret: string },
): Promise<Date> {
  const until = new Date(context.now().getTime() + lifetimeMs);
  const end = instantOf(known?.expirationDateTime);
  if (known && end && until.getTime() - end.getTime() < worthRenewingMs) return end;
  const renewed = known ? await ifThere(() => renew(context, needId(known.id, "id"), until)) : null;
  return renewed ?? (await subscribe(context, driveId, until, hook));
}

async function renew({ http }: Context, id: string, until: Date): Promise<Date> {
  const url = pathOf`/subscriptions/${id}`;
  const { body } = await http.request({
    method: "PATCH",
    url,
    json: { expirationDateTime: until.toISOString() },
    retry: true,
  });
  return instantOf(objectOf(body).expirationDateTime) ?? until;
}

/** `includesecuritywebhooks`: also when permissions change. */
async function subscribe(
  { http }: Context,
  driveId: string,
  until: Date,
  hook: { url: string; secret: string },
): Promise<Date> {
  const { body } = await http.post(subscriptions, {
    headers: { prefer: "includesecuritywebhooks" },
    json: {
      changeType: "updated",
      notificationUrl: hook.url,
      lifecycleNotificationUrl: hook.url,
      resource: resourceOf(driveId),
      expirationDateTime: until.toISOString(),
      clientState: hook.secret,
    },
  });
  return instantOf(needObject(body, "body").expirationDateTime) ?? until;
}
