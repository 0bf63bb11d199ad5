import { addressOf } from "#src/connector-kit/address.ts";
import { archived } from "#src/connector-kit/archived.ts";
import type { ActivityRecord, ActivityTargetRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
import {
  idOf,
  type Json,
  listOf,
  needId,
  needInstant,
  needObject,
  needText,
  objectOf,
  textOf,
} from "#src/connector-kit/record.ts";
import { sentence } from "#src/connector-kit/sentence.ts";
import { isFailure, vocabulary } from "./events.ts";

/**
 * One entry of the audit logs. Its time is in seconds. Throws ProviderResponseError when it has no id, action or time.
 * Source: https://docs.slack.dev/reference/audit-logs-api/methods-actions-reference
 */
export function toActivity(value: unknown, path: string): ActivityRecord {
  const entry = needObject(value, path);
  const eventType = needText(entry.action, `${path}.action`);
  const phrase = vocabulary.phraseOf(eventType);
  const { ip_address, ua, session_id } = objectOf(entry.context);
  const at = entry.date_create;
  return {
    externalId: needId(entry.id, `${path}.id`),
    category: phrase.category,
    action: phrase.action,
    eventType,
    description: sentence(phrase.template, wordsOf(entry), fallbacks),
    occurredAt: needInstant(typeof at === "number" ? at * 1000 : at, `${path}.date_create`),
    actor: actorOf(entry),
    outcome: isFailure(eventType) ? "FAILURE" : "SUCCESS",
    sessionId: idOf(session_id),
    ipAddress: addressOf(ip_address),
    userAgent: textOf(ua),
    targets: targetsOf(entry),
    ...(phrase.known ? {} : { unmapped: true }),
    raw: value,
  };
}

/** One archived entry, a list of them, or a page of `GET /audit/v1/logs`. */
export const mapEvent = archived({
  event: "an entry of Slack's audit logs",
  hint: "entries have an action, an entity and a date_create",
  lists: ["entries"],
  map: (event, path) => ("action" in event && "date_create" in event ? toActivity(event, path) : null),
});

/** Who or what did it, under the name of its type. Slack's own are no accounts. */
function actorOf({ actor }: Json): ActorRecord | null {
  const { type, ...found } = objectOf(actor);
  const kind = textOf(type);
  const { id, name, email } = objectOf(found[kind ?? ""]);
  if (kind === "user" && idOf(id) !== null) return { externalId: idOf(id), email: textOf(email), name: textOf(name) };
  const shown = textOf(name) ?? (kind === null ? null : "Slack");
  return shown === null ? null : { name: shown, type: "SERVICE", isAccount: false };
}

interface Entity {
  type: string;
  id: string | null;
  name: string | null;
}

/** A file has a title, a workspace a domain, as well. */
function entityOf({ entity }: Json): Entity | null {
  const { type, ...found } = objectOf(entity);
  const kind = textOf(type);
  if (kind === null) return null;
  const { id, name, title, email } = objectOf(found[kind]);
  const label = textOf(name) ?? textOf(title) ?? textOf(email);
  return idOf(id) === null && label === null ? null : { type: kind, id: idOf(id), name: label };
}

function targetsOf(entry: Json): ActivityTargetRecord[] {
  const entity = entityOf(entry);
  return entity === null || (entity.id !== null && entity.id === actorOf(entry)?.externalId) ? [] : [{ ...entity }];
}

const fallbacks = { actor: "Someone", person: "an account" };

function wordsOf(entry: Json): (name: string) => string | null | undefined {
  const entity = entityOf(entry);
  const actor = actorOf(entry);
  const { reason, new_scopes } = objectOf(entry.details);
  const listed = (value: unknown) =>
    listOf(value)
      .flatMap((one) => textOf(one) ?? [])
      .join(", ") || textOf(value);
  const isOwn = entity !== null && entity.id !== null && entity.id === actor?.externalId;
  const words: Readonly<Record<string, string | null>> = {
    actor: actor?.name ?? actor?.email ?? null,
    target: entity?.name ?? null,
    person: isOwn ? "their own account" : entity?.type === "user" ? (entity.name ?? entity.id) : null,
    reason: listed(reason),
    scopes: listed(new_scopes),
  };
  return (name) => words[name];
}
