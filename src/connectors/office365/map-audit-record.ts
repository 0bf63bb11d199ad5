import type { ActivityCategory, ActivityOutcome } from "#src/connector-kit/contract/kinds.ts";
import type { ActivityRecord, ActivityTargetRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
import { isObject, type Json, listOf, needId, needObject, needText, textOf } from "#src/connector-kit/record.ts";
import type { Phrase } from "#src/connector-kit/vocabulary.ts";
import { describeChange } from "../_microsoft/describe-change.ts";
import { unquoted } from "../_microsoft/directory-audits.ts";
import { directoryEvents } from "../_microsoft/directory-events.ts";
import { isInterrupt } from "../_microsoft/sign-ins.ts";
import { needUtc } from "../_microsoft/time.ts";
import { actorOf, isImpersonated } from "./audit-actor.ts";
import { addressOfRecord, namedValue, numberIn, sessionOf, spelled, userAgentOf } from "./audit-record.ts";
import { targetsOf } from "./audit-targets.ts";
import { describe } from "./describe.ts";
import { elsewhere, operations } from "./events.ts";
import { recordTypeOf, serviceOf } from "./services.ts";

const directory = 8;
const signIn = 15;

/**
 * One record of the unified audit log. Throws ProviderResponseError without an id, a time or an operation.
 * Source: https://learn.microsoft.com/en-us/office/office-365-management-api/office-365-management-activity-api-schema
 */
export function toAuditActivity(value: unknown, path: string): ActivityRecord {
  const record = spelled(needObject(value, path));
  const operation = needText(record.Operation, `${path}.Operation`);
  const type = numberIn(record.RecordType) ?? -1;
  const service = serviceOf(textOf(record.Workload), type);
  const phrase = phraseOf(operation, type, service);
  const actor = actorOf(record);
  const targets = targetsOf(record, service);
  const outcome = outcomeOf(record, operation);
  const reason = outcome === "SUCCESS" ? null : reasonOf(record);
  const template = outcome === "FAILURE" ? phrase.failure : phrase.template;
  return {
    externalId: needId(record.Id, `${path}.Id`),
    category: categoryOf(phrase, operation, type),
    action: phrase.action,
    eventType: operation,
    description:
      type === directory
        ? describeChange(directoryChange(record, actor, targets, reason), template)
        : describe({ record, operation, service, actor, targets, reason }, template),
    occurredAt: needUtc(record.CreationTime, `${path}.CreationTime`),
    actor,
    outcome,
    ...(isImpersonated(record) ? { impersonated: true } : {}),
    interactive: isInteractive(record, type, actor),
    sessionId: sessionOf(record),
    ipAddress: addressOfRecord(record),
    userAgent: userAgentOf(record),
    targets,
    ...(isKnown(phrase, operation, type) ? {} : { unmapped: true }),
    raw: value,
  };
}

function phraseOf(operation: string, type: number, service: string | null): Phrase {
  if (type === directory) return directoryEvents.phraseOf(operation);
  return operations.phraseOf(operation, service === "Exchange" ? "" : elsewhere);
}

/** A record type that the schema lists states what an operation of it is about, whatever it is called. */
function isKnown(phrase: Phrase, operation: string, type: number): boolean {
  if (type === directory) return phrase.known;
  return recordTypeOf(type) !== null || operations.types.has(operation);
}

/** Of a table, else of the record type; what neither knows is a person's act, and a cmdlet an administrator's. */
function categoryOf(phrase: Phrase, operation: string, type: number): ActivityCategory {
  if (type === directory || operations.types.has(operation)) return phrase.category;
  return recordTypeOf(type)?.category ?? (/^[A-Z][a-z]+-[A-Z]/.test(operation) ? "ADMIN" : phrase.category);
}

/** Most services write down only what was done; those that state a result use words of their own. */
function outcomeOf(record: Json, operation: string): ActivityOutcome {
  const stated = textOf(record.ResultStatus) ?? "";
  const number = errorNumberOf(record);
  if (operation === "UserLoginFailed") return number !== null && isInterrupt(number) ? "UNKNOWN" : "FAILURE";
  if (record.IsSuccess === false || /^(fail|false|denied|blocked|error)/i.test(stated)) return "FAILURE";
  return "SUCCESS";
}

function errorNumberOf(record: Json): number | null {
  return numberIn(record.ErrorNumber) ?? numberIn(record.ErrorCode);
}

function reasonOf(record: Json): string | null {
  const words =
    textOf(record.LogonError) ??
    textOf(record.ErrorMessage) ??
    namedValue(record.ExtendedProperties, "ResultDescription");
  const number = errorNumberOf(record);
  if (words) return number ? `${words} (AADSTS${number})` : words;
  return number ? `AADSTS${number}` : null;
}

/** Of sign-ins: whether a person was asked, or an app renewed a token. Services never are; of other records nobody knows. */
function isInteractive(record: Json, type: number, actor: ActorRecord | null): boolean | null {
  if (actor?.type === "SERVICE") return false;
  if (type !== signIn) return null;
  const request = namedValue(record.ExtendedProperties, "RequestType") ?? "";
  if (/token|wstrust|refresh/i.test(request)) return false;
  return /^(login|oauth2:authorize|sas:|saml|wsfed)/i.test(request) ? true : null;
}

function directoryChange(
  record: Json,
  actor: ActorRecord | null,
  targets: ActivityTargetRecord[],
  reason: string | null,
) {
  const properties = listOf(record.ModifiedProperties).filter(isObject);
  return {
    actor,
    targets: targets.filter(({ type }) => type !== "Service"),
    reason,
    property: (name: string) => unquoted(properties.find(({ Name }) => Name === name)?.NewValue),
    properties: properties.flatMap(({ Name }) => textOf(Name) ?? []),
  };
}
