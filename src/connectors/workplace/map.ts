import { createHash } from "node:crypto";
import { addressOf } from "#src/connector-kit/address.ts";
import type { ActivityRecord, ActorRecord, UserRecord } from "#src/connector-kit/contract/records.ts";
import {
  idOf,
  isObject,
  type Json,
  listOf,
  needId,
  needList,
  needObject,
  objectOf,
  textOf,
} from "#src/connector-kit/record.ts";
import { sentence } from "#src/connector-kit/sentence.ts";
import { InvalidInputError, ProviderResponseError } from "#src/errors.ts";
import { eventWords } from "./events.ts";

// ---------------------------------------------------------------- security log

/**
 * A webhook delivery: entries of one community each, with changes in them. `appId` is our own app: what it does is done
 * by nobody's account. Events have no ids: equal ones within a delivery get running numbers, and a delivery sent again
 * gives the same ids.
 */
export function mapDelivery(
  delivery: unknown,
  options: { appId?: string | undefined; community?: string | undefined } = {},
): ActivityRecord[] {
  const { object, entry } = needObject(delivery, "$");
  const seen = new Map<string, number>();
  return needList(entry, "entry").flatMap((value, position) => {
    const path = `entry[${position}]`;
    const one = needObject(value, path);
    const community = needId(one.id, `${path}.id`);
    // An app may be installed in several communities; each instance is one.
    if (options.community !== undefined && community !== options.community) return [];
    return needList(one.changes, `${path}.changes`).map((change, place) => {
      const record = mapChange(
        change,
        { community, time: one.time, topic: textOf(object), appId: options.appId },
        `${path}.changes[${place}]`,
      );
      const count = (seen.get(record.externalId) ?? 0) + 1;
      seen.set(record.externalId, count);
      return count === 1 ? record : { ...record, externalId: `${record.externalId}-${count}` };
    });
  });
}

/** One archived event: a whole delivery, one entry, or one change of it. */
export function mapEvent(event: unknown): ActivityRecord[] {
  if (isObject(event)) {
    if ("entry" in event) return mapDelivery(event);
    if ("changes" in event) return mapDelivery({ object: "workplace_security", entry: [event] });
    if ("field" in event && "value" in event)
      return [mapChange(event, { community: "", time: undefined, topic: "workplace_security", appId: undefined }, "$")];
  }
  throw new InvalidInputError("This is not an event of Workplace's security log.", ["event"]);
}

interface Origin {
  community: string;
  /** Epoch seconds of the delivery: the time of an event that tells none. */
  time: unknown;
  topic: string | null;
  appId: string | undefined;
}

function mapChange(input: unknown, { community, time, topic, appId }: Origin, path: string): ActivityRecord {
  const change = needObject(input, path);
  const field = textOf(change.field) ?? "";
  const value = objectOf(change.value);
  const at = secondsOf(value.event_time) ?? secondsOf(time);
  if (at === null)
    throw new ProviderResponseError(`Expected a time at ${path}.value.event_time.`, `${path}.value.event_time`);
  const name = textOf(value.event);
  const event = eventWords(name, field);
  const actor = actorOf(objectOf(value.actor), appId);
  const target = partyOf(objectOf(value.target));
  const toSomebodyElse = target !== null && target.id !== (actor?.externalId ?? null);
  const words: Record<string, string | null> = {
    actor: actor?.name ?? null,
    target: target?.name ?? null,
    other: toSomebodyElse ? target.name : null,
    event: name ?? field,
  };
  const security = topic === null || topic === "workplace_security";
  return {
    externalId: createHash("sha256")
      .update([community, at, field, canonical(change.value)].join("|"))
      .digest("hex"),
    category: security ? event.category : "USER",
    eventType: name ?? [topic, field].filter(Boolean).join("."),
    description: sentence(event.template, (word) => words[word], { actor: "Someone", target: "an account" }),
    occurredAt: new Date(at * 1000),
    actor,
    outcome: event.outcome,
    interactive: event.interactive,
    ipAddress: addressOf(value.ip),
    userAgent: textOf(value.user_agent),
    targets: toSomebodyElse ? [{ type: "user", id: target.id, name: target.name }] : [],
    ...(event.known && security ? {} : { unmapped: true }),
    raw: change,
  };
}

interface Party {
  id: string | null;
  email: string | null;
  name: string | null;
}

function partyOf(party: Json): Party | null {
  const id = idOf(party.id);
  const email = textOf(party.email);
  const name = textOf(party.name);
  return id === null && email === null && name === null ? null : { id, email, name: email ?? name ?? id };
}

function actorOf(value: Json, appId: string | undefined): ActorRecord | null {
  const party = partyOf(value);
  if (party === null) return null;
  const { id, email, name } = party;
  if (id !== null && id === appId) return { externalId: id, name, type: "SERVICE", isAccount: false };
  return { externalId: id, login: email, email, name };
}

/** Keys in order, so that equal values hash alike. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

function secondsOf(value: unknown): number | null {
  const seconds = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  return typeof seconds === "number" && seconds > 0 && seconds < 1e11 ? Math.floor(seconds) : null;
}

// ---------------------------------------------------------------- people

const extension = (name: string) => `urn:ietf:params:scim:schemas:extension:facebook:${name}:2.0:User`;

/** What posture asks of a person, read from the same record. */
export interface Person {
  id: string;
  name: string;
  active: boolean;
  sso: boolean | null;
  claimed: boolean;
  /** Epoch ms; null when never invited. */
  invitedAt: number | null;
  /** Epoch ms of the end of the contract; null when none is set. */
  endsAt: number | null;
}

export function mapPerson(user: Json, path: string): Person {
  const details = objectOf(user[extension("accountstatusdetails")]);
  const method = textOf(objectOf(user[extension("authmethod")]).authMethod);
  const id = needId(user.id, `${path}.id`);
  if (typeof user.active !== "boolean")
    throw new ProviderResponseError(`Expected true or false at ${path}.active.`, `${path}.active`);
  const milliseconds = (value: unknown) => {
    const seconds = secondsOf(value);
    return seconds === null ? null : seconds * 1000;
  };
  return {
    id,
    name: textOf(user.userName) ?? textOf(objectOf(user.name).formatted) ?? id,
    active: user.active,
    sso: method === null ? null : method.toLowerCase() === "sso",
    claimed: details.claimed === true,
    invitedAt: milliseconds(details.inviteDate),
    endsAt: milliseconds(objectOf(user[extension("starttermdates")]).termDate),
  };
}

export function mapUser(user: Json, path: string): UserRecord {
  const person = mapPerson(user, path);
  const emails = listOf(user.emails).map(objectOf);
  const userName = textOf(user.userName);
  const email =
    textOf((emails.find(({ primary }) => primary === true) ?? emails[0])?.value) ??
    (userName?.includes("@") ? userName : null);
  return {
    externalId: person.id,
    login: userName,
    email,
    displayName: textOf(objectOf(user.name).formatted) ?? userName,
    status: !person.active ? "SUSPENDED" : person.claimed ? "ACTIVE" : "INVITED",
    // Claiming an account takes the mail that was sent to its address.
    ...(person.claimed ? {} : { emailVerified: false }),
    type: "HUMAN",
    raw: user,
  };
}

export function mapFormerMember(member: Json, path: string): UserRecord {
  const email = textOf(member.email);
  return {
    externalId: needId(member.id, `${path}.id`),
    login: email,
    email,
    displayName: textOf(member.name),
    status: "DELETED",
    type: "HUMAN",
    raw: member,
  };
}
