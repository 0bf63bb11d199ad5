import type { ActivityOutcome } from "#src/connector-kit/contract/kinds.ts";
import type { ActivityRecord, ActivityTargetRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
import { hashOf } from "#src/connector-kit/log.ts";
import {
  isObject,
  type Json,
  needInstant,
  needObject,
  needText,
  objectOf,
  textOf,
  valueAt,
} from "#src/connector-kit/record.ts";
import { sentence } from "#src/connector-kit/sentence.ts";
import { addressIn, callerOf } from "./caller.ts";
import { objectOfOperation, vocabulary } from "./operations.ts";
import { type Resource, readResourceId } from "./resource-id.ts";
import { roleNames } from "./role-names.ts";

/**
 * One event of the activity log as the API returns it, or as diagnostic settings export it to storage and event hubs. None for the start of a call:
 * its end is an event of its own, with all that the start has and the outcome. Throws ProviderResponseError without an id, time or operation.
 * Sources: https://learn.microsoft.com/en-us/rest/api/monitor/activity-logs/list,
 * https://learn.microsoft.com/en-us/azure/azure-monitor/platform/activity-log-schema
 */
export function toActivity(value: unknown, path: string): ActivityRecord | [] {
  const event = needObject(value, path);
  const isExport = !isObject(event.operationName);
  const eventType = isExport
    ? needText(event.operationName, `${path}.operationName`)
    : needText(valueAt(event, "operationName.value"), `${path}.operationName.value`);
  if (!isExport && valueAt(event, "eventName.value") === "BeginRequest" && statusOf(event) === "Started") return [];
  const claims = objectOf(event.claims ?? valueAt(event, "identity.claims"));
  const actor = callerOf(textOf(event.caller), claims) ?? sourceOf(event);
  const resource = readResourceId(textOf(event.resourceId));
  const phrase = vocabulary.phraseOf(eventType);
  const outcome = outcomeOf(statusOf(event));
  const about = { event, eventType, resource, actor: actor?.name ?? null };
  return {
    externalId: isExport ? exportedId(event, eventType) : needText(event.eventDataId, `${path}.eventDataId`),
    category: phrase.category,
    action: phrase.action,
    eventType,
    description: describe(about, outcome === "FAILURE" ? phrase.failure : phrase.template, outcome),
    occurredAt: isExport
      ? needInstant(event.time, `${path}.time`)
      : needInstant(event.eventTimestamp, `${path}.eventTimestamp`),
    actor,
    outcome,
    interactive: actor?.type === "SERVICE" ? false : null,
    ipAddress: addressIn(valueAt(event, "httpRequest.clientIpAddress"), event.callerIpAddress, claims.ipaddr),
    targets: targetsOf(event, resource),
    ...(phrase.known ? {} : { unmapped: true }),
    raw: value,
  };
}

/** Of alerts, which nobody calls for. */
function sourceOf(event: Json): ActorRecord | null {
  const category = textOf(valueAt(event, "category.value")) ?? textOf(event.category);
  if (category !== "Security") return null;
  return { name: "Microsoft Defender for Cloud", type: "SERVICE", isAccount: false };
}

/** Exports have no id of an event. */
function exportedId(event: Json, eventType: string): string {
  const own = textOf(event.eventDataId) ?? textOf(valueAt(event, "properties.eventDataId"));
  return (
    own ??
    hashOf([event.time, event.correlationId, eventType, event.resourceId, statusOf(event), event.resultSignature])
  );
}

function statusOf(event: Json): string | null {
  return textOf(valueAt(event, "status.value")) ?? textOf(event.status) ?? textOf(event.resultType);
}

function outcomeOf(status: string | null): ActivityOutcome {
  if (/^(succeeded|success|0)$/i.test(status ?? "")) return "SUCCESS";
  return /^(failed|failure|error|canceled|cancelled)$/i.test(status ?? "") ? "FAILURE" : "UNKNOWN";
}

interface About {
  event: Json;
  eventType: string;
  resource: Resource | null;
  actor: string | null;
}

/** A call that was taken and is still being worked on is neither done nor refused. */
const underWay = /^(accepted|start(ed)?|in ?progress)$/i;

function describe(about: About, template: string, outcome: ActivityOutcome): string {
  const { event, eventType, resource } = about;
  const assigned = assignmentIn(event);
  const scope = scopeOf(resource);
  const words: Record<string, () => string | null> = {
    actor: () => about.actor,
    resource: () => (resource ? inWords(resource) : objectOfOperation(eventType)),
    name: () => textOf(valueAt(event, "properties.RuleName")) ?? resource?.name ?? null,
    parent: () => resource?.parent ?? null,
    group: () => resource?.resourceGroup ?? textOf(event.resourceGroupName),
    locked: () => scope,
    scope: () => scope ?? "a scope",
    role: () => assigned.role,
    principal: () => assigned.principal,
    operation: () => eventType,
    event: () => textOf(valueAt(event, "eventName.value")),
    reason: () => reasonOf(event),
  };
  const ending = outcome === "UNKNOWN" && underWay.test(statusOf(event) ?? "") ? " (under way)" : "";
  return sentence(template + ending, (name) => words[name]?.() ?? null, {
    actor: "someone",
    parent: "a resource",
    name: "something",
  });
}

function inWords({ noun, name, parent }: Resource): string {
  return `the ${noun} ${name}${parent ? ` of the ${parent}` : ""}`;
}

/** What an extension (a role assignment, a lock) belongs to: the id before its last `providers`. */
function scopeOf(resource: Resource | null): string | null {
  if (!resource) return null;
  const { scope } = resource;
  const holder = readResourceId(scope);
  if (holder) return inWords(holder);
  if (scope === "/") return "the whole tenant";
  return null;
}

/** Of a role that is given or taken away: what the request or the answer names. */
function assignmentIn(event: Json): { role: string | null; principal: string | null; principalId: string | null } {
  const properties = objectOf(event.properties);
  const bodies = [properties.requestbody, properties.requestBody, properties.responseBody].map(parsed);
  const found = bodies.map((body) => objectOf(body.properties ?? body.Properties ?? body));
  const first = (...names: string[]) =>
    found.flatMap((body) => names.map((name) => textOf(body[name]))).find((text) => text !== null) ?? null;
  const roleId = first("roleDefinitionId", "RoleDefinitionId")?.split("/").pop()?.toLowerCase() ?? null;
  const principalId = first("principalId", "PrincipalId");
  const kind = first("principalType", "PrincipalType");
  const noun =
    kind === "User"
      ? "the user"
      : kind === "Group"
        ? "the group"
        : kind === "ServicePrincipal"
          ? "the application"
          : "";
  return {
    role: roleId && (roleNames[roleId] ?? roleId),
    principal: principalId && `${noun} ${principalId}`.trim(),
    principalId,
  };
}

function parsed(text: unknown): Json {
  if (isObject(text)) return text;
  try {
    return objectOf(JSON.parse(textOf(text) ?? "{}"));
  } catch {
    // Azure cuts long bodies off: what cannot be read names nothing.
    return {};
  }
}

/** `Forbidden: The client does not have authorization`: the sub-status, or the error that the answer holds. */
function reasonOf(event: Json): string | null {
  const properties = objectOf(event.properties);
  const error = objectOf(parsed(properties.statusMessage ?? properties.statusmessage).error);
  const code = textOf(error.code) ?? textOf(valueAt(event, "subStatus.value")) ?? textOf(event.resultSignature);
  const message =
    textOf(error.message) ?? textOf(valueAt(event, "subStatus.localizedValue")) ?? textOf(event.resultDescription);
  if (code === null || message === null || message.startsWith(code)) return message ?? code;
  return `${code}, ${message}`;
}

function targetsOf(event: Json, resource: Resource | null): ActivityTargetRecord[] {
  const targets: ActivityTargetRecord[] = [];
  if (resource) targets.push({ type: resource.type, id: textOf(event.resourceId), name: resource.name });
  const { principalId, role } = assignmentIn(event);
  if (principalId) targets.push({ type: "principal", id: principalId });
  if (role) targets.push({ type: "role", name: role });
  const subscription = textOf(event.subscriptionId) ?? resource?.subscription;
  if (subscription && resource?.noun !== "subscription") targets.push({ type: "subscription", id: subscription });
  return targets;
}
