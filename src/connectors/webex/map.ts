import { addressOf } from "#src/connector-kit/address.ts";
import { archived } from "#src/connector-kit/archived.ts";
import type { ActivityCategory, ActivityOutcome, UserStatus } from "#src/connector-kit/contract/kinds.ts";
import type {
  ActivityRecord,
  ActivityTargetRecord,
  ActorRecord,
  UserRecord,
} from "#src/connector-kit/contract/records.ts";
import {
  instantOf,
  isObject,
  type Json,
  listOf,
  needInstant,
  needObject,
  needText,
  objectOf,
  textOf,
} from "#src/connector-kit/record.ts";
import { sentence } from "#src/connector-kit/sentence.ts";
import { isTrue, personIdOf } from "./api.ts";
import { vocabulary } from "./events.ts";

/** Source: https://developer.webex.com/docs/api/v1/people/list-people */
export function toUser(record: unknown, path: string): UserRecord {
  const raw = needObject(record, path);
  const email = textOf(listOf(raw.emails)[0]);
  const name = [textOf(raw.firstName), textOf(raw.lastName)].filter(Boolean).join(" ");
  return {
    externalId: needText(raw.id, `${path}.id`),
    login: email,
    email,
    displayName: textOf(raw.displayName) ?? (name || email),
    status: statusOf(raw),
    isExternal: raw.type === "appuser",
    type: raw.type === "bot" ? "SERVICE" : "HUMAN",
    // When it was last used; hidden for people who do not share their status.
    lastSignInAt: instantOf(raw.lastActivity),
    raw,
  };
}

function statusOf({ loginEnabled, invitePending }: Json): UserStatus {
  if (loginEnabled !== undefined && !isTrue(loginEnabled)) return "SUSPENDED";
  return isTrue(invitePending) ? "INVITED" : "ACTIVE";
}

/**
 * An event of the admin audit log, or of the security audit log.
 * Source: https://developer.webex.com/docs/api/v1/admin-audit-events/list-admin-audit-events
 */
export function fromAudit(record: unknown, path: string): ActivityRecord {
  const event = needObject(record, path);
  const data = needObject(event.data, `${path}.data`);
  const eventType = needText(data.eventDescription, `${path}.data.eventDescription`);
  const phrase = vocabulary.phraseOf(eventType);
  const outcome = outcomeOf(data);
  const actor = auditActor(event, data);
  const words: Record<string, unknown> = {
    actor: actor?.name,
    target: data.targetName,
    client: data.actionClientName,
    setting: textOf(data.settingName) ?? data.settingKey,
    value: data.settingValue,
    role: textOf(data.roleAdded) ?? data.roleRemoved,
    reason: textOf(data.failedReason)?.trim() || data.errorMessage,
  };
  return {
    externalId: needText(event.id, `${path}.id`),
    category: categoryOf(data.eventCategory) ?? phrase.category,
    action: phrase.action,
    eventType,
    description: sentence(outcome === "FAILURE" ? phrase.failure : phrase.template, (word) => textOf(words[word]), {
      actor: "Someone",
      target: "an account",
    }),
    occurredAt: needInstant(event.created, `${path}.created`),
    actor,
    outcome,
    ipAddress: addressOf(data.actorIp),
    userAgent: textOf(data.actorUserAgent),
    targets: auditTargets(data),
    ...(phrase.known ? {} : { unmapped: true }),
    raw: record,
  };
}

/** `EventCategory.LOGINS` and `LOGINS` are the same. */
function withoutPrefix(value: unknown): string | null {
  return textOf(value)?.replace(/^.*\./, "") ?? null;
}

function categoryOf(value: unknown): ActivityCategory | null {
  return /^LOG(IN|OUT)S?$/i.test(withoutPrefix(value) ?? "") ? "LOG_ON" : null;
}

function outcomeOf({ eventStatus, errorCode, errorMessage }: Json): ActivityOutcome {
  if (textOf(errorCode) !== null || textOf(errorMessage) !== null) return "FAILURE";
  return /^fail/i.test(textOf(eventStatus) ?? "") ? "FAILURE" : "SUCCESS";
}

function auditActor(event: Json, data: Json): ActorRecord | null {
  const externalId = personIdOf(event.actorId);
  const email = textOf(data.actorEmail);
  const name = textOf(data.actorName) ?? email;
  if (externalId === null && name === null) return null;
  // An administrator of a partner's organization acts in the customer's.
  const isForeign =
    textOf(data.targetOrgId) !== null && textOf(event.actorOrgId) !== null && !isSameOrganization(event, data);
  return { externalId, login: email, email, name, ...(isForeign ? { isAccount: false } : {}) };
}

/** Organizations, too, are named by bare UUIDs at times. */
function isSameOrganization({ actorOrgId }: Json, { targetOrgId }: Json): boolean {
  const [actor, target] = [actorOrgId, targetOrgId].map((id) => {
    const text = textOf(id) ?? "";
    return Buffer.from(text, "base64url").toString("utf8").split("/").at(-1);
  });
  return actorOrgId === targetOrgId || actor === target;
}

function auditTargets(data: Json): ActivityTargetRecord[] {
  const type = (withoutPrefix(data.targetType) ?? "unknown").toLowerCase();
  const id = type === "person" ? personIdOf(data.targetId) : textOf(data.targetId);
  const name = textOf(data.targetName);
  return id === null && name === null ? [] : [{ type, id, name }];
}

/**
 * A compliance event: what an account did in a space, a meeting or a call.
 * Source: https://developer.webex.com/docs/api/v1/events/list-events
 */
export function fromCompliance(record: unknown, path: string): ActivityRecord {
  const event = needObject(record, path);
  const data = objectOf(event.data);
  const resource = needText(event.resource, `${path}.resource`);
  const eventType = `${resource}.${needText(event.type, `${path}.type`)}`;
  const actorId = personIdOf(event.actorId);
  const isOwn = actorId !== null && personIdOf(data.personId) === actorId;
  const phrase = vocabulary.phraseOf(eventType, detailOf(resource, data, isOwn));
  const email = isOwn ? textOf(data.personEmail) : null;
  const name = (isOwn ? textOf(data.personDisplayName) : null) ?? email;
  const words: Record<string, unknown> = {
    actor: name,
    member: textOf(data.personDisplayName) ?? data.personEmail,
    title: data.title,
  };
  return {
    externalId: needText(event.id, `${path}.id`),
    category: phrase.category,
    action: phrase.action,
    eventType,
    description: sentence(phrase.template, (word) => textOf(words[word]), { actor: "Someone", member: "a person" }),
    occurredAt: needInstant(event.created, `${path}.created`),
    actor: actorId === null ? null : { externalId: actorId, login: email, email, name },
    outcome: "SUCCESS",
    targets: complianceTargets(resource, data),
    ...(phrase.known ? {} : { unmapped: true }),
    raw: record,
  };
}

function detailOf(resource: string, data: Json, isOwn: boolean): string {
  if (resource === "memberships") return isOwn ? "self" : "";
  return resource === "messages" && listOf(data.files).length > 0 ? "files" : "";
}

function complianceTargets(resource: string, data: Json): ActivityTargetRecord[] {
  const [id, roomId] = [textOf(data.id), textOf(data.roomId)];
  const member = resource === "memberships" ? personIdOf(data.personId) : null;
  return [
    ...(id === null ? [] : [{ type: resource, id, name: textOf(data.title) }]),
    ...(roomId === null || roomId === id ? [] : [{ type: "room", id: roomId, name: null }]),
    ...(member === null ? [] : [{ type: "person", id: member, name: textOf(data.personEmail) }]),
  ];
}

/** One archived event, a list of them, or a page of one of the three logs. */
export const mapEvent = archived({
  event: "a Webex event",
  hint: "audit events have an eventDescription in their data, compliance events a resource and a type",
  lists: ["items"],
  map: (event, path) => {
    if (!("data" in event)) return null;
    if (isObject(event.data) && "eventDescription" in event.data) return fromAudit(event, path);
    return "resource" in event && "type" in event ? fromCompliance(event, path) : null;
  },
});
