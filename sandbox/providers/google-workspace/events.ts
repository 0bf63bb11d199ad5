import { mix, originAt, placeOf, uuidAt } from "../../generator.ts";
import { type EventType, eventType, generated } from "./event-types.ts";
import type { GoogleGroups } from "./groups.ts";
import type { GooglePeople } from "./people.ts";

/** What makes an event that happens now differ from a generated one. */
export interface EventNote {
  type?: string;
  /** Address of who did it. */
  actor?: string;
  ip?: string;
  /** Whom it was done to, and in which group. */
  person?: number;
  group?: number;
}

export interface EventParts {
  seed: number;
  customerId: string;
  people: GooglePeople;
  groups: GoogleGroups;
}

export function typeAt({ seed }: EventParts, number: number, note: EventNote | undefined): EventType {
  return note?.type ? eventType(note.type) : generated.pick(mix(seed, number, 541));
}

/** `SYSTEM` for what Google does by itself. */
export function actorAt(parts: EventParts, number: number, note: EventNote | undefined): string {
  if (note?.actor !== undefined) return note.actor;
  const { by } = typeAt(parts, number, note);
  const { people, seed } = parts;
  if (by === "system") return "SYSTEM";
  return people.emailOf(
    mix(seed, number, 542) % Math.max(1, by === "admin" ? Math.min(2, people.count) : people.count),
  );
}

/** A 64-bit number with a sign. */
function qualifierAt({ seed }: EventParts, number: number): string {
  return String(BigInt.asIntN(64, (BigInt(mix(seed, number, 543)) << 32n) | BigInt(number)));
}

export function idAt(parts: EventParts, number: number, at: number, note: EventNote | undefined): string {
  const { log } = typeAt(parts, number, note);
  if (log === "alerts") return `alert:${uuidAt(parts.seed, number, 545)}`;
  return `${log}:${new Date(at).toISOString()}:${qualifierAt(parts, number)}`;
}

/** One record of a log. https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities */
export function activityRecord(
  parts: EventParts,
  number: number,
  at: number,
  note: EventNote | undefined,
): Record<string, unknown> {
  const type = typeAt(parts, number, note);
  const actor = actorAt(parts, number, note);
  const person = parts.people.find(actor);
  const origin = originOf(parts, number, person ?? 0, note);
  const profileId = person === undefined ? parts.groups.outsiderOf(actor) : parts.people.idOf(person);
  return {
    kind: "admin#reports#activity",
    id: {
      time: new Date(at).toISOString(),
      uniqueQualifier: qualifierAt(parts, number),
      applicationName: type.log,
      customerId: parts.customerId,
    },
    etag: `"${mix(parts.seed, number, 544).toString(36)}"`,
    actor:
      actor === "SYSTEM"
        ? { callerType: "KEY", key: "SYSTEM" }
        : { callerType: "USER", email: actor, ...(profileId && { profileId }) },
    ...(type.by !== "system" && { ipAddress: origin.ip, networkInfo: { regionCode: origin.country } }),
    events: [{ type: type.kind, name: type.name, parameters: type.parameters(aboutOf(parts, number, actor, note)) }],
  };
}

/** An alert of the Alert Center. https://developers.google.com/workspace/admin/alertcenter/reference/rest/v1beta1/alerts */
export function alertRecord(
  parts: EventParts,
  number: number,
  at: number,
  note: EventNote | undefined,
): Record<string, unknown> {
  const { kind, name } = typeAt(parts, number, note);
  const email = actorAt(parts, number, note);
  const time = new Date(at).toISOString();
  const alertId = uuidAt(parts.seed, number, 545);
  // Without the letter it begins with elsewhere.
  const customerId = parts.customerId.slice(1);
  const { ip } = originOf(parts, number, parts.people.find(email) ?? 0, note);
  return {
    customerId,
    alertId,
    createTime: time,
    startTime: time,
    type: name,
    source: kind,
    data: {
      "@type": "type.googleapis.com/google.apps.alertcenter.type.AccountWarning",
      email,
      loginDetails: { loginTime: time, ipAddress: ip },
    },
    metadata: { customerId, alertId, status: "NOT_STARTED", updateTime: time, severity: "HIGH", etag: "w==" },
    updateTime: time,
    etag: "w==",
  };
}

function originOf({ seed }: EventParts, number: number, person: number, note: EventNote | undefined) {
  const origin = originAt(seed, person, number);
  if (note?.ip === undefined) return { ip: origin.ip, country: origin.place.code };
  return { ip: note.ip, country: placeOf(note.ip).code };
}

function aboutOf({ seed, people, groups }: EventParts, number: number, actor: string, note: EventNote | undefined) {
  const other = note?.person ?? mix(seed, number, 546) % Math.max(1, people.count);
  const group = note?.group ?? mix(seed, number, 547) % Math.max(1, groups.count);
  const document = mix(seed, number, 548) % 400;
  return {
    actor,
    other: people.emailOf(other),
    group: groups.emailOf(group),
    title: `Plan ${document}`,
    fileId: `1${mix(seed, document, 549).toString(36).padStart(7, "0")}${String(document).padStart(4, "0")}`,
    domain: people.domain,
  };
}
