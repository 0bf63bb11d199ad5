import { addressOf } from "#src/connector-kit/address.ts";
import type { ActivityOutcome, UserStatus } from "#src/connector-kit/contract/kinds.ts";
import type {
  ActivityRecord,
  ActivityTargetRecord,
  ActorRecord,
  UserRecord,
} from "#src/connector-kit/contract/records.ts";
import {
  idOf,
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
import { pastTense, sentence, type Words, withArticle } from "#src/connector-kit/sentence.ts";
import { InvalidInputError } from "#src/errors.ts";
import { countryCode } from "./country.ts";
import { failures, familyOf, phrases } from "./phrases.ts";

const fallbacks = {
  actor: "someone",
  user: "somebody",
  whose: "somebody's",
  whose_account: "somebody's",
  app: "an app",
  group: "of unknown name",
  policy: "of unknown name",
  rule: "of unknown name",
  target: "of unknown name",
};

/**
 * One System Log event.
 * Throws ProviderResponseError when it has no uuid, time or type; `path` says where in the answer it stands.
 * Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/
 */
export function toActivity(value: unknown, path: string): ActivityRecord {
  const event = needObject(value, path);
  const eventType = needText(event.eventType, `${path}.eventType`);
  const targets = listOf(event.target).filter(isObject);
  const phrase = phrases.get(eventType);
  const outcome = outcomeOf(event);
  const client = objectOf(event.client);
  const place = objectOf(client.geographicalContext);
  return {
    externalId: needText(event.uuid, `${path}.uuid`),
    category: phrase?.category ?? familyOf(eventType, isOntoOther(event, targets)),
    eventType,
    description: describe(event, eventType, targets, outcome),
    occurredAt: needInstant(event.published, `${path}.published`),
    actor: actorOf(event),
    outcome,
    ...(isImpersonation(eventType) ? { impersonated: true } : {}),
    interactive: isInteractive(event),
    sessionId: known(objectOf(event.authenticationContext).externalSessionId),
    ipAddress: addressOf(client.ipAddress),
    country: countryCode(textOf(place.country)),
    city: textOf(place.city),
    isp: textOf(objectOf(event.securityContext).isp),
    userAgent: textOf(objectOf(client.userAgent).rawUserAgent),
    targets: targets.flatMap(targetOf),
    ...(phrase ? {} : { unmapped: true }),
    raw: value,
  };
}

/** One archived event, a list of them, or what an event hook delivers. */
export function mapEvent(event: unknown): ActivityRecord[] {
  return mapAt(event, "event");
}

function mapAt(event: unknown, path: string): ActivityRecord[] {
  if (Array.isArray(event)) return event.flatMap((one, index) => mapAt(one, `${path}[${index}]`));
  if (!isObject(event))
    throw new InvalidInputError("This is not an Okta event: an object or a list of objects is expected.", [path]);
  const carried = objectOf(event.data).events;
  if (Array.isArray(carried)) return carried.map((one, index) => toActivity(one, `${path}.data.events[${index}]`));
  if ("eventType" in event && ("uuid" in event || "published" in event)) return [toActivity(event, path)];
  if (Object.keys(event).length === 0)
    throw new InvalidInputError("This is an empty object, not an Okta event.", [path]);
  if ("access_token" in event)
    throw new InvalidInputError("This is the answer of a token request, not an Okta event.", [path]);
  throw new InvalidInputError(
    "This is not an Okta event: System Log events have an eventType, a uuid and a published time.",
    [path],
  );
}

function actorOf(event: Json): ActorRecord | null {
  const actor = objectOf(event.actor);
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
    // Service apps and Okta itself are no users; without an id somebody typed a name that Okta does not know.
    ...(isUser && id ? {} : { isAccount: false }),
  };
}

/** Okta writes "unknown" where it knows nothing. */
function known(value: unknown): string | null {
  const text = idOf(value);
  return text === null || /^(unknown|null)$/i.test(text) ? null : text;
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

/** Only while somebody of Okta Support acts as an administrator; granting it is the administrator's own act. */
function isImpersonation(eventType: string): boolean {
  return eventType === "user.session.impersonation.initiate" || eventType === "user.session.impersonation.end";
}

/** False for API tokens, service apps and jobs; true for a person's browser; null when the event does not tell. */
function isInteractive(event: Json): boolean | null {
  const transaction = objectOf(event.transaction);
  const type = textOf(objectOf(event.actor).type);
  if (textOf(transaction.type) === "JOB" || textOf(objectOf(transaction.detail).requestApiTokenId)) return false;
  if (type && type !== "User") return false;
  const browser = textOf(objectOf(objectOf(event.client).userAgent).browser);
  return browser && !/^unknown/i.test(browser) ? true : null;
}

function isOntoOther(event: Json, targets: readonly Json[]): boolean {
  const actor = textOf(objectOf(event.actor).id);
  return targets.some((target) => textOf(target.type) === "User" && textOf(target.id) !== actor);
}

function targetOf(target: Json): ActivityTargetRecord[] {
  const id = known(target.id);
  const name = known(target.displayName) ?? known(target.alternateId);
  return id === null && name === null ? [] : [{ type: textOf(target.type) ?? "unknown", id, name }];
}

function wordsOf(event: Json, targets: readonly Json[]): Words {
  const actor = actorOf(event);
  const debug = objectOf(objectOf(event.debugContext).debugData);
  const nameOf = (target: Json | undefined) =>
    target ? (known(target.displayName) ?? known(target.alternateId) ?? known(target.id)) : null;
  const first = (...types: string[]) => targets.find((target) => types.includes(textOf(target.type) ?? ""));
  const user = first("User") ?? first("AppUser");
  const self = user === undefined || (actor?.externalId != null && textOf(user.id) === actor.externalId);
  const possessive = (name: string | null | undefined) => (name ? `${name}'s` : null);
  return (name) => {
    switch (name) {
      case "actor":
        return actor?.name;
      case "user":
        return nameOf(user) ?? (self ? actor?.name : null);
      case "whose":
        return self ? "their own" : possessive(nameOf(user));
      case "whose_account":
        return possessive(nameOf(user) ?? actor?.name);
      case "app":
        return nameOf(
          first("AppInstance", "PublicClientApp", "OAuthClient") ??
            targets.find((target) => /app|client/i.test(textOf(target.type) ?? "") && target !== user),
        );
      case "group":
        return nameOf(first("UserGroup", "Group"));
      case "policy":
        return nameOf(first("PolicyEntity", "Policy"));
      case "rule":
        return nameOf(first("PolicyRule", "Rule"));
      case "role":
        return (
          nameOf(first("ROLE", "Role", "CustomRole")) ??
          textOf(debug.privilegeGranted) ??
          textOf(debug.privilegeRevoked)
        );
      case "idp":
        return nameOf(first("IdentityProvider", "Idp", "IDP"));
      case "factor":
        return textOf(debug.factor) ?? nameOf(first("AuthenticatorEnrollment", "Factor", "Authenticator"));
      case "scopes":
        return textOf(debug.grantedScopes) ?? textOf(debug.scopes) ?? textOf(debug.requestedScopes);
      case "reason":
        return textOf(objectOf(event.outcome).reason);
      case "target":
        return nameOf(targets.find((target) => target !== user && nameOf(target)) ?? user);
      default:
        return null;
    }
  };
}

function describe(event: Json, eventType: string, targets: readonly Json[], outcome: ActivityOutcome): string {
  const words = wordsOf(event, targets);
  const failed = outcome === "FAILURE";
  const failure = failed ? failures[eventType] : undefined;
  if (failure) return sentence(failure, words, fallbacks);
  const template = phrases.get(eventType)?.template ?? genericTemplate(event, eventType, words);
  return sentence(failed ? `${template} (failed[: {reason}])` : template, words, fallbacks);
}

/** `{actor}: display message`, or from the type: `device.lifecycle.suspend` → `{actor} suspended a device ({target})`. */
function genericTemplate(event: Json, eventType: string, words: Words): string {
  const about = words("target") ? " ({target})" : "";
  const parts = eventType.split(".").map((part) => part.replace(/[_{}[\]]/g, " ").trim());
  const verb = pastTense(parts.at(-1) ?? "");
  const noun = parts
    .slice(0, -1)
    .filter((part) => part !== "lifecycle")
    .join(" ");
  if (verb && noun) return `{actor} ${verb} ${withArticle(noun)}${about}`;
  const message = textOf(event.displayMessage)?.replace(/[{}[\]]/g, "");
  return `{actor}: ${message ?? parts.join(" ")}${about}`;
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
