import { createHmac } from "node:crypto";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { WebhookRegistration, Webhooks } from "#src/connector-kit/contract/webhooks.ts";
import { isObject, needId, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { headerOf, proveSecret } from "#src/connector-kit/webhook.ts";
import { ProviderRequestError } from "#src/errors.ts";
import { driveUrl, inNameOf, inParallel, isPersonRefused } from "./drive/api.ts";
import { subjectOf } from "./drive/drives.ts";
import { type DriveFeed, feedQuery, feedsOf, startOf } from "./drive/feeds.ts";
import { scopes } from "./scopes.ts";

/** Google ends channels of changes after seven days at the latest. https://developers.google.com/workspace/drive/api/guides/push */
const termMs = 6 * 86_400_000;

const nothing: WebhookRegistration = { channels: "[]" };
const ofFiles = [scopes.readDrive, scopes.writeDrive];

/** Drives beyond are noticed when the feed is read, every few minutes. */
const maxChannels = 1000;
const atOnce = 6;

/** What stopping a channel takes. The one that it followed may be open still. */
interface Channel {
  id: string;
  earlierId: string;
  resourceId: string;
  as: string;
}

/**
 * One channel for the changes of each drive. Channels cannot be listed or prolonged, and an id is taken once: ids are made of the secret, the drive
 * and the half of a week it is, so that registering again finds what is there, and the next ones are open before the present ones end.
 */
export const webhooks: Webhooks = {
  async register(context, { url, secret }) {
    // Without files there is nothing to be notified of, and that is no fault of the channels.
    const granted = context.credential?.scopes;
    if (granted && !ofFiles.some((scope) => granted.includes(scope))) return nothing;
    const term = Math.floor(context.now().getTime() / (termMs / 2));
    const expiration = (term + 2) * (termMs / 2);
    const feeds = (await feedsOf(context)).slice(0, maxChannels);
    const opened = await inParallel(feeds, atOnce, (feed) => {
      const idOf = (one: number) => channelId(secret, [url, feed.key, one]);
      return open(context, feed, { id: idOf(term), earlierId: idOf(term - 1), url, secret, expiration });
    });
    const channels = opened.filter((channel) => channel !== null);
    return { channels: JSON.stringify(channels), renewBy: new Date(expiration).toISOString() };
  },

  async unregister(context, { channels = "[]" }) {
    await inParallel(JSON.parse(channels) as Channel[], atOnce, async ({ id, earlierId, resourceId, as }) => {
      for (const one of [id, earlierId]) await stop(inNameOf(context, as), one, resourceId);
    });
  },

  /** Nothing is signed: the token is one that only Google was given, and another for each channel. The body is empty. */
  receive(request, { secret }) {
    const id = headerOf(request, "x-goog-channel-id");
    proveSecret(headerOf(request, "x-goog-channel-token"), tokenOf(secret, id));
    // The first message of a channel only shows that it is open.
    if (headerOf(request, "x-goog-resource-state") === "sync") return { deliveryId: null };
    return { deliveryId: null, refresh: [{ stream: "FILES", part: "changes" }] };
  },
};

function channelId(secret: string, parts: readonly (string | number)[]): string {
  return `gatehouse-${createHmac("sha256", secret).update(JSON.stringify(parts)).digest("hex").slice(0, 40)}`;
}

function tokenOf(secret: string, channel: string): string {
  return createHmac("sha256", secret).update(`channel ${channel}`).digest("hex");
}

interface Wanted {
  id: string;
  earlierId: string;
  url: string;
  secret: string;
  /** Epoch ms. */
  expiration: number;
}

/** Null for a person who has no Drive, or in whose name nobody may act. */
async function open(context: Context, feed: DriveFeed, wanted: Wanted): Promise<Channel | null> {
  const { id, earlierId } = wanted;
  try {
    const as = await subjectOf(context, feed.key);
    const acting = inNameOf(context, as);
    const resourceId = await watch(acting, feed, wanted);
    if (resourceId !== null) return { id, earlierId, resourceId, as };
    // It is open already, but stopping it takes the id of the resource, which another channel of the same drive shows.
    const now = context.now().getTime();
    const probe = `${id.slice(0, 40)}-${now}`;
    const found = await watch(acting, feed, { ...wanted, id: probe, expiration: now + 60_000 });
    if (found === null) return null;
    await stop(acting, probe, found);
    return { id, earlierId, resourceId: found, as };
  } catch (error) {
    if (isPersonRefused(error)) return null;
    throw error;
  }
}

/** The id of the resource; null when a channel with this id is open. https://developers.google.com/workspace/drive/api/reference/rest/v3/changes/watch */
async function watch(
  acting: Context,
  feed: DriveFeed,
  { id, url, secret, expiration }: Wanted,
): Promise<string | null> {
  const pageToken = await startOf(acting, feed);
  const json = { id, type: "web_hook", address: url, token: tokenOf(secret, id), expiration: String(expiration) };
  const answer = await acting.http.post(`${driveUrl}/changes/watch`, {
    query: { ...feedQuery(feed), pageToken },
    json,
    allow: [400],
  });
  if (answer.status !== 400) return needId(needObject(answer.body, "body").resourceId, "resourceId");
  const { errors, message } = objectOf(objectOf(answer.body).error);
  const [first] = Array.isArray(errors) ? errors : [];
  if (isObject(first) && first.reason === "channelIdNotUnique") return null;
  const reason = textOf(message) ?? "no reason is named";
  throw new ProviderRequestError(`Google opens no channel for changes: ${reason}.`, { status: 400 });
}

/** One that has ended is not there any more. https://developers.google.com/workspace/drive/api/reference/rest/v3/channels/stop */
async function stop({ http }: Context, id: string, resourceId: string): Promise<void> {
  try {
    await http.post(`${driveUrl}/channels/stop`, { json: { id, resourceId }, allow: [404] });
  } catch (error) {
    if (!isPersonRefused(error)) throw error;
  }
}
