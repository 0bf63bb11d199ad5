import { isIPv4, isIPv6 } from "node:net";
import { epochOf } from "#src/platform/instant.ts";
import { version } from "#src/platform/version.ts";
import { actorName, type OutboundEvent } from "./event.ts";
import { jsonWithin } from "./fit.ts";

const severities: Record<string, number> = { INFORMATIONAL: 1, LOW: 3, MEDIUM: 5, HIGH: 8, CRITICAL: 10 };
const maxValue = 1000;

/** ArcSight's Common Event Format, version 0: one line. */
export function toCef(event: OutboundEvent): string {
  return event.type === "activity" ? activity(event) : alert(event);
}

function activity(event: Extract<OutboundEvent, { type: "activity" }>): string {
  const { activity: row, instance, user } = event;
  const [target] = row.targets;
  return line(row.eventType, row.description, row.outcome === "FAILURE" ? 3 : 1, {
    rt: epochOf(row.occurredAt),
    externalId: event.id,
    cat: row.category,
    outcome: row.outcome.toLowerCase(),
    act: row.eventType,
    ...source(row.ipAddress),
    suid: user?.externalId,
    suser: user?.email ?? user?.login ?? actorName(event),
    duid: target?.id,
    duser: target?.name,
    requestClientApplication: row.userAgent,
    deviceExternalId: instance.externalAccountId,
    dvchost: instance.connectorSlug,
    cs1Label: "instance",
    cs1: instance.name,
    ...(row.country ? { cs2Label: "country", cs2: row.country } : {}),
    ...(row.ipTags.length > 0 ? { cs3Label: "ipTags", cs3: row.ipTags.join(",") } : {}),
  });
}

function alert(event: Extract<OutboundEvent, { type: "alert" }>): string {
  const { alert: row, instance, policy } = event;
  return line(policy ? `policy:${policy.name}` : "system", row.title, severities[row.severity] ?? 5, {
    rt: epochOf(event.isNew ? row.createdAt : row.updatedAt),
    end: epochOf(row.lastOccurredAt),
    externalId: event.id,
    cat: `ALERT/${row.kind}`,
    act: event.isNew ? "raised" : "changed",
    cnt: row.occurrences,
    suid: event.user?.externalId,
    suser: event.user?.email ?? event.user?.login ?? actorName(event),
    msg: jsonWithin(row.explanation as object, maxValue),
    deviceExternalId: instance.externalAccountId,
    dvchost: instance.connectorSlug,
    cs1Label: "instance",
    cs1: instance.name,
    cs4Label: "status",
    cs4: row.status,
  });
}

/** `src` is for IPv4 alone. */
function source(address: string | null): Record<string, string> {
  if (address && isIPv4(address)) return { src: address };
  return address && isIPv6(address) ? { c6a2Label: "Source IPv6 Address", c6a2: address } : {};
}

function line(
  signature: string,
  name: string,
  severity: number,
  extension: Record<string, string | number | null | undefined>,
): string {
  const head = ["Gatehouse", "Gatehouse", version, signature, name].map(inHeader).join("|");
  const pairs = Object.entries(extension).flatMap(([key, value]) =>
    value === null || value === undefined || value === "" ? [] : [`${key}=${inExtension(String(value))}`],
  );
  return `CEF:0|${head}|${severity}|${pairs.join(" ")}`;
}

/** A header field ends at a pipe, and has no lines. */
function inHeader(text: string): string {
  return cut(text, 512)
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replace(/[\\|]/g, "\\$&");
}

/** A value ends where the next `key=` begins. Its lines are written as `\n`. */
function inExtension(text: string): string {
  return cut(text, maxValue)
    .replace(/[\\=]/g, "\\$&")
    .replace(/\r\n|[\r\n\u2028\u2029]/g, "\\n")
    .replace(/\p{Cc}/gu, " ");
}

function cut(text: string, length: number): string {
  return (text.length > length ? `${text.slice(0, length - 1)}…` : text).toWellFormed();
}
