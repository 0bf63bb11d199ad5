import { addressOf } from "#src/connector-kit/address.ts";
import type { ActivityRecord, ActivityTargetRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
import { type Json, needId, needInstant, needObject, textOf, valueAt } from "#src/connector-kit/record.ts";
import { sentence } from "#src/connector-kit/sentence.ts";
import { actionWith, failures, vocabulary } from "./events.ts";
import { longId } from "./ids.ts";

/**
 * One event of a real-time object, or a threat that Salesforce detected.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.platform_events.meta/platform_events/platform_events_objects_monitoring.htm
 */
export function toRealTime(value: unknown, path: string): ActivityRecord {
  const raw = needObject(value, path);
  const eventType = textOf(valueAt(raw, "attributes.type")) ?? textOf(raw.EventType) ?? typeOf(raw);
  const phrase = vocabulary.phraseOf(eventType);
  const { actor, user } = peopleOf(raw);
  const status = textOf(raw.Status);
  const failed = (status !== null && !isSuccess.test(status)) || failures.has(eventType);
  const targets = targetsOf(raw);
  const words: Record<string, string | null | undefined> = {
    actor: actor?.name,
    user: user?.name ?? user?.id,
    app: textOf(raw.Application),
    about: textOf(raw.Summary) ?? targets.find(({ name }) => name)?.name ?? textOf(raw.PageUrl) ?? textOf(raw.Uri),
    detail: textOf(raw.FileAction) ?? textOf(raw.Operation) ?? textOf(raw.Activity),
    reason: status,
  };
  return {
    externalId: textOf(raw.EventIdentifier) ?? needId(raw.Id, `${path}.EventIdentifier`),
    category: phrase.category,
    action: actionWith(words.detail) ?? phrase.action,
    eventType,
    description: sentence(failed ? phrase.failure : phrase.template, (word) => words[word], {
      actor: "a user",
      user: "another user",
    }),
    occurredAt: needInstant(raw.EventDate, `${path}.EventDate`),
    actor,
    outcome: failed ? "FAILURE" : "SUCCESS",
    ...(user === null ? {} : { impersonated: true }),
    sessionId: textOf(raw.SessionKey) ?? textOf(raw.SessionId),
    ipAddress: addressOf(raw.SourceIp) ?? addressOf(raw.SourceIP) ?? addressOf(raw.CurrentIp),
    country: /^[A-Z]{2}$/.test(textOf(raw.CountryIso) ?? "") ? textOf(raw.CountryIso) : null,
    city: textOf(raw.City),
    userAgent: textOf(raw.UserAgent) ?? textOf(raw.Browser),
    targets: [...targets, ...(user === null ? [] : [user])],
    ...(phrase.known ? {} : { unmapped: true }),
    raw: value,
  };
}

/** Of a sign-in, and of an identity that was to be proved. */
const isSuccess = /^(success|succeeded|initiated|in ?progress|automatedsuccess)/i;

/** Archives may have left the type out. */
function typeOf(raw: Json): string {
  if ("LoginHistoryId" in raw && "LoginUrl" in raw) return "LoginEvent";
  if ("SessionLevel" in raw && !("Operation" in raw)) return "LogoutEvent";
  return "ThreatDetectionEvent";
}

/** Of what an admin did in the account of another person, `UserId` is that account. */
function peopleOf(raw: Json): { actor: ActorRecord | null; user: ActivityTargetRecord | null } {
  const [id, login, admin] = [textOf(raw.UserId), textOf(raw.Username), textOf(raw.DelegatedUsername)];
  const externalId = id === null ? null : longId(id);
  if (admin !== null && admin !== login)
    return { actor: { login: admin, name: admin }, user: { type: "user", id: externalId, name: login } };
  if (externalId === null && login === null) return { actor: null, user: null };
  return { actor: { ...(externalId === null ? {} : { externalId }), login, name: login }, user: null };
}

const about: readonly [type: string, id: string, name: string][] = [
  ["file", "DocumentId", "FileName"],
  ["report", "ReportId", "Name"],
  ["listView", "ListViewId", "Name"],
  ["record", "RecordId", "Name"],
  ["app", "ConnectedAppId", "Application"],
  ["permissionSet", "ParentIdList", "ParentNameList"],
  ["object", "-", "QueriedEntities"],
];

function targetsOf(raw: Json): ActivityTargetRecord[] {
  return about.flatMap(([type, idField, nameField]) => {
    const [id, name] = [textOf(raw[idField]), textOf(raw[nameField])];
    return id === null && (type !== "object" || name === null) ? [] : [{ type, id, name }];
  });
}
