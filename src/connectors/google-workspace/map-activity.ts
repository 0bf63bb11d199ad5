import { addressOf } from "#src/connector-kit/address.ts";
import { archived } from "#src/connector-kit/archived.ts";
import type { ActivityRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
import {
  type Json,
  listOf,
  needInstant,
  needList,
  needObject,
  needText,
  objectOf,
  textOf,
} from "#src/connector-kit/record.ts";
import { sentence, type Words } from "#src/connector-kit/sentence.ts";
import { toAlert } from "./alerts.ts";
import { vocabulary } from "./events.ts";
import { outcomeOf, reasonOf } from "./outcome.ts";
import { Parameters } from "./parameters.ts";
import { sharingChangeOf } from "./sharing-change.ts";
import { targetsOf } from "./targets.ts";

/**
 * One record of a log as an activity for each of its events, under ids of their own: a record of Drive holds all that one save changed. What
 * is kept raw is the record with this one event.
 * Throws ProviderResponseError for a record without time, log or events; `path` is its place in the answer.
 * Source: https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities
 */
export function toActivities(value: unknown, path: string): ActivityRecord[] {
  const record = needObject(value, path);
  const id = needObject(record.id, `${path}.id`);
  const log = needText(id.applicationName, `${path}.id.applicationName`);
  const occurredAt = needInstant(id.time, `${path}.id.time`);
  // Records of old have it under the older name.
  const qualifier = textOf(id.uniqueQualifier) ?? needText(id.uniqQualifier, `${path}.id.uniqueQualifier`);
  const key = `${log}:${needText(id.time, `${path}.id.time`)}:${qualifier}`;
  return needList(record.events, `${path}.events`).map((one, index) => {
    const event = needObject(one, `${path}.events[${index}]`);
    const externalId = index === 0 ? key : `${key}:${index}`;
    return { externalId, occurredAt, ...mapped(record, log, event) };
  });
}

function mapped(record: Json, log: string, event: Json): Omit<ActivityRecord, "externalId" | "occurredAt"> {
  // Some logs name the kind of their events only, or nothing: then it is the log that is known.
  const eventType = textOf(event.name) ?? textOf(event.type) ?? log;
  const parameters = new Parameters(event);
  const type = `${log}.${eventType}`;
  const phrase = vocabulary.phraseOf(type, sharingChangeOf(type, parameters));
  const actor = actorOf(record, parameters);
  const outcome = outcomeOf(event, eventType, parameters);
  const targets = targetsOf(parameters).filter(({ name }) => name === null || name !== actor?.login);
  const named = { actor: actor?.name, reason: reasonOf(event, parameters), target: targets[0]?.name ?? targets[0]?.id };
  const words: Words = (place) => (place in named ? named[place as keyof typeof named] : placed(place, parameters));
  const impersonated = objectOf(objectOf(record.actor).applicationInfo).impersonation === true;
  return {
    category: phrase.category,
    action: phrase.action,
    eventType,
    description: sentence(outcome === "FAILURE" ? phrase.failure : phrase.template, words, fallbacks),
    actor,
    outcome,
    ...(impersonated ? { impersonated } : {}),
    interactive: interactiveOf(log, eventType, actor, impersonated),
    ipAddress: addressOf(record.ipAddress) ?? addressOf(parameters.first("ip_address", "ip_address_identifier")),
    country: regionOf(record),
    userAgent: parameters.text("user_agent"),
    targets,
    ...(phrase.known ? {} : { unmapped: true }),
    raw: { ...record, events: [event] },
  };
}

/** What one place of a sentence has names of its own for in several logs. */
function placed(place: string, parameters: Parameters): string | null {
  if (place === "group") return parameters.first("group_email", "group_id");
  if (place === "member") return parameters.first("user_email", "member_id");
  return parameters.text(place);
}

const fallbacks: Readonly<Record<string, string>> = {
  actor: "someone",
  ...{ user_email: "an account", target_user: "an account", member: "an account", grantee_email: "an account" },
  ...{ device_user: "someone", trigger_user: "someone", target_users: "someone", event_guest: "someone" },
  ...{
    doc_title: "an item",
    asset_name: "an asset",
    event_title: "an event",
    group: "a group",
    group_email: "a group",
  },
  ...{ app_name: "an app", application_name: "an app", api_client_name: "an app", caa_application: "an app" },
  ...{
    device_name: "of unknown name",
    device_model: "device",
    rule_name: "of unknown name",
    role_name: "of unknown name",
  },
  ...{ setting_name: "of unknown name", method_name: "an API", privilege_name: "of unknown name" },
};

/** Anonymous visitors of a shared file have this id and no address. */
const anonymous = "105250506097979753968";

/**
 * Who did it; of warnings about an account, whose account it is. People of other organisations come with their address; Google's own systems
 * and callers without a person have a key instead.
 */
function actorOf(record: Json, parameters: Parameters): ActorRecord | null {
  const { email, profileId, key, callerType } = objectOf(record.actor);
  const login = textOf(email) ?? (profileId === undefined ? parameters.text("affected_email_address") : null);
  const id = textOf(profileId);
  if (login !== null)
    return { externalId: id, login, email: login.includes("@") ? login : null, name: login, type: "HUMAN" };
  const name = textOf(key);
  if (name !== null || callerType === "KEY") return { name: name ?? "Google", type: "SERVICE", isAccount: false };
  if (id === null) return null;
  return id === anonymous
    ? { externalId: id, name: "an anonymous visitor", isAccount: false }
    : { externalId: id, name: id };
}

const noPerson = new Set(["token", "access_transparency", "data_migration", "directory_sync", "ldap"]);

/** True of a sign-in by a person, false of what an app or a service account does; null where the event does not show it. */
function interactiveOf(log: string, type: string, actor: ActorRecord | null, impersonated: boolean): boolean | null {
  if (impersonated || actor?.type === "SERVICE") return false;
  if (noPerson.has(log) && type !== "authorize" && type !== "revoke") return false;
  return log === "login" || log === "saml" ? type !== "suspicious_programmatic_login" : null;
}

function regionOf({ networkInfo }: Json): string | null {
  const region = textOf(objectOf(networkInfo).regionCode);
  return region !== null && /^[A-Z]{2}$/.test(region) && !/^(ZZ|X[A-Z])$/.test(region) ? region : null;
}

/** Records of a log and alerts, one or a list of them, or a page of either. */
export const mapEvent = archived({
  event: "a Google Workspace record",
  hint: "records have an id with an applicationName and a time, alerts have an alertId",
  lists: ["items", "alerts"],
  map: (event, path) => {
    if ("alertId" in event) return toAlert(event, path);
    const isRecord = textOf(objectOf(event.id).applicationName) !== null && listOf(event.events).length > 0;
    return isRecord ? toActivities(event, path) : null;
  },
});
