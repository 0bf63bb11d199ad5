/** For `receive` of webhooks: what proves a delivery, and what it holds. What refuses a delivery throws WebhookRejectedError. */
import { createHmac } from "node:crypto";
import { WebhookRejectedError } from "#src/errors.ts";
import { equalSecrets } from "#src/platform/http/signature.ts";
import type { ActivityRecord, UnreadableItem } from "./contract/records.ts";
import type { WebhookRequest } from "./contract/webhooks.ts";
import { isObject, isUnreadable, type Json } from "./record.ts";

/** The value of a header whatever the case of its name; empty when it is not there. */
export function headerOf({ headers }: Pick<WebhookRequest, "headers">, name: string): string {
  const wanted = name.toLowerCase();
  return Object.entries(headers).find(([key]) => key.toLowerCase() === wanted)?.[1] ?? "";
}

export interface HmacProof {
  /** Where the signature is: `X-Hub-Signature-256`. */
  header: string;
  /** Any one of them may have been used (a key that is being replaced); empty ones never. */
  secrets: readonly (string | undefined)[];
  /** Default `sha256`. */
  algorithm?: "sha1" | "sha256" | "sha512";
  /** Default `hex`, in either case of its letters. */
  encoding?: "hex" | "base64" | "base64url";
  /** Before the signature: `sha256=`, `v0=`. */
  prefix?: string;
  /** What is signed, in parts. Default: the body as it came. `["v0:", timestamp, ":", body]` */
  parts?: readonly (string | Buffer)[];
}

/** The signature in a header is the keyed hash of what was sent, compared in constant time. */
export function proveHmac(request: WebhookRequest, proof: HmacProof): void {
  const { header, secrets, algorithm = "sha256", encoding = "hex", prefix = "", parts = [request.body] } = proof;
  const written = headerOf(request, header).trim();
  const given = encoding === "hex" ? written.toLowerCase() : written;
  const usable = secrets.filter((secret): secret is string => secret !== undefined && secret !== "");
  const good = usable.map((secret) => {
    const hash = createHmac(algorithm, secret);
    for (const part of parts) hash.update(part);
    return equalSecrets(given, prefix + hash.digest(encoding));
  });
  if (!good.includes(true)) throw new WebhookRejectedError("The signature of the webhook is wrong.");
}

/** For providers that sign nothing: the delivery carries the secret itself, in a header or in its body. */
export function proveSecret(given: string, secret: string): void {
  if (secret === "" || !equalSecrets(given, secret))
    throw new WebhookRejectedError("The secret of the webhook is wrong.");
}

/**
 * The delivery is not older or newer than the window allows. `sentAt`: epoch seconds, epoch milliseconds or ISO 8601, as the provider
 * sends it; it proves something only when the signature covers it.
 */
export function proveTime(sentAt: string, now: Date, windowSeconds = 300): Date {
  const text = sentAt.trim();
  const figure = /^\d{9,14}(\.\d+)?$/.test(text) ? Number(text) : null;
  const date = new Date(figure === null ? text : figure < 1e11 ? figure * 1000 : figure);
  if (text === "" || Number.isNaN(date.getTime())) throw new WebhookRejectedError("The webhook has no readable time.");
  if (Math.abs(now.getTime() - date.getTime()) > windowSeconds * 1000)
    throw new WebhookRejectedError("The webhook is too old, or the clock of its sender is wrong.");
  return date;
}

/** The body as JSON, a byte order mark left out. */
export function jsonOf({ body }: Pick<WebhookRequest, "body">): unknown {
  const text = body.toString("utf8");
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    // No cause: JSON.parse quotes the body in its message.
    throw new WebhookRejectedError("The webhook holds no JSON.");
  }
}

/** The body as a JSON object. */
export function jsonObjectOf(request: Pick<WebhookRequest, "body">): Json {
  const value = jsonOf(request);
  if (isObject(value)) return value;
  throw new WebhookRejectedError("The webhook is not a JSON object.");
}

/** What `readEach` made of the events of a delivery, as a WebhookResult carries it. */
export function carriedBy(items: readonly (ActivityRecord | UnreadableItem)[]): {
  activities: ActivityRecord[];
  unreadable: UnreadableItem[];
} {
  const activities = items.filter((item): item is ActivityRecord => !isUnreadable(item));
  return { activities, unreadable: items.filter(isUnreadable) };
}
