import { addressOf } from "#src/connector-kit/address.ts";
import { archived } from "#src/connector-kit/archived.ts";
import type { ActivityOutcome, UserStatus } from "#src/connector-kit/contract/kinds.ts";
import type {
  ActivityRecord,
  ActivityTargetRecord,
  ActorRecord,
  UserRecord,
} from "#src/connector-kit/contract/records.ts";
import { countryCode } from "#src/connector-kit/country.ts";
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
import { describe, isSamePerson, known } from "./describe.ts";
import { familyOf, vocabulary } from "./events.ts";
import { refusedAttempts } from "./events-sign-in.ts";

/**
 * One System Log event.
 * Throws ProviderResponseError when it has no uuid, time or type; `path` is its place in the response.
 * Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/
 */
export function toActivity(value: unknown, path: string): ActivityRecord {
  const event = needObject(value, path);
  const eventType = needText(event.eventType, `${path}.eventType`);
  const targets = listOf(event.target).filter(isObject);
  const phrase = vocabulary.phraseOf(eventType);
  const category = phrase.known ? phrase.category : familyOf(eventType, isOntoOther(event, targets));
  const actor = actorOf(category === "LOG_ON" ? personOf(event, eventType, targets) : objectOf(event.actor));
  const outcome = refusedAttempts.has(eventType) ? "FAILURE" : outcomeOf(event);
  const client = objectOf(event.client);
  const place = objectOf(client.geographicalContext);
  return {
    externalId: needText(event.uuid, `${path}.uuid`),
    category,
    action: phrase.action,
    eventType,
    description: describe({ event, eventType, targets, outcome, actor }, phrase),
    occurredAt: needInstant(event.published, `${path}.published`),
    actor,
    outcome,
    ...(isImpersonation(eventType) ? { impersonated: true } : {}),
    interactive: isInteractive(event, actor),
    sessionId: known(objectOf(event.authenticationContext).externalSessionId),
    ipAddress: addressOf(client.ipAddress),
    country: countryCode(textOf(place.country)),
    city: textOf(place.city),
    isp: textOf(objectOf(event.securityContext).isp),
    userAgent: textOf(objectOf(client.userAgent).rawUserAgent),
    targets: targets.flatMap(targetOf),
    ...(phrase.known ? {} : { unmapped: true }),
    raw: value,
  };
}

/** One archived event, a list of them, or what an event hook delivers. */
export const mapEvent = archived({
  event: "an Okta event",
  hint: "System Log events have an eventType, a uuid and a published time",
  lists: ["data.events"],
  map: (event, path) =>
    "eventType" in event && ("uuid" in event || "published" in event) ? toActivity(event, path) : null,
});

/**
 * Who signed in. When another identity provider or a directory vouches for a person, Okta itself is the actor and the person is
 * the target; ending another person's sessions is the act of the one who requested it.
 */
function personOf(event: Json, eventType: string, targets: readonly Json[]): Json {
  const actor = objectOf(event.actor);
  if (textOf(actor.type) !== "SystemPrincipal" || eventType.includes("universal_logout")) return actor;
  return targets.find((target) => textOf(target.type) === "User" && known(target.id)) ?? actor;
}

function actorOf(actor: Json): ActorRecord | null {
  const id = known(actor.id);
  const login = known(actor.alternateId);
  const name = known(actor.displayName) ?? login ?? id;
  if (!id && !login && !name) return null;
  const isUser = textOf(actor.type) === "User";
  return {
    externalId: id,
    login: isUser ? login : null,
    email: isUser && login?.includes("@") ? login : null,
    name,
    type: isUser ? "HUMAN" : "SERVICE",
    // Service apps and Okta itself are no users; without an id, the name that was typed in is unknown to Okta.
    ...(isUser && id ? {} : { isAccount: false }),
  };
}

function outcomeOf(event: Json): ActivityOutcome {
  switch (textOf(objectOf(event.outcome).result)) {
    case "SUCCESS":
    case "ALLOW":
      return "SUCCESS";
    case "FAILURE":
    case "DENY":
    case "RATE_LIMIT":
    case "ABANDONED":
    case "UNANSWERED":
      return "FAILURE";
    default:
      // CHALLENGE, SKIPPED, DEFERRED, SCHEDULED, UNKNOWN: neither has happened yet.
      return "UNKNOWN";
  }
}

/** Only while Okta Support acts as an administrator; granting it is the administrator's own act. */
function isImpersonation(eventType: string): boolean {
  return eventType === "user.session.impersonation.initiate" || eventType === "user.session.impersonation.end";
}

/** False for API tokens, service apps and jobs; true for a person's browser; null when the event does not tell. */
function isInteractive(event: Json, actor: ActorRecord | null): boolean | null {
  const transaction = objectOf(event.transaction);
  if (textOf(transaction.type) === "JOB" || textOf(objectOf(transaction.detail).requestApiTokenId)) return false;
  if (actor?.type === "SERVICE") return false;
  const browser = textOf(objectOf(objectOf(event.client).userAgent).browser);
  return browser && !/^unknown/i.test(browser) ? true : null;
}

function isOntoOther(event: Json, targets: readonly Json[]): boolean {
  const actor = objectOf(event.actor);
  return targets.some((target) => textOf(target.type) === "User" && !isSamePerson(target, actor));
}

function targetOf(target: Json): ActivityTargetRecord[] {
  const id = known(target.id);
  const name = known(target.displayName) ?? known(target.alternateId);
  return id === null && name === null ? [] : [{ type: textOf(target.type) ?? "unknown", id, name }];
}

const statuses: Readonly<Record<string, UserStatus>> = {
  ACTIVE: "ACTIVE",
  PASSWORD_EXPIRED: "ACTIVE",
  RECOVERY: "ACTIVE",
  LOCKED_OUT: "ACTIVE",
  STAGED: "INVITED",
  PROVISIONED: "INVITED",
  SUSPENDED: "SUSPENDED",
  DEPROVISIONED: "DELETED",
};

/** Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/ */
export function toUser(value: unknown, path: string): UserRecord {
  const user = needObject(value, path);
  const profile = objectOf(user.profile);
  const login = textOf(profile.login);
  const email = textOf(profile.email);
  const fullName = [textOf(profile.firstName), textOf(profile.lastName)].filter(Boolean).join(" ");
  const status = statuses[needText(user.status, `${path}.status`)] ?? "UNKNOWN";
  return {
    externalId: needText(user.id, `${path}.id`),
    login,
    email: email ?? (login?.includes("@") ? login : null),
    displayName: textOf(profile.displayName) ?? (fullName || login),
    status,
    type: "HUMAN",
    lastSignInAt: instantOf(user.lastLogin),
    ...(status === "DELETED" ? { deletedAt: instantOf(user.statusChanged) } : {}),
    raw: withoutSecrets(user),
  };
}

/** The answer to a recovery question never comes, but its question does, and neither is ours to keep. */
function withoutSecrets(user: Json): Json {
  if (!isObject(user.credentials)) return user;
  const { provider } = user.credentials;
  return { ...user, credentials: provider === undefined ? {} : { provider } };
}
