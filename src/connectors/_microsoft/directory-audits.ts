import { addressOf } from "#src/connector-kit/address.ts";
import type { ActivityOutcome } from "#src/connector-kit/contract/kinds.ts";
import type { ActivityRecord, ActivityTargetRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
import {
  idOf,
  isObject,
  type Json,
  listOf,
  needObject,
  needText,
  objectOf,
  textOf,
} from "#src/connector-kit/record.ts";
import { type DirectoryChange, describeChange } from "./describe-change.ts";
import { directoryEvents } from "./directory-events.ts";
import { idOfRecord, timeOfEnvelope, unwrapped } from "./exported.ts";
import { needUtc } from "./time.ts";

/**
 * One audit of the directory, from Graph or from an export. Throws ProviderResponseError without an id, a time or an activity.
 * Source: https://learn.microsoft.com/en-us/graph/api/resources/directoryaudit
 */
export function toDirectoryAudit(value: unknown, path: string): ActivityRecord {
  const entra = unwrapped(needObject(value, path));
  const { record, envelope } = entra;
  const eventType = needText(record.activityDisplayName ?? envelope.operationname, `${path}.activityDisplayName`);
  const phrase = directoryEvents.phraseOf(eventType);
  const actor = actorOf(record, envelope);
  const outcome = outcomeOf(textOf(record.result) ?? textOf(envelope.resulttype));
  const change = changeOf(record, actor);
  return {
    externalId: idOfRecord(entra, path),
    category: phrase.category,
    action: phrase.action,
    eventType,
    description: describeChange(change, outcome === "FAILURE" ? phrase.failure : phrase.template),
    occurredAt: needUtc(record.activityDateTime ?? timeOfEnvelope(entra), `${path}.activityDateTime`),
    actor,
    outcome,
    interactive: actor?.type === "SERVICE" ? false : null,
    ipAddress:
      addressOf(objectOf(objectOf(record.initiatedBy).user).ipAddress) ??
      addressOf(detail(record, "ipaddr")) ??
      addressOf(envelope.calleripaddress),
    userAgent: textOf(record.userAgent) ?? textOf(detail(record, "User-Agent")),
    targets: change.targets,
    ...(phrase.known ? {} : { unmapped: true }),
    raw: value,
  };
}

/** An audit, and no other record of Entra. */
export function isDirectoryAudit(event: Json): boolean {
  const { record, envelope } = unwrapped(event);
  return "activityDisplayName" in record || textOf(envelope.category) === "AuditLogs";
}

/** A person, or an app: the directory has no account of an app. Null for what the directory does by itself. */
function actorOf(record: Json, envelope: Json): ActorRecord | null {
  const { user, app } = objectOf(record.initiatedBy);
  const [person, service] = [objectOf(user), objectOf(app)];
  const login = textOf(person.userPrincipalName);
  const id = idOf(person.id);
  if (login || id)
    return {
      externalId: id,
      login,
      email: login?.includes("@") ? login : null,
      name: textOf(person.displayName) ?? login ?? id,
      type: "HUMAN",
    };
  const name = textOf(service.displayName) ?? textOf(envelope.identity);
  const serviceId = idOf(service.servicePrincipalId) ?? idOf(service.appId);
  return name || serviceId
    ? { externalId: serviceId, name: name ?? serviceId, type: "SERVICE", isAccount: false }
    : null;
}

function outcomeOf(result: string | null): ActivityOutcome {
  if (/^succe/i.test(result ?? "")) return "SUCCESS";
  return /^(fail|timeout)/i.test(result ?? "") ? "FAILURE" : "UNKNOWN";
}

function changeOf(record: Json, actor: ActorRecord | null): DirectoryChange {
  const resources = listOf(record.targetResources).filter(isObject);
  const properties = resources.flatMap(({ modifiedProperties }) => listOf(modifiedProperties)).filter(isObject);
  return {
    actor,
    targets: resources.flatMap(targetOf),
    reason: textOf(record.resultReason),
    property: (name) => unquoted(properties.find(({ displayName }) => displayName === name)?.newValue),
    properties: properties.flatMap(({ displayName }) => textOf(displayName) ?? []),
  };
}

function targetOf({ type, id, displayName, userPrincipalName }: Json): ActivityTargetRecord[] {
  const name = textOf(displayName) ?? textOf(userPrincipalName);
  return idOf(id) || name ? [{ type: textOf(type) ?? "Other", id: idOf(id), name }] : [];
}

/** Values are JSON texts: `"\"Global Administrator\""`. */
export function unquoted(value: unknown): string | null {
  return textOf(textOf(value)?.replace(/^\[?"+|"+\]?$/g, ""));
}

function detail(record: Json, key: string): unknown {
  return listOf(record.additionalDetails)
    .filter(isObject)
    .find((one) => one.key === key)?.value;
}
