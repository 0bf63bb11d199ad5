import { toCef } from "./cef.ts";
import { type AlertOut, contentHash, type OutboundEvent } from "./event.ts";
import { writtenWithin } from "./fit.ts";
import { toJson } from "./json.ts";
import { digestOf } from "./mail.ts";
import { toOcsf } from "./ocsf.ts";
import type { DestinationRow } from "./row.ts";
import { maxDatagram, syslogMessage } from "./syslog.ts";
import { syslogTarget } from "./target.ts";

/** What is sent at once: as it is kept, and as it is sent each time. */
export interface Content {
  eventId: string;
  body: string;
  contentType: string;
  events: number;
}

/** Events, and about how many characters, in one delivery. */
const maxEvents = 100;
const maxCharacters = 500_000;

/**
 * Packs events for a destination, in their order. A delivery is named by the events in it: what is sent again, from wherever in the log it
 * comes, has the same id, and an id never names something else. `prefix`: the destination, or what it is sent for.
 */
export function pack(
  destination: Pick<DestinationRow, "kind" | "format" | "target">,
  events: readonly OutboundEvent[],
  prefix: string,
  publicUrl: string,
): Content[] {
  if (events.length === 0) return [];
  if (destination.kind === "EMAIL") {
    const alerts = events.filter((event): event is AlertOut => event.type === "alert");
    const body = JSON.stringify(digestOf(alerts, publicUrl));
    return [{ eventId: deliveryId(prefix, alerts), body, contentType: "message/rfc822", events: alerts.length }];
  }
  const hostname = new URL(publicUrl).hostname;
  const write = (event: OutboundEvent) => written(destination.format, event);
  const asMessage = (event: OutboundEvent) => syslogMessage(event, hostname, write(event));
  const maxBytes = messageLimit(destination);
  const texts = events.map((event) =>
    destination.kind === "SYSLOG" ? JSON.stringify(writtenWithin(event, maxBytes, asMessage)) : write(event),
  );
  let sent = 0;
  return inParts(texts).map((part) => {
    const eventId = deliveryId(prefix, events.slice(sent, sent + part.length));
    sent += part.length;
    return { eventId, events: part.length, ...envelope(destination, eventId, part) };
  });
}

function deliveryId(prefix: string, events: readonly OutboundEvent[]): string {
  return `${prefix}-${contentHash(events.map(({ id }) => id))}`;
}

/** One event as one line. */
export function written(format: DestinationRow["format"], event: OutboundEvent): string {
  if (format === "CEF") return toCef(event);
  return JSON.stringify(format === "OCSF" ? toOcsf(event) : toJson(event));
}

/** Bytes of one message. Only datagrams have a limit: streams are counted, and webhooks packed. */
function messageLimit({ kind, target }: Pick<DestinationRow, "kind" | "target">): number {
  return kind === "SYSLOG" && syslogTarget(target).transport === "udp" ? maxDatagram : Number.POSITIVE_INFINITY;
}

function envelope(
  { kind, format }: Pick<DestinationRow, "kind" | "format">,
  eventId: string,
  texts: readonly string[],
): { body: string; contentType: string } {
  if (kind === "SYSLOG") return { body: `[${texts.join(",")}]`, contentType: "text/plain" };
  if (format === "CEF") return { body: `${texts.join("\n")}\n`, contentType: "text/plain; charset=utf-8" };
  return { body: `{"id":${JSON.stringify(eventId)},"events":[${texts.join(",")}]}`, contentType: "application/json" };
}

function inParts(texts: readonly string[]): string[][] {
  const parts: string[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const text of texts) {
    const last = parts.at(-1);
    if (last && last.length < maxEvents && size + text.length <= maxCharacters) last.push(text);
    else {
      parts.push([text]);
      size = 0;
    }
    size += text.length;
  }
  return parts;
}
