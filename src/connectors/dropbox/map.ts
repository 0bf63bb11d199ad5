import { createHash } from "node:crypto";
import { addressOf } from "#src/connector-kit/address.ts";
import { archived } from "#src/connector-kit/archived.ts";
import type { ActivityOutcome } from "#src/connector-kit/contract/kinds.ts";
import type { ActivityRecord, ActivityTargetRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
import { countryCode } from "#src/connector-kit/country.ts";
import {
  isObject,
  type Json,
  listOf,
  needInstant,
  needObject,
  needText,
  objectOf,
  textOf,
  valueAt,
} from "#src/connector-kit/record.ts";
import { sentence } from "#src/connector-kit/sentence.ts";
import { tagAt, tagOf } from "./api.ts";
import { wordsOf } from "./describe.ts";
import { categoryOfEvent, failures, vocabulary } from "./events.ts";

/**
 * One event of the team's log. Throws ProviderResponseError without a time or a type; `path` is its place in the response.
 * Source: https://www.dropbox.com/developers/documentation/http/teams#team_log-get_events
 */
export function toActivity(value: unknown, path: string): ActivityRecord {
  const event = needObject(value, path);
  const eventType = needText(tagOf(event.event_type), `${path}.event_type`);
  const occurredAt = needInstant(event.timestamp, `${path}.timestamp`);
  const phrase = vocabulary.phraseOf(eventType);
  const actor = actorOf(event, eventType);
  const outcome: ActivityOutcome = failures.has(eventType) ? "FAILURE" : "SUCCESS";
  const origin = objectOf(event.origin);
  const place = objectOf(origin.geo_location);
  const method = tagAt(origin, "access_method");
  const targets = targetsOf(event, actor);
  const words = wordsOf(event, actor, targets);
  return {
    externalId: idOf(event),
    action: phrase.action,
    category: phrase.known ? phrase.category : categoryOfEvent(tagOf(event.event_category)),
    eventType,
    description: sentence(phrase.template, words, { actor: "someone", member: "a member", target: "something" }),
    occurredAt,
    actor,
    outcome,
    ...(method === "sign_in_as" ? { impersonated: true } : {}),
    interactive: method === null ? null : method !== "api",
    // Sessions of end users are of several kinds, and stand one level deeper.
    sessionId: textOf(
      valueAt(origin, "access_method.end_user.session_id") ?? valueAt(origin, "access_method.session_id"),
    ),
    ipAddress: addressOf(place.ip_address),
    country: countryOf(place.country),
    city: textOf(place.city),
    targets,
    ...(phrase.known ? {} : { unmapped: true }),
    raw: value,
  };
}

/** One archived event, a list of them, or a page of the API. */
export const mapEvent = archived({
  event: "a Dropbox event",
  hint: "events of the team log have an event_type, an event_category and a timestamp",
  lists: ["events"],
  map: (event, path) => ("event_type" in event && "timestamp" in event ? toActivity(event, path) : null),
});

/**
 * Dropbox gives events no ids: a hash of all that an event states, but of its time written otherwise, descriptions and names of people and files,
 * which may change. Two events of one second that state the same are one.
 */
function idOf(event: Json): string {
  const { timestamp, event_type, actor, context, origin, participants, assets, details } = event;
  const stated = [timestamp, tagOf(event_type), actor, context, origin, participants, assets, details];
  return createHash("sha256").update(canonical(stated)).digest("hex");
}

/** Keys in order, and without what is left out when it is empty, so that equal events hash alike. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (!isObject(part)) return part;
    const kept = Object.entries(part).filter(([key, inner]) => key !== "display_name" && inner !== null);
    return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** A sign-in that failed is nobody's act by itself: then the account it was meant for counts, which is the context. */
function actorOf(event: Json, eventType: string): ActorRecord | null {
  const actor = objectOf(event.actor);
  const kind = tagOf(event.actor);
  if (kind === "user" || kind === "admin") return personOf(actor[kind]);
  if (kind === "app") {
    const app = objectOf(actor.app);
    const name = textOf(app.display_name) ?? textOf(app.app_id) ?? "An app";
    return { externalId: textOf(app.app_id), name, type: "SERVICE", isAccount: false };
  }
  if (kind === "reseller") {
    const { reseller_name, reseller_email } = actor;
    return { email: textOf(reseller_email), name: textOf(reseller_name), isAccount: false };
  }
  if (failures.has(eventType) && tagOf(event.context) === "team_member") return personOf(event.context);
  return kind === "dropbox" ? { name: "Dropbox", type: "SERVICE", isAccount: false } : null;
}

/** Members have an id in the team, which the listing of members has as well; others that of their account. */
function personOf(value: unknown): ActorRecord | null {
  const person = objectOf(value);
  const email = textOf(person.email);
  const externalId = textOf(person.team_member_id) ?? textOf(person.account_id);
  const name = textOf(person.display_name) ?? email ?? externalId;
  if (name === null) return null;
  return { externalId, email, name, type: "HUMAN", ...(externalId === null ? { isAccount: false } : {}) };
}

function targetsOf(event: Json, actor: ActorRecord | null): ActivityTargetRecord[] {
  const assets = listOf(event.assets).filter(isObject).map(assetOf);
  const participants = listOf(event.participants).filter(isObject).map(participantOf);
  const context = tagOf(event.context)?.endsWith("team_member") ? personOf(event.context) : null;
  const about =
    context && context.externalId !== actor?.externalId
      ? [{ type: "user", id: context.externalId ?? null, name: context.name ?? null }]
      : [];
  const app = objectOf(objectOf(event.details).app_info);
  const appId = textOf(app.app_id);
  const apps = appId === null ? [] : [{ type: "app", id: appId, name: textOf(app.display_name) }];
  return [...assets, ...apps, ...participants, ...about].filter(({ id, name }) => id !== null || name !== null);
}

function assetOf(asset: Json): ActivityTargetRecord {
  const type = tagOf(asset) ?? "unknown";
  const id = textOf(asset.file_id) ?? textOf(asset.doc_id) ?? textOf(asset.showcase_id) ?? textOf(asset.folder_id);
  const title = textOf(asset.doc_title) ?? textOf(asset.showcase_title) ?? textOf(asset.folder_name);
  const path =
    textOf(valueAt(asset, "path.contextual")) ?? textOf(valueAt(asset, "path.namespace_relative.relative_path"));
  return { type, id, name: textOf(asset.display_name) ?? title ?? path };
}

/** A code in the API; the name of the country in what other programs have archived. */
function countryOf(value: unknown): string | null {
  const text = textOf(value);
  return text !== null && /^[A-Z]{2}$/.test(text) ? text : countryCode(text);
}

function participantOf(participant: Json): ActivityTargetRecord {
  const type = tagOf(participant) ?? "user";
  if (type === "group") {
    return { type, id: textOf(participant.group_id), name: textOf(participant.display_name) };
  }
  const person = personOf(participant.user);
  return { type: "user", id: person?.externalId ?? null, name: person?.name ?? null };
}
