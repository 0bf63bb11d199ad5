import { ProviderUnavailableError } from "#src/errors.ts";
import type { Outbound } from "#src/platform/http/outbound.ts";
import { OutboundRefusedError } from "#src/platform/http/refused.ts";
import { hmacSha256 } from "#src/platform/http/signature.ts";
import { DeliveryError } from "./delivery-error.ts";

export interface WebhookRequest {
  url: string;
  secret: string;
  /** The same each time it is sent. */
  eventId: string;
  /** Sent with a header: the receiver may have it from before a restore of the database. */
  mayRepeat?: boolean;
  contentType: string;
  body: string;
  now: Date;
  timeoutMs: number;
  signal: AbortSignal;
}

/** The receiver refuses the request itself: its form, not its moment, is wrong. */
const refusals = new Set([400, 405, 406, 411, 413, 414, 415, 422, 501]);

/** Posts it, signed over time stamp and body. 2xx is delivered, everything else throws DeliveryError; a redirect is not followed. */
export async function sendWebhook(post: Outbound["post"], request: WebhookRequest): Promise<void> {
  const { url, eventId, mayRepeat, contentType, body, timeoutMs, signal } = request;
  const timestamp = Math.floor(request.now.getTime() / 1000);
  const headers = {
    "content-type": contentType,
    "gatehouse-event-id": eventId,
    ...(mayRepeat ? { "gatehouse-may-repeat": "true" } : {}),
    "gatehouse-timestamp": String(timestamp),
    "gatehouse-signature": `v1=${hmacSha256(request.secret, `${timestamp}.${body}`)}`,
  };
  let answer: Awaited<ReturnType<Outbound["post"]>>;
  try {
    answer = await post({ url, headers, body, timeoutMs, signal });
  } catch (cause) {
    if (cause instanceof OutboundRefusedError) throw new DeliveryError(cause.message, { cause, isFinal: true });
    if (cause instanceof ProviderUnavailableError) throw new DeliveryError(cause.message, { cause });
    throw cause;
  }
  const { status, retryAfter } = answer;
  if (status >= 200 && status < 300) return;
  const redirect = status >= 300 && status < 400 ? ", a redirect, which is not followed" : "";
  throw new DeliveryError(`The receiver answered ${status}${redirect}.`, {
    isFinal: refusals.has(status),
    retryAfterMs: waitOf(retryAfter, request.now),
  });
}

/** Retry-After: seconds, or a date. */
function waitOf(text: string | null, now: Date): number {
  if (!text) return 0;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
