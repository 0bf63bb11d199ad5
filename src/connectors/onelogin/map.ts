import { addressOf } from "#src/connector-kit/address.ts";
import { archived } from "#src/connector-kit/archived.ts";
import type { ActivityRecord, ActivityTargetRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
import { idOf, type Json, needId, needInstant, needObject, textOf } from "#src/connector-kit/record.ts";
import { sentence } from "#src/connector-kit/sentence.ts";
import { failed, vocabulary } from "./events.ts";

/**
 * One event of `GET /api/1/events`. Its type is the number that OneLogin documents, which rules of others name as well; `typeName` is
 * OneLogin's word for a type without a sentence. Throws ProviderResponseError when it has no id, type or time.
 * Source: https://developers.onelogin.com/api-docs/1/events/event-resource
 */
export function toActivity(value: unknown, path: string, typeName: string | null = null): ActivityRecord {
  const event = needObject(value, path);
  const eventType = needId(event.event_type_id, `${path}.event_type_id`);
  const phrase = vocabulary.phraseOf(eventType, typeName ?? "");
  const isFailure = failed.has(eventType) || textOf(event.error_description) !== null;
  const targets = targetsOf(event);
  return {
    externalId: needId(event.id, `${path}.id`),
    category: phrase.category,
    action: phrase.action,
    eventType,
    description: sentence(isFailure ? phrase.failure : phrase.template, wordsOf(event), fallbacks),
    occurredAt: needInstant(event.created_at, `${path}.created_at`),
    actor: actorOf(event),
    outcome: isFailure ? "FAILURE" : "SUCCESS",
    ...(idOf(event.assuming_acting_user_id) === null ? {} : { impersonated: true }),
    ipAddress: addressOf(event.ipaddr),
    userAgent: textOf(event.user_agent),
    targets,
    ...(phrase.known ? {} : { unmapped: true }),
    raw: value,
  };
}

/** One archived event, a list of them, or a page of `GET /api/1/events`. */
export const mapEvent = archived({
  event: "a OneLogin event",
  hint: "events have an id, an event_type_id and a created_at",
  lists: ["data"],
  map: (event, path) => ("event_type_id" in event && "created_at" in event ? toActivity(event, path) : null),
});

/** Who did it. Of a sign-in OneLogin may name the person as user alone. */
function actorOf(event: Json): ActorRecord | null {
  const id = idOf(event.actor_user_id);
  const system = textOf(event.actor_system);
  if (id !== null) return { externalId: id, name: textOf(event.actor_user_name) };
  if (system !== null) return { name: system, type: "SERVICE", isAccount: false };
  const actor = textOf(event.actor_user_name);
  if (actor !== null) return { name: actor, isAccount: false };
  const user = idOf(event.user_id);
  return user === null ? null : { externalId: user, name: textOf(event.user_name) };
}

const kinds = [
  "user",
  "app",
  "role",
  "group",
  "policy",
  "privilege",
  "otp_device",
  "trusted_idp",
  "directory",
] as const;

function targetsOf(event: Json): ActivityTargetRecord[] {
  return kinds.flatMap((kind) => {
    const [id, name] = [idOf(event[`${kind}_id`]), textOf(event[`${kind}_name`])];
    if (id === null && name === null) return [];
    if (kind === "user" && id !== null && id === (idOf(event.actor_user_id) ?? id)) return [];
    return [{ type: kind, id, name }];
  });
}

const fallbacks = { actor: "Someone", user: "an account", app: "an app" };

function wordsOf(event: Json): (name: string) => string | null | undefined {
  const label = (kind: string) => textOf(event[`${kind}_name`]) ?? idOf(event[`${kind}_id`]);
  const words: Readonly<Record<string, string | null>> = {
    actor: actorOf(event)?.name ?? null,
    user: label("user"),
    app: label("app") === null ? null : `the app ${label("app")}`,
    role: label("role"),
    group: label("group"),
    policy: label("policy"),
    privilege: label("privilege"),
    device: label("otp_device"),
    reason: textOf(event.error_description) ?? textOf(event.custom_message),
  };
  return (name) => words[name];
}
