import { addressOf } from "#src/connector-kit/address.ts";
import { archived } from "#src/connector-kit/archived.ts";
import type { ActivityRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
import { idOf, type Json, needId, needInstant, needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { sentence } from "#src/connector-kit/sentence.ts";
import { changeOf, vocabulary } from "./events.ts";

/**
 * One record of the audit log, which has what succeeded. Its type is made of what was changed and how; the text of the change, which follows
 * the account's language, decides the sentence where it is known. Throws ProviderResponseError when it has no id, type or time.
 * Source: https://developer.zendesk.com/api-reference/ticketing/account-configuration/audit_logs/
 */
export function toActivity(value: unknown, path: string): ActivityRecord {
  const record = needObject(value, path);
  const source = needText(record.source_type, `${path}.source_type`);
  const eventType = `${source}.${needText(record.action, `${path}.action`)}`;
  const phrase = vocabulary.phraseOf(eventType, changeOf(record));
  return {
    externalId: needId(record.id, `${path}.id`),
    category: phrase.category,
    action: phrase.action,
    eventType,
    description: sentence(phrase.template, wordsOf(record), fallbacks),
    occurredAt: needInstant(record.created_at, `${path}.created_at`),
    actor: actorOf(record),
    outcome: "SUCCESS",
    ipAddress: addressOf(record.ip_address),
    targets: targetsOf(record, source),
    ...(phrase.known ? {} : { unmapped: true }),
    raw: value,
  };
}

/** One archived record, a list of them, or a page of `GET /api/v2/audit_logs`. */
export const mapEvent = archived({
  event: "a record of Zendesk's audit log",
  hint: "records have a source_type, an action and a created_at",
  lists: ["audit_logs"],
  map: (event, path) => ("source_type" in event && "action" in event ? toActivity(event, path) : null),
});

/** -1 is Zendesk itself. */
function actorOf({ actor_id, actor_name }: Json): ActorRecord | null {
  const name = textOf(actor_name);
  const id = idOf(actor_id);
  if (id === null) return name === null ? null : { name, isAccount: false };
  return id.startsWith("-") ? { name: name ?? "Zendesk", type: "SERVICE", isAccount: false } : { externalId: id, name };
}

/** `Suspension state: Bob Cat` names the person of a person's setting. */
function targetsOf(record: Json, source: string): ActivityRecord["targets"] {
  const [id, name] = [idOf(record.source_id), nameOf(record)];
  if (source === "user" && id !== null && id === idOf(record.actor_id)) return [];
  return id === null && name === null ? [] : [{ type: source === "user_setting" ? "user" : source, id, name }];
}

function nameOf({ source_label }: Json): string | null {
  return textOf(source_label)?.replace(/^(?:Suspension state|Account|API token): /, "") ?? null;
}

const fallbacks = { actor: "Someone", person: "an account" };

function wordsOf(record: Json): (name: string) => string | null | undefined {
  const change = textOf(record.change_description)?.replaceAll("\n", "; ") ?? null;
  const words: Readonly<Record<string, string | null>> = {
    actor: actorOf(record)?.name ?? null,
    target: nameOf(record),
    person: nameOf(record),
    change: change && change.length > 200 ? `${change.slice(0, 200)}…` : change,
  };
  return (name) => words[name];
}
