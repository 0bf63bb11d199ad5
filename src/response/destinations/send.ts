import type { Core } from "#src/core.ts";
import { type Digest, sendDigest } from "./mail.ts";
import type { DestinationRow } from "./row.ts";
import { targetOf } from "./sealed-target.ts";
import { sendSyslog } from "./syslog.ts";
import { syslogTarget } from "./target.ts";
import { sendWebhook } from "./webhook.ts";

/** Where the secret of a destination is sealed. */
export function secretPlace(destinationId: number): string {
  return `destination/${destinationId}/secret`;
}

export interface SendOptions {
  /** For one try. */
  timeoutMs: number;
  signal: AbortSignal;
  /** PEM, for syslog over TLS. */
  ca?: string | undefined;
}

/** Hands one delivery over. Throws DeliveryError. */
export async function send(
  core: Core,
  destination: DestinationRow,
  content: { eventId: string; body: string; contentType: string; mayRepeat?: boolean },
  { timeoutMs, signal, ca }: SendOptions,
): Promise<void> {
  const { id, kind, target } = destination;
  if (kind === "EMAIL") return sendDigest(core, target, content.eventId, JSON.parse(content.body) as Digest);
  if (kind === "SYSLOG") {
    const messages = JSON.parse(content.body) as string[];
    return sendSyslog(syslogTarget(target), messages, { outbound: core.outbound.destinations, timeoutMs, signal, ca });
  }
  const secret = core.secrets.open(destination.secret!, secretPlace(id));
  return sendWebhook(core.outbound.post, {
    ...content,
    url: targetOf(core.secrets, destination),
    secret,
    now: core.now(),
    timeoutMs,
    signal,
  });
}
