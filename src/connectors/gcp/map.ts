import { addressOf } from "#src/connector-kit/address.ts";
import { archived } from "#src/connector-kit/archived.ts";
import type { ActivityAction, ActivityOutcome } from "#src/connector-kit/contract/kinds.ts";
import type { ActivityRecord, ActivityTargetRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
import { hashOf } from "#src/connector-kit/log.ts";
import {
  isObject,
  listOf,
  needInstant,
  needObject,
  needText,
  objectOf,
  textOf,
  valueAt,
} from "#src/connector-kit/record.ts";
import { describe, nameOfMember } from "./describe.ts";
import { containerOf, deltasOf, type Entry, entryOf, parameterOf, subjectOf } from "./entry.ts";
import { vocabulary } from "./events.ts";
import { type Member, memberByEmail, memberOf } from "./members.ts";
import { resourceName } from "./resources.ts";

/**
 * One entry of an audit log. An entry is the same by its log, its time and its insertId, whichever resource or view it was read from.
 * Throws ProviderResponseError when it has no insertId, time or method; `path` is its place in the response.
 * Source: https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry
 */
export function toActivity(value: unknown, path: string): ActivityRecord {
  const event = needObject(value, path);
  const insertId = needText(event.insertId, `${path}.insertId`);
  const occurredAt = needInstant(event.timestamp, `${path}.timestamp`);
  const payload = needObject(event.protoPayload, `${path}.protoPayload`);
  const eventType = needText(payload.methodName, `${path}.protoPayload.methodName`);
  const entry = entryOf(event);
  const phrase = vocabulary.phraseOf(eventType);
  const actor = actorOf(entry);
  const impersonators = impersonatorsOf(entry);
  const outcome = outcomeOf(entry);
  const request = objectOf(payload.requestMetadata);
  return {
    externalId: hashOf([textOf(event.logName), textOf(event.timestamp), insertId]),
    category: phrase.category,
    action: accessAction(entry) ?? phrase.action,
    eventType,
    description: describe(entry, phrase, { actor, outcome, impersonators: impersonators.map(({ name }) => name) }),
    occurredAt,
    actor,
    outcome,
    ...(impersonators.length > 0 ? { impersonated: true } : {}),
    interactive: actor?.type === "SERVICE" ? false : isSignIn(eventType) ? true : null,
    ipAddress: addressOf(request.callerIp ?? request.callerIP),
    userAgent: userAgentOf(request.callerSuppliedUserAgent),
    targets: [...targetsOf(entry), ...impersonators.map(({ id, name }) => ({ type: "impersonator", id, name }))],
    ...(phrase.known ? {} : { unmapped: true }),
    raw: value,
  };
}

/** One archived entry, a list of them, or a page of entries:list. */
export const mapEvent = archived({
  event: "a Cloud Audit Logs entry",
  hint: "entries have a protoPayload with a methodName, a timestamp and an insertId",
  lists: ["entries"],
  map: (event, path) =>
    isObject(event.protoPayload) && typeof event.protoPayload.methodName === "string" ? toActivity(event, path) : null,
});

/** A policy that is set may give roles, take them, or neither: then the sentence of its type decides. */
function accessAction(entry: Entry): ActivityAction | null {
  const deltas = deltasOf(entry);
  if (deltas.length === 0) return null;
  return deltas.some(({ isAddition }) => isAddition) ? "GRANT" : "REVOKE";
}

function isSignIn(eventType: string): boolean {
  return /\.LoginService\.login(Success|Failure)$/.test(eventType);
}

/** Who authenticated. Warnings of sign-ins name the person among their parameters only; who reads what is public has no name. */
function actorOf(entry: Entry): ActorRecord | null {
  const { principalEmail, principalSubject } = objectOf(entry.payload.authenticationInfo);
  const named = textOf(principalEmail) ?? parameterOf(entry, "affected_email_address");
  const member = named === null ? null : memberByEmail(named);
  if (named !== null && member !== null) {
    const isGoogle = !named.includes("@") || named.startsWith("system:") || named === "system@google.com";
    return isGoogle ? { name: named, type: "SERVICE", isAccount: false } : accountOf(member);
  }
  const subject = textOf(principalSubject);
  return subject === null ? null : accountOf(memberOf(subject));
}

function accountOf({ kind, id, email }: Member): ActorRecord {
  const isKnownKind = kind === "user" || kind === "serviceAccount" || kind === "federated";
  return {
    externalId: id,
    login: email,
    email,
    name: email ?? decodeURIComponent(id.slice(id.lastIndexOf("/") + 1)),
    type: kind === "user" ? "HUMAN" : kind === "serviceAccount" ? "SERVICE" : "UNKNOWN",
    ...(isKnownKind ? {} : { isAccount: false }),
  };
}

/** Who acts through a service account, the first one being who began it: https://cloud.google.com/iam/docs/service-account-impersonation */
function impersonatorsOf({ payload }: Entry): { id: string; name: string }[] {
  return listOf(valueAt(payload, "authenticationInfo.serviceAccountDelegationInfo")).flatMap((one) => {
    const email = textOf(valueAt(one, "firstPartyPrincipal.principalEmail"));
    const subject = textOf(objectOf(one).principalSubject);
    if (email === null && subject === null) return [];
    const { id } = email === null ? memberOf(subject ?? "") : memberByEmail(email);
    return [{ id, name: email ?? nameOfMember(id) }];
  });
}

function outcomeOf({ method, payload, event }: Entry): ActivityOutcome {
  const code = valueAt(payload, "status.code");
  if (typeof code === "number" && code !== 0) return "FAILURE";
  if (/\.(loginFailure|riskySensitiveActionBlocked)$/.test(method)) return "FAILURE";
  if (/\.(loginChallenge|loginVerification)$/.test(method)) return "UNKNOWN";
  if (objectOf(event.labels)["authorization.k8s.io/decision"] === "forbid") return "FAILURE";
  const granted = listOf(payload.authorizationInfo).map((one) => objectOf(one).granted);
  return granted.length > 0 && granted.every((one) => one === false) ? "FAILURE" : "SUCCESS";
}

function userAgentOf(value: unknown): string | null {
  const text = textOf(value);
  return text === "(none supplied)" ? null : text;
}

/** The resource, the accounts that it is about, and the project, folder or organization it lies in. */
function targetsOf(entry: Entry): ActivityTargetRecord[] {
  const targets: ActivityTargetRecord[] = [];
  const add = (target: ActivityTargetRecord) => {
    if (!targets.some(({ id, name }) => (id === null ? name === target.name : id === target.id))) targets.push(target);
  };
  const user = parameterOf(entry, "USER_EMAIL", "affected_email_address");
  if (user) add({ type: "user", id: memberByEmail(user).id, name: user });
  const group = parameterOf(entry, "GROUP_EMAIL");
  if (group) add({ type: "group", id: `group:${group.toLowerCase()}`, name: group });
  const subject = subjectOf(entry);
  if (subject && !targets.some(({ name }) => name === subject.name)) add({ ...subject });
  for (const { member } of deltasOf(entry))
    add({ type: "member", id: memberOf(member).id, name: nameOfMember(member) });
  const container = containerOf(entry);
  if (container !== null) {
    const { kind, name } = resourceName(container);
    add({ type: kind, id: container, name });
  }
  return targets;
}
