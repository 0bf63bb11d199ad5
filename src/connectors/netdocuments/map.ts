import { addressOf } from "#src/connector-kit/address.ts";
import { archived } from "#src/connector-kit/archived.ts";
import type { ActivityRecord, ActorRecord, UnreadableItem, UserRecord } from "#src/connector-kit/contract/records.ts";
import { hashOf, numberRows, type Row } from "#src/connector-kit/log.ts";
import {
  idOf,
  instantOf,
  type Json,
  needId,
  needInstant,
  needObject,
  needText,
  objectOf,
  textOf,
} from "#src/connector-kit/record.ts";
import { sentence } from "#src/connector-kit/sentence.ts";
import type { Log } from "./api.ts";
import { vocabulary } from "./events.ts";

/** Who has signed in is registered, whatever the date of it is. */
export const isRegistered = ({ registered, lastLogin }: Json): boolean =>
  textOf(registered) !== null || textOf(lastLogin) !== null;

/** A member of the repository: who is not registered yet was invited. Throws ProviderResponseError when there is no id. */
export function toUser(value: unknown, path: string): UserRecord {
  const raw = needObject(value, path);
  const hasRegistered = isRegistered(raw);
  return {
    externalId: needId(raw.id, `${path}.id`),
    email: textOf(raw.email),
    displayName: textOf(raw.displayName),
    status: hasRegistered ? "ACTIVE" : "INVITED",
    isExternal: raw.external === true,
    lastSignInAt: instantOf(raw.lastLogin),
    ...(hasRegistered ? {} : { emailVerified: false }),
    raw,
  };
}

/** Rows of one window of a log, which have no ids: those equal in everything get running numbers. */
export function toActivities(rows: readonly unknown[], log: Log): (ActivityRecord | UnreadableItem)[] {
  return numberRows(rows, "$", (row, path) => rowOf(row, path, log));
}

/** What an archive holds: rows of either log, which only their names distinguish. */
export const mapEvent = archived({
  event: "a row of NetDocuments' activity log",
  hint: "rows have an activity with date, name and user",
  lists: [],
  map: (event, path) => {
    if (!("activity" in event)) return null;
    const row = rowOf(event, path, null);
    return row.records(row.key)[0] ?? null;
  },
});

function rowOf(value: unknown, path: string, log: Log | null): Row {
  const raw = needObject(value, path);
  const activity = needObject(raw.activity, `${path}.activity`);
  const eventType = needText(activity.name, `${path}.activity.name`);
  const at = utcOf(activity.date, `${path}.activity.date`);
  const user = objectOf(activity.user);
  const object = objectOf(activity.storageObject);
  const who = idOf(user.guid) ?? idOf(user.id);
  const key = hashOf([at.toISOString(), eventType, who, activity.host, object.docId, activity.desc]);
  const phrase = vocabulary.phraseOf(eventType);
  const isFailure = /fail|denied/i.test(eventType);
  const name = textOf(object.name);
  const id = textOf(object.docId);
  const record = (externalId: string): ActivityRecord => ({
    externalId,
    // A type that nobody described is what its log is of.
    category: log === "admin" && !phrase.known ? "ADMIN" : phrase.category,
    action: phrase.action,
    eventType,
    description: sentence(isFailure ? phrase.failure : phrase.template, wordsOf(activity, user, name), {
      actor: "Someone",
    }),
    occurredAt: at,
    actor: actorOf(user),
    outcome: isFailure ? "FAILURE" : "SUCCESS",
    ipAddress: addressOf(activity.host),
    userAgent: textOf(objectOf(activity.source).name),
    targets: id === null && name === null ? [] : [{ type: "document", id, name }],
    ...(phrase.known ? {} : { unmapped: true }),
    raw,
  });
  return { at, key, raw, records: (externalId) => [record(externalId)] };
}

/** Without a zone it is UTC. */
function utcOf(value: unknown, path: string): Date {
  const hasNoZone = typeof value === "string" && /T\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(value);
  return needInstant(hasNoZone ? `${value}Z` : value, path);
}

/** `guid` is the id that the list of members has. */
function actorOf(user: Json): ActorRecord | null {
  const [guid, login, email, name] = [idOf(user.guid), textOf(user.id), textOf(user.email), textOf(user.name)];
  if (guid === null && login === null && email === null) return name === null ? null : { name, isAccount: false };
  return { externalId: guid, login, email, name: name ?? email ?? login };
}

function wordsOf(activity: Json, user: Json, document: string | null): (name: string) => string | null | undefined {
  const words: Readonly<Record<string, string | null>> = {
    actor: textOf(user.name) ?? textOf(user.email) ?? textOf(user.id),
    document,
    text: textOf(activity.desc),
    reason: textOf(activity.desc),
  };
  return (name) => words[name];
}
