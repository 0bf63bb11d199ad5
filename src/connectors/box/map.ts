import { addressOf } from "#src/connector-kit/address.ts";
import { archived } from "#src/connector-kit/archived.ts";
import type { UserStatus } from "#src/connector-kit/contract/kinds.ts";
import type {
  ActivityRecord,
  ActivityTargetRecord,
  ActorRecord,
  UserRecord,
} from "#src/connector-kit/contract/records.ts";
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
  valueAt,
} from "#src/connector-kit/record.ts";
import { sentence } from "#src/connector-kit/sentence.ts";
import { externalIdOf } from "./api.ts";
import { itemOfEvent } from "./event-stream.ts";
import { isRefused, vocabulary } from "./events.ts";

/** Box's id for visitors who are not signed in: https://developer.box.com/guides/events/enterprise-events/for-enterprise/#anonymous-users */
const anonymous = "2";

const statuses: Readonly<Record<string, UserStatus>> = {
  active: "ACTIVE",
  inactive: "SUSPENDED",
  // They work on, and may not delete or change anything.
  cannot_delete_edit: "ACTIVE",
  cannot_delete_edit_upload: "ACTIVE",
};

/** Source: https://developer.box.com/reference/resources/user/ */
export function toUser(value: unknown, path: string, isExternal: boolean): UserRecord {
  const raw = needObject(value, path);
  const login = textOf(raw.login);
  return {
    externalId: needId(raw.id, `${path}.id`),
    login,
    email: login?.includes("@") ? login : null,
    displayName: textOf(raw.name) ?? login,
    status: statuses[textOf(raw.status) ?? ""] ?? "UNKNOWN",
    isAdmin: raw.role === "admin" || raw.role === "coadmin",
    isExternal,
    type: raw.is_platform_access_only === true ? "SERVICE" : "HUMAN",
    raw,
  };
}

/**
 * One event of the enterprise's stream.
 * Throws ProviderResponseError when it has no id, time or type; `path` is its place in the response.
 * Source: https://developer.box.com/reference/resources/event/
 */
export function toActivity(value: unknown, path: string): ActivityRecord {
  const event = needObject(value, path);
  const eventType = needText(event.event_type, `${path}.event_type`);
  const source = objectOf(event.source);
  const phrase = vocabulary.phraseOf(eventType);
  const creator = personOf(event.created_by);
  const admin = personOf(event.action_by);
  // Some sign-ins name the account as their source only.
  const actor = admin ?? creator ?? (phrase.category === "LOG_ON" ? personOf(source) : null);
  const other = otherOf(event, actor, admin === null ? null : creator);
  const item = itemOfEvent(source);
  const details = detailsOf(event);
  return {
    externalId: needText(event.event_id, `${path}.event_id`),
    category: phrase.category,
    action: phrase.action,
    eventType,
    description: sentence(phrase.template, wordsOf({ event, eventType, details, actor, other }), {
      actor: "Someone",
      item: "an item",
      user: "an account",
    }),
    occurredAt: needInstant(event.created_at, `${path}.created_at`),
    actor,
    outcome: isRefused(eventType) ? "FAILURE" : "SUCCESS",
    ...((admin !== null && admin.externalId !== creator?.externalId) || eventType === "ADMIN_LOGIN"
      ? { impersonated: true }
      : {}),
    sessionId: textOf(event.session_id),
    ipAddress: addressOf(event.ip_address),
    targets: [
      ...(item === null
        ? []
        : [{ type: item.type, id: externalIdOf(item), name: textOf(item.name) } satisfies ActivityTargetRecord]),
      ...(other === null ? [] : [{ type: "user", id: other.externalId ?? null, name: other.name ?? null }]),
      ...groupOf(event),
    ],
    ...(phrase.known ? {} : { unmapped: true }),
    raw: value,
  };
}

/** One archived event, a list of them, or an answer of `GET /events`. */
export const mapEvent = archived({
  event: "a Box event",
  hint: "events have an event_type, an event_id and a created_at",
  lists: ["entries"],
  map: (event, path) =>
    "event_type" in event && ("event_id" in event || "created_at" in event) ? toActivity(event, path) : null,
});

/** Archives may hold the details as a text. */
function detailsOf(event: Json): Json {
  const details = event.additional_details;
  if (typeof details !== "string") return objectOf(details);
  try {
    return objectOf(JSON.parse(details));
  } catch {
    // What is no JSON is left to the raw event.
    return {};
  }
}

function personOf(value: unknown): ActorRecord | null {
  const raw = objectOf(value);
  if (raw.type !== undefined && raw.type !== "user") return null;
  const [externalId, login] = [idOf(raw.id), textOf(raw.login)];
  const name = textOf(raw.name) ?? login;
  if (externalId === anonymous) return { externalId: null, name: name ?? "Unknown User", isAccount: false };
  if (externalId === null && login === null) return null;
  return { externalId, login, email: login?.includes("@") ? login : null, name };
}

/** Whom it was done to: a collaborator, the account that is the source, or the one an administrator acted for. */
function otherOf(event: Json, actor: ActorRecord | null, actedFor: ActorRecord | null): ActorRecord | null {
  const source = objectOf(event.source);
  const named = { id: source.user_id, name: source.user_name, login: source.user_email };
  const alert = valueAt(detailsOf(event), "shield_alert.user");
  const suspect = { ...objectOf(alert), login: valueAt(alert, "email") };
  const candidates = [personOf(event.accessible_by), personOf(source), personOf(named), personOf(suspect), actedFor];
  return candidates.find((one) => one !== null && one.externalId !== actor?.externalId) ?? null;
}

function groupOf(event: Json): ActivityTargetRecord[] {
  const source = objectOf(event.source);
  const by = objectOf(event.accessible_by);
  const group = [{ id: source.group_id, name: source.group_name }, by, source].find(
    (one) => idOf(one.id) !== null && (one === by || one === source ? objectOf(one).type === "group" : true),
  );
  return group ? [{ type: "group", id: idOf(group.id), name: textOf(group.name) }] : [];
}

interface Words {
  event: Json;
  eventType: string;
  details: Json;
  actor: ActorRecord | null;
  other: ActorRecord | null;
}

function wordsOf({ event, eventType, details, actor, other }: Words): (word: string) => string | null {
  const source = objectOf(event.source);
  const item = itemOfEvent(source);
  const parent = isObject(source.parent) && source.parent.id !== "0" ? textOf(source.parent.name) : null;
  const words: Record<string, string | null> = {
    actor: actor?.name ?? null,
    user: other?.name ?? null,
    item: item === null ? null : (textOf(item.name) ?? `a ${item.type}`),
    folder: parent,
    group: textOf(groupOf(event)[0]?.name) ?? null,
    service: textOf(details.service_name),
    about: textOf(source.name) ?? textOf(details.service_name),
    role: textOf(details.role)?.toLowerCase() ?? null,
    access: textOf(details.shared_link_access) ?? textOf(details.access),
    classification: textOf(valueAt(source, "classification.name")),
    alert: textOf(valueAt(details, "shield_alert.rule_name")) ?? textOf(valueAt(details, "shield_alert.rule_category")),
    event: eventType,
  };
  return (word) => words[word] ?? null;
}
