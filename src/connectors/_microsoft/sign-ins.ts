import { addressOf } from "#src/connector-kit/address.ts";
import type { ActivityOutcome } from "#src/connector-kit/contract/kinds.ts";
import type { ActivityRecord, ActivityTargetRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
import { countryCode } from "#src/connector-kit/country.ts";
import { idOf, type Json, listOf, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { sentence } from "#src/connector-kit/sentence.ts";
import { type EntraRecord, idOfRecord, timeOfEnvelope, unwrapped } from "./exported.ts";
import { needUtc } from "./time.ts";

/** What Azure Monitor calls a sign-in; Graph has no name for it. */
export const signInType = "Sign-in activity";

/**
 * Error numbers of sign-ins that were interrupted for one more step, such as a second factor: they have neither failed nor succeeded.
 * Source: https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
 */
const interrupts = new Set([
  ...[16000, 16001, 16003, 50055, 50058, 50072, 50074, 50076, 50079, 50097, 50125, 50127, 50129, 50140, 50143, 50144],
  ...[50158, 50203, 51006, 52004, 65001, 81010, 81012, 81014],
]);

/** Of the number behind `AADSTS`. */
export function isInterrupt(errorNumber: number): boolean {
  return interrupts.has(errorNumber);
}

const templates = {
  SUCCESS: "{actor} signed in[ to {app}]",
  FAILURE: "{actor} failed to sign in[ to {app}][: {reason}]",
  UNKNOWN: "{actor} was asked for another step while signing in[ to {app}][: {reason}]",
} as const;

/**
 * One sign-in of a person, a service principal or a managed identity, from Graph or from an export.
 * Throws ProviderResponseError without an id or a time.
 * Source: https://learn.microsoft.com/en-us/graph/api/resources/signin
 */
export function toSignIn(value: unknown, path: string): ActivityRecord {
  const entra = unwrapped(needObject(value, path));
  const { record, envelope } = entra;
  const place = objectOf(record.location);
  const actor = actorOf(record);
  const outcome = outcomeOf(entra);
  const interactive = isInteractive(record);
  return {
    externalId: idOfRecord(entra, path),
    category: "LOG_ON",
    action: "SIGN_IN",
    eventType: signInType,
    description: describe(entra, actor, outcome, interactive),
    occurredAt: needUtc(record.createdDateTime ?? timeOfEnvelope(entra), `${path}.createdDateTime`),
    actor,
    outcome,
    interactive,
    sessionId: textOf(record.sessionId),
    ipAddress: addressOf(record.ipAddress) ?? addressOf(envelope.calleripaddress),
    country: countryIn(textOf(place.countryOrRegion) ?? textOf(envelope.location)),
    city: textOf(place.city),
    userAgent: textOf(record.userAgent),
    targets: targetsOf(record),
    raw: value,
  };
}

/** `DE`; some exports have names. */
function countryIn(text: string | null): string | null {
  return text !== null && /^[A-Z]{2}$/.test(text) ? text : countryCode(text);
}

/** A sign-in, and no other record of Entra. */
export function isSignIn(event: Json): boolean {
  const { record, envelope } = unwrapped(event);
  if (/signinlogs$/i.test(textOf(envelope.category) ?? "")) return true;
  return "createdDateTime" in record && ("appId" in record || "appDisplayName" in record) && "status" in record;
}

/** Of whom the directory has no account: its id is made of zeros, and a service principal is no user. */
function actorOf(record: Json): ActorRecord | null {
  const servicePrincipal = idOf(record.servicePrincipalId);
  const userId = idOf(record.userId);
  const login = textOf(record.userPrincipalName) ?? textOf(record.signInIdentifier);
  if (servicePrincipal && !login) {
    const name = textOf(record.servicePrincipalName) ?? textOf(record.appDisplayName) ?? servicePrincipal;
    return { externalId: servicePrincipal, name, type: "SERVICE", isAccount: false };
  }
  if (!userId && !login) return null;
  const isKnown = userId !== null && !/^[0-]+$/.test(userId) && record.crossTenantAccessType !== "serviceProvider";
  return {
    externalId: isKnown ? userId : null,
    login,
    email: login?.includes("@") ? login : null,
    name: textOf(record.userDisplayName) ?? login ?? userId,
    type: "HUMAN",
    ...(isKnown ? {} : { isAccount: false }),
  };
}

function outcomeOf({ record, envelope }: EntraRecord): ActivityOutcome {
  const stated = objectOf(record.status).errorCode ?? record.resultType ?? envelope.resulttype;
  const number = typeof stated === "number" ? stated : Number.parseInt(textOf(stated) ?? "", 10);
  if (Number.isNaN(number)) {
    if (/^succe/i.test(String(stated ?? ""))) return "SUCCESS";
    return /^fail/i.test(String(stated ?? "")) ? "FAILURE" : "UNKNOWN";
  }
  if (number === 0) return "SUCCESS";
  return isInterrupt(number) ? "UNKNOWN" : "FAILURE";
}

/** False for tokens that an app renews for a person, and for services. */
function isInteractive(record: Json): boolean | null {
  const kinds = listOf(record.signInEventTypes);
  if (kinds.length > 0) return kinds.includes("interactiveUser");
  return typeof record.isInteractive === "boolean" ? record.isInteractive : null;
}

function describe(
  { record, envelope }: EntraRecord,
  actor: ActorRecord | null,
  outcome: ActivityOutcome,
  interactive: boolean | null,
): string {
  const status = objectOf(record.status);
  const reason = textOf(status.failureReason) ?? textOf(envelope.resultdescription);
  const app = textOf(actor?.type === "SERVICE" ? record.resourceDisplayName : record.appDisplayName);
  const words: Readonly<Record<string, string | null | undefined>> = {
    actor: actor?.name,
    app: app ?? textOf(record.resourceDisplayName),
    reason: reason === "Other." ? textOf(status.additionalDetails) : reason?.replace(/\.$/, ""),
  };
  const silently = outcome === "SUCCESS" && interactive === false && actor?.type === "HUMAN";
  return sentence(`${templates[outcome]}${silently ? " without interaction" : ""}`, (name) => words[name], {
    actor: "someone",
  });
}

function targetsOf(record: Json): ActivityTargetRecord[] {
  const target = (type: string, id: unknown, name: unknown): ActivityTargetRecord[] =>
    idOf(id) || textOf(name) ? [{ type, id: idOf(id), name: textOf(name) }] : [];
  return [
    ...target("App", record.appId, record.appDisplayName),
    ...target("Resource", record.resourceId, record.resourceDisplayName),
  ];
}
