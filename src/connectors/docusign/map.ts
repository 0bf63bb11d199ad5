import { addressOf } from "#src/connector-kit/address.ts";
import { archived } from "#src/connector-kit/archived.ts";
import type { ActivityOutcome } from "#src/connector-kit/contract/kinds.ts";
import type { ActivityRecord, ActivityTargetRecord } from "#src/connector-kit/contract/records.ts";
import { countryCode } from "#src/connector-kit/country.ts";
import {
  idOf,
  isObject,
  type Json,
  needId,
  needInstant,
  needObject,
  needText,
  objectOf,
  textOf,
} from "#src/connector-kit/record.ts";
import { sentence } from "#src/connector-kit/sentence.ts";
import { alertWords, vocabulary } from "./events.ts";

/** One event of Monitor. Fields are published in two spellings, `integratorKey` and `IntegratorKey`. */
export function toActivity(value: unknown, path: string): ActivityRecord {
  const raw = needObject(value, path);
  const event = Object.fromEntries(
    Object.entries(raw).map(([name, one]) => [name.charAt(0).toLowerCase() + name.slice(1), one]),
  );
  const object = needText(event.object, `${path}.object`);
  const eventType = `${object}.${needText(event.action, `${path}.action`)}`;
  const data = dataOf(event.data);
  const phrase = vocabulary.phraseOf(eventType);
  const outcome = outcomeOf(event, eventType);
  const actorId = idOf(event.userId);
  const affected = idOf(data.AffectedUserId) ?? idOf(event.affectedUserId) ?? idOf(event.referencedUserId);
  const isOfAlert = object === "Alert";
  const words = wordsOf(event, data, actorId, affected);
  const location = objectOf(event.ipAddressLocation);
  return {
    externalId: needId(event.eventId, `${path}.eventId`),
    category: object === "User" && affected !== null && affected === actorId ? "USER" : phrase.category,
    action: phrase.action,
    eventType,
    description: sentence(outcome === "FAILURE" ? phrase.failure : phrase.template, words, fallbacks),
    occurredAt: needInstant(event.timestamp, `${path}.timestamp`),
    actor:
      actorId === null ? null : { externalId: actorId, name: textOf(data.UserName), email: textOf(data.UserEmail) },
    outcome,
    interactive: isOfAlert || textOf(event.source) === null ? null : event.source !== "API",
    sessionId: idOf(data.SessionId),
    ipAddress: addressOf(event.ipAddress),
    country: countryCode(textOf(location.country)),
    city: cityOf(location.city),
    userAgent: textOf(event.userAgent),
    targets: targetsOf(object, data, affected),
    ...(phrase.known ? {} : { unmapped: true }),
    raw,
  };
}

const fallbacks = { actor: "Somebody", user: "a user", alert: "unknown" };

/** An empty result is that of an event that cannot fail. */
function outcomeOf({ result }: Json, eventType: string): ActivityOutcome {
  const text = textOf(result);
  if (text === null) return /fail(ed|ure)$/i.test(eventType) ? "FAILURE" : "SUCCESS";
  if (/^success/i.test(text)) return "SUCCESS";
  return /^(fail|den|error)/i.test(text) ? "FAILURE" : "UNKNOWN";
}

/** Some texts come as lists of their characters. */
function dataOf(value: unknown): Json {
  return Object.fromEntries(
    Object.entries(objectOf(value)).map(([name, one]) => [
      name,
      Array.isArray(one) && one.length > 0 && one.every((part) => typeof part === "string" && part.length === 1)
        ? one.join("")
        : one,
    ]),
  );
}

function wordsOf(event: Json, data: Json, actorId: string | null, affected: string | null) {
  const who = textOf(data.AffectedUserName) ?? textOf(data.AffectedUserEmail);
  const isOther = affected !== null && affected !== actorId;
  const words: Readonly<Record<string, string | null>> = {
    actor: textOf(data.UserName) ?? textOf(data.UserEmail),
    user: who,
    other: isOther ? (who ?? "another user") : null,
    source: event.source === "API" ? "an integration" : null,
    setting: textOf(data.SettingsKey) ?? textOf(event.property),
    target: textOf(data.Name) ?? textOf(data.EnvelopeSubject) ?? textOf(data.GroupName),
    alert: textOf(event.action) === null ? null : alertWords(String(event.action)),
    reason: textOf(data.Reason),
  };
  return (name: string) => words[name];
}

const targetFields: readonly (readonly [field: string, type: string])[] = [
  ["EnvelopeId", "envelope"],
  ["TemplateId", "template"],
  ["DocumentId", "document"],
  ["GroupId", "group"],
  ["PermissionProfileId", "permissionProfile"],
  ["SettingsKey", "setting"],
];

function targetsOf(object: string, data: Json, affected: string | null): ActivityTargetRecord[] {
  const name = textOf(data.Name) ?? textOf(data.EnvelopeSubject);
  const things = targetFields.flatMap(([field, type]) => {
    const id = idOf(data[field]);
    return id === null ? [] : [{ type, id, name: type.toLowerCase() === object.toLowerCase() ? name : null }];
  });
  if (affected === null) return things;
  return [
    { type: "user", id: affected, name: textOf(data.AffectedUserName) ?? textOf(data.AffectedUserEmail) },
    ...things,
  ];
}

/** Monitor writes places in small letters. */
const cityOf = (value: unknown): string | null =>
  textOf(value)?.replace(/(?<=^|[\s-])\p{Ll}/gu, (letter) => letter.toUpperCase()) ?? null;

export const mapEvent = archived({
  event: "an event of DocuSign Monitor",
  hint: "events have an eventId, a timestamp, an object and an action",
  lists: ["data"],
  // A page of Monitor has its events under `data`, where an event has its details.
  map: (event, path) =>
    "eventId" in event || (isObject(event.data) && "object" in event) ? toActivity(event, path) : null,
});
