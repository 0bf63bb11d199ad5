import { addressOf } from "#src/connector-kit/address.ts";
import { archived } from "#src/connector-kit/archived.ts";
import type { ActivityOutcome } from "#src/connector-kit/contract/kinds.ts";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { isObject, type Json, needInstant, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { sentence } from "#src/connector-kit/sentence.ts";
import { ProviderResponseError } from "#src/errors.ts";
import { vocabulary } from "./events.ts";
import { identityOf } from "./identity.ts";
import { targetsOf } from "./targets.ts";

/**
 * One record of CloudTrail, wherever it comes from.
 * Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function toActivity(value: unknown, path: string): ActivityRecord {
  const record = needObject(value, path);
  const eventType = needText(record.eventName, `${path}.eventName`);
  const source = textOf(record.eventSource) ?? "";
  const { actor, impersonated } = identityOf(objectOf(record.userIdentity), textOf(record.recipientAccountId));
  const phrase = vocabulary.phraseOf(`${source.replace(/\.amazonaws\.com(\.cn)?$/, "")}.${eventType}`);
  const targets = targetsOf(record);
  const outcome = outcomeOf(record);
  const asked = objectOf(record.requestParameters);
  const words: Readonly<Record<string, string | null | undefined>> = {
    actor: actor?.name,
    mfa: mfaOf(record),
    reason: textOf(record.errorCode) ?? textOf(record.errorMessage),
    target: targets[0]?.name,
    user: textOf(asked.userName),
    group: textOf(asked.groupName),
    role: textOf(asked.roleName),
    policy: textOf(asked.policyName) ?? textOf(asked.policyArn)?.split("/").pop(),
    status: textOf(asked.status)?.toLowerCase(),
  };
  const template = outcome === "FAILURE" ? phrase.failure : phrase.template;
  return {
    externalId: needText(record.eventID, `${path}.eventID`),
    category: phrase.category,
    action: phrase.action,
    eventType,
    description: sentence(template, (name) => words[name], { actor: "someone", status: "inactive", target: "it" }),
    occurredAt: needInstant(record.eventTime, `${path}.eventTime`),
    actor,
    outcome,
    impersonated,
    interactive: isInteractive(record),
    sessionId: sessionOf(record),
    // Calls of AWS's services state the name of the service instead.
    ipAddress: addressOf(record.sourceIPAddress),
    userAgent: textOf(record.userAgent),
    targets,
    ...(phrase.known ? {} : { unmapped: true }),
    raw: record,
  };
}

function outcomeOf(record: Json): ActivityOutcome {
  if (textOf(record.errorCode) !== null || textOf(record.errorMessage) !== null) return "FAILURE";
  const answered = Object.values(objectOf(record.responseElements)).concat(
    Object.values(objectOf(record.serviceEventDetails)),
  );
  return answered.some((value) => value === "Failure" || value === "Failed") ? "FAILURE" : "SUCCESS";
}

/** Whether a second factor was used, as far as the record states it; for sentences. */
function mfaOf(record: Json): string | null {
  const used = textOf(objectOf(record.additionalEventData).MFAUsed);
  const attributes = objectOf(objectOf(objectOf(record.userIdentity).sessionContext).attributes);
  const isUsed = used === null ? attributes.mfaAuthenticated === "true" : used === "Yes";
  if (isUsed) return "with a second factor";
  return used === "No" ? "without a second factor" : null;
}

function isInteractive(record: Json): boolean | null {
  if (record.eventType === "AwsConsoleSignIn" || record.eventType === "AwsConsoleAction") return true;
  return record.sessionCredentialFromConsole === "true" ? true : null;
}

/** Keys of a session are made for it alone; those of a user are no session. */
function sessionOf(record: Json): string | null {
  const key = textOf(objectOf(record.userIdentity).accessKeyId);
  return key?.startsWith("ASIA") ? key : null;
}

/** An event of LookupEvents holds the record as a text. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Event.html */
export function fromLookup(value: unknown, path: string): ActivityRecord {
  const text = needText(needObject(value, path).CloudTrailEvent, `${path}.CloudTrailEvent`);
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    throw new ProviderResponseError("The event is no JSON.", `${path}.CloudTrailEvent`);
  }
  return toActivity(record, `${path}.CloudTrailEvent`);
}

/** Records, lists of them, files of a trail, answers of LookupEvents and deliveries of EventBridge. */
export const mapEvent = archived({
  event: "a CloudTrail record",
  hint: "records have an eventName, an eventTime and an eventID",
  lists: ["Records", "Events", "detail"],
  map(event, path) {
    if (typeof event.CloudTrailEvent === "string") return fromLookup(event, path);
    return event.eventName !== undefined && isObject(event.userIdentity ?? {}) && event.eventTime !== undefined
      ? toActivity(event, path)
      : null;
  },
});
