import { addressOf } from "#src/connector-kit/address.ts";
import { archived } from "#src/connector-kit/archived.ts";
import type { ActivityRecord, ActivityTargetRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
import {
  idOf,
  type Json,
  listOf,
  needInstant,
  needObject,
  needText,
  objectOf,
  textOf,
} from "#src/connector-kit/record.ts";
import { sentence } from "#src/connector-kit/sentence.ts";
import { vocabulary } from "./events.ts";
import { systemUsers } from "./system-users.ts";

/**
 * One event of Event Reporting. What it documents are successes; a type that speaks of a failure is one all the same.
 * Throws ProviderResponseError when it has no id, type or time; `path` is its place in the response.
 * Source: https://developers.smartsheet.com/api/smartsheet/openapi/events/event
 */
export function toActivity(value: unknown, path: string): ActivityRecord {
  const event = needObject(value, path);
  const objectType = needText(event.objectType, `${path}.objectType`).toUpperCase();
  const eventType = `${objectType} - ${needText(event.action, `${path}.action`).toUpperCase()}`;
  const details = objectOf(event.additionalDetails);
  const phrase = vocabulary.phraseOf(eventType);
  const actor = actorOf(event, details);
  const targets = targetsOf(event, objectType, details);
  const source = textOf(event.source);
  const isFailure = /(?<![A-Z])(FAIL|DENIED|REJECTED)/.test(eventType);
  return {
    externalId: needText(event.eventId, `${path}.eventId`),
    category: phrase.category,
    action: phrase.action,
    eventType,
    description: sentence(
      isFailure ? phrase.failure : phrase.template,
      wordsOf({ details, actor, targets }),
      fallbacks,
    ),
    // The API's description spells it with a capital S, its answers do not.
    occurredAt: needInstant(event.eventTimestamp ?? event.eventTimeStamp, `${path}.eventTimestamp`),
    actor,
    outcome: isFailure ? "FAILURE" : "SUCCESS",
    ...(isImpersonated(event) ? { impersonated: true } : {}),
    interactive: source === null || source === "UNKNOWN" ? null : /^(WEB|MOBILE|DESKTOP)/.test(source),
    ipAddress: addressOf(objectOf(event.eventDetails).sourceIpAddress ?? details.sourceIpAddress),
    targets: targets.map(({ type, id, name }) => ({ type, id, name })),
    ...(phrase.known ? {} : { unmapped: true }),
    raw: value,
  };
}

/** One archived event, a list of them, or a page of `GET /events`. */
export const mapEvent = archived({
  event: "a Smartsheet event",
  hint: "events have an eventId, an objectType and an action",
  lists: ["data"],
  map: (event, path) =>
    "objectType" in event && "action" in event && "eventId" in event ? toActivity(event, path) : null,
});

/** `Assume-User` acts as another person than the one whose token it is. */
function isImpersonated({ userId, requestUserId }: Json): boolean {
  const [effective, own] = [idOf(userId), idOf(requestUserId)];
  return effective !== null && own !== null && effective !== own && !systemUsers[effective];
}

function actorOf(event: Json, { emailAddress }: Json): ActorRecord | null {
  const id = idOf(event.userId);
  const system = id === null ? undefined : systemUsers[id];
  if (system) return { externalId: id, name: system, type: "SERVICE", isAccount: false };
  const email = textOf(emailAddress);
  return id === null && email === null ? null : { externalId: id, email, name: email ?? id };
}

interface Target extends ActivityTargetRecord {
  id: string | null;
  name: string | null;
  role: "object" | "person" | "group";
}

/** What it is about, then the person and the group that it is shared with or that it concerns. */
function targetsOf(event: Json, objectType: string, details: Json): Target[] {
  const id = idOf(event.objectIdStr) ?? idOf(event.objectId);
  const isUser = objectType === "USER";
  const email = emailOf(details);
  const userId = found(details, /^(?!old|previous|request)\w*user_?id$/i, idOf);
  const groupId = found(details, /^group_?id$/i, idOf);
  const object: Target = {
    type: objectType.toLowerCase(),
    id,
    name: isUser ? (userId === null || userId === id ? email : null) : nameOf(details),
    role: "object",
  };
  const isPerson = (email !== null || userId !== null) && !(isUser && (userId === null || userId === id));
  return [
    ...(id === null && object.name === null ? [] : [object]),
    ...(isPerson ? [{ type: "user", id: userId, name: email, role: "person" as const }] : []),
    ...(groupId === null || objectType === "GROUP"
      ? []
      : [{ type: "group", id: groupId, name: textOf(details.groupName), role: "group" as const }]),
  ];
}

/** The name of an item stands under its type (`sheetName`) or, after a change of it, under `newName`. */
function nameOf(details: Json): string | null {
  return (
    textOf(details.newName) ??
    textOf(details.name) ??
    found(details, /^(?!old|source|app|token|group|destination|folder|workspace)\w+name$/i, textOf) ??
    found(details, /^(group|folder|workspace)name$/i, textOf)
  );
}

/** Of another person than the actor, whose address is `emailAddress`. */
function emailOf(details: Json): string | null {
  return found(details, /^(?!emailaddress$)\w*e?mail\w*$|^recipients?$/i, (value) => textOf(listOf(value)[0] ?? value));
}

function found(details: Json, name: RegExp, read: (value: unknown) => string | null): string | null {
  for (const [key, value] of Object.entries(details)) {
    const text = name.test(key) ? read(value) : null;
    if (text !== null) return text;
  }
  return null;
}

const fallbacks = { actor: "Someone", user: "an account", person: "somebody", whom: "somebody" };

function wordsOf({ details, actor, targets }: { details: Json; actor: ActorRecord | null; targets: Target[] }) {
  const of = (role: Target["role"]) => targets.find((target) => target.role === role);
  const [object, person, group] = [of("object"), of("person"), of("group")];
  const label = (target: Target | undefined, noun: string) =>
    target === undefined ? null : (target.name ?? (target.id === null ? null : `${noun} ${target.id}`));
  const words: Readonly<Record<string, string | null>> = {
    actor: actor?.name ?? null,
    target: object?.name ?? null,
    user: label(object, "account"),
    person: label(person, "account"),
    whom: label(person, "account") ?? label(group, "group"),
    old: textOf(details.oldName),
    access: textOf(details.accessLevel)?.toLowerCase().replace("_share", " who may share") ?? null,
    token: textOf(details.tokenName) ?? textOf(details.tokenDisplayValue),
    app: textOf(details.appName),
  };
  return (name: string) => words[name];
}
