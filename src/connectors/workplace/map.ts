import { createHash } from "node:crypto";
import { addressOf } from "#src/connector-kit/address.ts";
import { allReadable, archived } from "#src/connector-kit/archived.ts";
import type { ActivityRecord, ActorRecord, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import {
  idOf,
  isObject,
  isUnreadable,
  type Json,
  needId,
  needList,
  needObject,
  objectOf,
  readEach,
  textOf,
} from "#src/connector-kit/record.ts";
import { sentence } from "#src/connector-kit/sentence.ts";
import { ProviderResponseError } from "#src/errors.ts";
import { eventWords } from "./events.ts";

/**
 * A webhook delivery: entries of one community each, with changes in them; what cannot be read is set aside. `appId` is our own app: what
 * it does is done by nobody's account. Events have no ids: equal ones within a delivery get running numbers, and a delivery sent again gives
 * the same ids.
 */
export function readDelivery(
  delivery: unknown,
  options: { appId?: string | undefined; community?: string | undefined } = {},
): (ActivityRecord | UnreadableItem)[] {
  const { object, entry } = needObject(delivery, "$");
  const items = readEach(listOrOne(entry, "entry"), "entry", (value, path) => {
    const one = needObject(value, path);
    const community = needId(one.id, `${path}.id`);
    // An app may be installed in several communities; each instance is one.
    if (options.community !== undefined && community !== options.community) return [];
    const origin = { community, time: one.time, topic: textOf(object), appId: options.appId };
    const changes = `${path}.changes`;
    return readEach(listOrOne(one.changes, changes), changes, (change, place) => mapChange(change, origin, place));
  });
  const seen = new Map<string, number>();
  return items.map((item) => {
    if (isUnreadable(item)) return item;
    const count = (seen.get(item.externalId) ?? 0) + 1;
    seen.set(item.externalId, count);
    return count === 1 ? item : { ...item, externalId: `${item.externalId}-${count}` };
  });
}

/** The same, all of it. Throws ProviderResponseError for the first change that cannot be read. */
export function mapDelivery(...delivery: Parameters<typeof readDelivery>): ActivityRecord[] {
  return allReadable(readDelivery(...delivery));
}

/** A list, or the one element that some archive wrote instead of it. */
function listOrOne(value: unknown, path: string): unknown[] {
  return isObject(value) ? [value] : needList(value, path);
}

/** One archived event, or a list of them: a whole delivery, one entry, one change of it, or the value of a change. */
export const mapEvent = archived({
  event: "an event of Workplace's security log",
  hint: "deliveries have an entry, entries have changes, and changes have a field and a value",
  map: (event) => {
    if ("entry" in event) return mapDelivery(event);
    if ("changes" in event) return mapDelivery({ object: "workplace_security", entry: [event] });
    const origin = { community: "", time: undefined, topic: "workplace_security", appId: undefined };
    if ("field" in event && "value" in event) return mapChange(event, origin, "$");
    if ("event" in event && ("actor_id" in event || "actor" in event || "target_id" in event))
      return { ...mapChange({ field: "", value: event }, origin, "$"), raw: event };
    return null;
  },
});

interface Origin {
  community: string;
  /** Epoch seconds of the delivery: the time of an event that carries none. */
  time: unknown;
  topic: string | null;
  appId: string | undefined;
}

function mapChange(input: unknown, { community, time, topic, appId }: Origin, path: string): ActivityRecord {
  const change = needObject(input, path);
  const field = textOf(change.field) ?? "";
  const value = objectOf(change.value);
  const at = instantSeconds(value.event_time) ?? instantSeconds(value.timestamp) ?? secondsOf(time);
  if (at === null)
    throw new ProviderResponseError(`Expected a time at ${path}.value.event_time.`, `${path}.value.event_time`);
  const name = textOf(value.event);
  const event = eventWords(name, field);
  const actor = actorOf(partyOf(value, "actor"), appId);
  const target = partyOf(value, "target");
  const app = textOf(objectOf(value.integration_data).custom_integration_name);
  const toSomebodyElse = target !== null && target.id !== (actor?.externalId ?? null);
  const words: Record<string, string | null> = {
    actor: actor?.name ?? null,
    target: target?.name ?? null,
    other: toSomebodyElse ? target.name : null,
    app,
    event: name ?? field,
    device: event.device,
  };
  const security = topic === null || topic === "workplace_security";
  return {
    externalId: createHash("sha256")
      .update([community, at, field, canonical(change.value)].join("|"))
      .digest("hex"),
    category: security ? event.category : "USER",
    action: event.action,
    eventType: name ?? [topic, field].filter(Boolean).join("."),
    description: sentence(event.template, (word) => words[word], { actor: "Someone", target: "an account" }),
    occurredAt: new Date(at * 1000),
    actor,
    outcome: event.outcome,
    interactive: event.interactive,
    ipAddress: addressOf(value.ip),
    ...countryOf(value.ip_country),
    userAgent: textOf(value.user_agent) ?? textOf(value.useragent),
    targets: [
      ...(toSomebodyElse ? [{ type: "user", id: target.id, name: target.name }] : []),
      ...(app === null ? [] : [{ type: "app", id: null, name: app }]),
    ],
    ...(event.known && security ? {} : { unmapped: true }),
    raw: change,
  };
}

function countryOf(value: unknown): { country?: string } {
  const code = textOf(value);
  return code !== null && /^[A-Z]{2}$/i.test(code) ? { country: code.toUpperCase() } : {};
}

interface Party {
  id: string | null;
  email: string | null;
  name: string | null;
}

/** An object of its own, or spread over fields of the value: `actor: { id, email }`, or `actor_id` and `actor_email`. */
function partyOf(value: Json, role: "actor" | "target"): Party | null {
  const party = objectOf(value[role]);
  const id = idOf(party.id) ?? idOf(value[`${role}_id`]);
  const email = textOf(party.email) ?? textOf(value[`${role}_email`]);
  const name = textOf(party.name) ?? textOf(value[`${role}_name`]);
  return id === null && email === null && name === null ? null : { id, email, name: email ?? name ?? id };
}

function actorOf(party: Party | null, appId: string | undefined): ActorRecord | null {
  if (party === null) return null;
  const { id, email, name } = party;
  if (id !== null && id === appId) return { externalId: id, name, type: "SERVICE", isAccount: false };
  return { externalId: id, login: email, email, name };
}

/** Keys in order, so that equal values hash alike. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

/** Epoch seconds, also written as `2026-11-18T07:42:18+0000`. */
function instantSeconds(value: unknown): number | null {
  const seconds = secondsOf(value);
  if (seconds !== null || typeof value !== "string" || !/^\d{4}-\d\d-\d\dT/.test(value)) return seconds;
  return secondsOf(Date.parse(value) / 1000);
}

/** Epoch seconds, also written as text. */
export function secondsOf(value: unknown): number | null {
  const seconds = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  return typeof seconds === "number" && seconds > 0 && seconds < 1e11 ? Math.floor(seconds) : null;
}
