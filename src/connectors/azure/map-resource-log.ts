import { actionOf } from "#src/connector-kit/action.ts";
import { addressOf } from "#src/connector-kit/address.ts";
import type { ActivityCategory, ActivityOutcome } from "#src/connector-kit/contract/kinds.ts";
import type { ActivityRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
import { inWords } from "#src/connector-kit/event-names.ts";
import { hashOf } from "#src/connector-kit/log.ts";
import { type Json, listOf, needInstant, needText, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { pastTense } from "#src/connector-kit/sentence.ts";
import { addressIn } from "./caller.ts";
import { readResourceId } from "./resource-id.ts";

/**
 * Logs of resources, which diagnostic settings export beside the activity log: data of storage accounts, and the audit log of Kubernetes
 * clusters. No API of Azure lists them; they come from archives. Null for any other event.
 * Sources: https://learn.microsoft.com/en-us/azure/storage/blobs/monitor-blob-storage-reference#resource-logs,
 * https://learn.microsoft.com/en-us/azure/aks/monitor-aks-reference#resource-logs
 */
export function toResourceActivity(event: Json, path: string): ActivityRecord | null {
  if (/^kube-audit/.test(textOf(event.category) ?? "")) return kubernetes(event, path);
  const isStorage =
    valueAt(event, "properties.objectKey") !== undefined || /^Storage(Read|Write|Delete)$/.test(String(event.category));
  return isStorage ? storage(event, path) : null;
}

function outcomeOf(status: unknown, word: unknown): ActivityOutcome {
  const code = Number(status);
  if (Number.isInteger(code) && code > 0) return code < 400 ? "SUCCESS" : "FAILURE";
  if (/^success/i.test(String(word))) return "SUCCESS";
  return /error|fail|denied/i.test(String(word)) ? "FAILURE" : "UNKNOWN";
}

const storageVerbs: Readonly<Record<string, string>> = { get: "read", put: "wrote", head: "read", append: "added to" };

/** `GetBlob`, `putblob`, `ListContainers` on `/account/container/path`. */
function storage(event: Json, path: string): ActivityRecord {
  const eventType = needText(event.operationName, `${path}.operationName`);
  const properties = objectOf(event.properties);
  const requester = objectOf(objectOf(event.identity).requester);
  const [, verb = "", noun = ""] =
    /^([A-Z]?[a-z]+?)(?=[A-Z]|blob|container|file|queue|table|page|block|$)(.*)$/.exec(eventType) ?? [];
  const lower = verb.toLowerCase();
  const did = storageVerbs[lower] ?? pastTense(lower) ?? `did “${eventType}” on`;
  const account =
    readResourceId(textOf(event.resourceId))?.parent ??
    `storage account ${textOf(properties.accountName) ?? ""}`.trim();
  const object = textOf(properties.objectKey)?.split("/").slice(2).join("/") || null;
  const outcome = outcomeOf(event.statusCode, properties.metricResponseType ?? event.statusText);
  const login = textOf(requester.upn);
  const actor: ActorRecord | null =
    login || requester.objectId
      ? {
          externalId: textOf(requester.objectId),
          login,
          email: login,
          name: login ?? "an application",
          type: login ? "HUMAN" : "SERVICE",
        }
      : null;
  const what = `${noun ? inWords(noun).toLowerCase() : "data"}${object ? ` ${object}` : ""}`;
  return {
    externalId: hashOf([
      event.time,
      event.correlationId,
      eventType,
      event.resourceId,
      properties.objectKey,
      event.callerIpAddress,
    ]),
    category: "USER",
    action: actionOf(`{actor} ${did} {object}`, "USER"),
    eventType,
    description: `${actor?.name ?? "Someone"} ${did} ${what} in the ${account}${outcome === "FAILURE" ? ` (failed: ${textOf(event.statusText) ?? event.statusCode})` : ""}`,
    occurredAt: needInstant(event.time, `${path}.time`),
    actor,
    outcome,
    ipAddress: addressIn(event.callerIpAddress),
    userAgent: textOf(properties.userAgentHeader),
    targets: object ? [{ type: "blob", id: textOf(properties.objectKey), name: object }] : [],
    raw: event,
  };
}

/** Who may do what, and what runs with every right. */
const ofRights =
  /^(roles|rolebindings|clusterroles|clusterrolebindings|serviceaccounts|secrets|validatingwebhook|mutatingwebhook|certificatesigning)/;
const kubernetesVerbs: Readonly<Record<string, string>> = {
  ...{
    get: "read",
    list: "listed",
    watch: "watched",
    patch: "changed",
    update: "changed",
    deletecollection: "deleted",
  },
};

function kubernetes(event: Json, path: string): ActivityRecord {
  const log = logOf(event);
  const object = objectOf(log.objectRef);
  const user = textOf(objectOf(log.user).username);
  const [resource, subresource] = [textOf(object.resource) ?? "something", textOf(object.subresource)];
  const verb = textOf(log.verb) ?? "";
  const isChange = !/^(get|list|watch)$/.test(verb);
  const category: ActivityCategory = isChange && ofRights.test(resource) ? "ADMIN" : "USER";
  const status = objectOf(log.responseStatus);
  const outcome = outcomeOf(status.code, status.status);
  const name = textOf(object.name);
  const kind = subresource ? `${subresource} of ${resource}` : resource;
  const where = textOf(object.namespace);
  const reason =
    outcome === "FAILURE" ? ` (failed: ${textOf(status.message) ?? textOf(status.reason) ?? status.code})` : "";
  const cluster = readResourceId(textOf(event.resourceId));
  const did = kubernetesVerbs[verb] ?? pastTense(verb) ?? `did “${verb}” on`;
  return {
    externalId: textOf(log.auditID) ?? hashOf([event.time, event.resourceId, objectOf(event.properties).log]),
    category,
    action: actionOf(`{actor} ${did} {object}`, category),
    eventType: needText(event.operationName, `${path}.operationName`),
    description: `${user ?? "Someone"} ${did} ${kind}${name ? ` ${name}` : ""}${where ? ` in the namespace ${where}` : ""}${cluster ? ` of the ${cluster.noun} ${cluster.name}` : ""}${reason}`,
    occurredAt: needInstant(event.time, `${path}.time`),
    actor: user === null ? null : { name: user, ...named(user) },
    outcome,
    ipAddress: addressOf(listOf(log.sourceIPs)[0]),
    userAgent: textOf(log.userAgent),
    targets: [{ type: resource, name, id: [where, name].filter(Boolean).join("/") || null }],
    raw: event,
  };
}

/** Accounts of a cluster are its own; a person signs in by the directory, under a name that is an address. */
function named(user: string): Pick<ActorRecord, "login" | "email" | "type" | "isAccount"> {
  if (user.includes("@")) return { login: user, email: user, type: "HUMAN" };
  return { type: "SERVICE", isAccount: false };
}

function logOf(event: Json): Json {
  const { log } = objectOf(event.properties);
  if (typeof log !== "string") return objectOf(log);
  try {
    return objectOf(JSON.parse(log));
  } catch {
    // Long entries are cut off: what cannot be read names nothing.
    return {};
  }
}
