import { addressOf } from "#src/connector-kit/address.ts";
import { archived } from "#src/connector-kit/archived.ts";
import type { ActivityRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
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

/**
 * One event of the organization's audit log. Throws ProviderResponseError when it has no id, action or time.
 * Source: https://developer.atlassian.com/cloud/admin/organization/rest/api-group-events/
 */
export function toActivity(value: unknown, path: string): ActivityRecord {
  const event = needObject(value, path);
  const attributes = needObject(event.attributes, `${path}.attributes`);
  const eventType = needText(attributes.action, `${path}.attributes.action`);
  const phrase = vocabulary.phraseOf(eventType);
  const isFailure = /fail|denied|blocked/.test(eventType);
  const place = objectOf(attributes.location);
  const actor = objectOf(attributes.actor);
  const targets = listOf(attributes.context).map(targetOf);
  return {
    externalId: needText(event.id, `${path}.id`),
    category: phrase.category,
    action: phrase.action,
    eventType,
    description: sentence(isFailure ? phrase.failure : phrase.template, wordsOf(event, actor, targets), fallbacks),
    occurredAt: needInstant(attributes.time, `${path}.attributes.time`),
    actor: actorOf(actor),
    outcome: isFailure ? "FAILURE" : "SUCCESS",
    ...(eventType === "user_logged_in_as_user" || idOf(objectOf(actor.onBehalfOf).id) !== null
      ? { impersonated: true }
      : {}),
    interactive: interactivity[String(objectOf(actor.auth).authType)] ?? null,
    ipAddress: addressOf(place.ip),
    city: textOf(place.city),
    targets: targets.filter(({ id, name }) => id !== null || name !== null),
    ...(phrase.known ? {} : { unmapped: true }),
    raw: value,
  };
}

/** One archived event, a list of them, or a page of the API. */
export const mapEvent = archived({
  event: "an event of Atlassian's organization audit log",
  hint: "events have an id and attributes with action and time",
  lists: ["data"],
  map: (event, path) => ("action" in objectOf(event.attributes) ? toActivity(event, path) : null),
});

/** Tokens and apps act without a person at the screen. */
const interactivity: Readonly<Record<string, boolean>> = {
  "container-token": true,
  "api-token": false,
  "connect-token": false,
  "auth-token-for-2LO": false,
};

/** "Atlassian Internal System" has no account. */
function actorOf(actor: Json): ActorRecord | null {
  const [id, email, name] = [idOf(actor.id), textOf(actor.email), textOf(actor.name)];
  if (id === null && email === null)
    return name === null ? null : { name, isAccount: false, ...(/system/i.test(name) ? { type: "SERVICE" } : {}) };
  return { externalId: id, email, name: name ?? email };
}

/** `users` and `groups` carry their names in different places. */
function targetOf(value: unknown): { type: string; id: string | null; name: string | null } {
  const { id, type, attributes } = objectOf(value);
  const about = objectOf(attributes);
  const name = textOf(about.name) ?? textOf(about.groupName) ?? textOf(about.email) ?? textOf(about.siteName);
  return { type: textOf(type)?.replace(/s$/, "") ?? "object", id: idOf(id), name };
}

const fallbacks = { actor: "Someone", user: "an account" };

function wordsOf(event: Json, actor: Json, targets: ReturnType<typeof targetOf>[]) {
  const label = (type: string) => {
    const found = targets.find((target) => target.type === type);
    return found ? (found.name ?? found.id) : null;
  };
  const words: Readonly<Record<string, string | null>> = {
    actor: textOf(actor.name) ?? textOf(actor.email),
    user: label("user"),
    group: label("group"),
    target: targets.find(({ name }) => name !== null)?.name ?? null,
    text: textOf(objectOf(event.message).content),
    reason: null,
  };
  return (name: string) => words[name];
}
