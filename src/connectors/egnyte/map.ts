import { addressOf } from "#src/connector-kit/address.ts";
import { archived } from "#src/connector-kit/archived.ts";
import type {
  ActivityRecord,
  ActivityTargetRecord,
  ActorRecord,
  UserRecord,
} from "#src/connector-kit/contract/records.ts";
import { hashOf } from "#src/connector-kit/log.ts";
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
import { type AuditLog, phraseOf } from "./events.ts";

/** Egnyte writes some booleans as texts. */
export const isTrue = (value: unknown): boolean => value === true || value === "true";

/** Standard users have the licence for people who are given access to single folders, mostly of other organisations. */
export function audience(user: Json): "inside" | "outside" {
  return user.userType === "standard" ? "outside" : "inside";
}

/** Source: https://developers.egnyte.com/docs/User_Management_API_Documentation */
export function toUser(value: unknown, path: string): UserRecord {
  const user = needObject(value, path);
  const name = objectOf(user.name);
  const whole = [name.givenName, name.familyName].flatMap((part) => textOf(part) ?? []).join(" ");
  const isActive = isTrue(user.active) && !isTrue(user.locked);
  return {
    externalId: needId(user.id, `${path}.id`),
    login: textOf(user.userName),
    email: textOf(user.email),
    displayName: textOf(name.formatted) ?? (whole || textOf(user.userName)),
    status: isActive ? "ACTIVE" : "SUSPENDED",
    isAdmin: user.userType === "admin",
    isExternal: audience(user) === "outside",
    type: isTrue(user.isServiceAccount) ? "SERVICE" : "HUMAN",
    lastSignInAt: instantOf(user.lastActiveDate),
    raw: user,
  };
}

/** What an event of the stream and a row of a report both state, under the names of either. */
interface Stated {
  at: Date;
  action: string;
  actor: ActorRecord | null;
  file: string | null;
  destination: string | null;
  assignee: string | null;
  subject: string | null;
  group: string | null;
  setting: string | null;
  client: string | null;
  ip: string | null;
  info: string | null;
}

/**
 * An event of the audit stream, or a row of an audit report of `log`. Neither has an id: the id is a hash of what both state, to the second,
 * since reports know no milliseconds. Events that are equal in that get numbers in rows.ts.
 * Sources: https://developers.egnyte.com/docs/read/Audit_Reporting_API_V2, https://developers.egnyte.com/docs/read/Audit_Reporting_API
 */
export function toActivity(value: unknown, path: string, log: string): ActivityRecord {
  const raw = needObject(value, path);
  const event = stated(raw, path, log);
  const phrase = phraseOf(log, event.action, event.info);
  const words: Record<string, string | null> = {
    ...{ ...event, at: null, actor: event.actor?.name ?? null },
    permission: event.action.replace(/^[+-]\s*/, ""),
  };
  const failed = /fail|lockout|denied/i.test(event.action);
  return {
    externalId: keyOf(event, log),
    category: phrase.category,
    action: phrase.action,
    eventType: `${log}.${event.action}`,
    description: sentence(phrase.template, (word) => words[word], {
      ...{ actor: "Someone", file: "a file", subject: "a person", assignee: "a person or group", group: "of people" },
    }),
    occurredAt: event.at,
    actor: event.actor,
    outcome: failed ? "FAILURE" : "SUCCESS",
    interactive: log === "LOGIN_AUDIT" ? true : null,
    ipAddress: addressOf(event.ip),
    targets: targetsOf(event, raw),
    ...(phrase.known ? {} : { unmapped: true }),
    raw,
  };
}

function stated(raw: Json, path: string, log: string): Stated {
  const first = (...names: string[]) => {
    const found = names.map((name) => textOf(raw[name])).find((text) => text !== null && text !== "N/A");
    return found ?? null;
  };
  const time = raw.date ?? raw.time;
  const action = raw.action ?? raw.event ?? raw.transaction ?? raw.change;
  const isFile = log === "FILE_AUDIT" || log === "WORKFLOW_AUDIT" || log === "PERMISSION_AUDIT";
  return {
    at: needInstant(time, `${path}.date`),
    action: needText(action, `${path}.action`),
    actor: actorOf(first("user", "username", "actor", "assigner"), raw.userId ?? raw.user_id ?? raw.assigner_id),
    file: isFile ? first("sourcePath", "file", "file/folder", "folder") : null,
    destination: isFile ? first("targetPath", "target_path") : null,
    assignee: first("assignee"),
    subject: first("subject"),
    group: first("group"),
    setting: first("settingName", "setting"),
    client: first("access", "source"),
    ip: first("ipAddress", "ip_address"),
    info: first("actionInfo", "action_info"),
  };
}

/** What makes two events different ones. Names of clients are left out: stream and reports spell them differently. */
function keyOf({ at, action, actor, ...event }: Stated, log: string): string {
  const who = actor?.email?.toLowerCase() ?? actor?.externalId ?? actor?.name;
  const second = Math.floor(at.getTime() / 1000);
  const { file, destination, assignee, subject, group, setting, ip, info } = event;
  const compact = [assignee, subject].map((person) => addressIn(person) ?? person);
  return hashOf([log, second, who, action.toLowerCase(), file, destination, ...compact, group, setting, ip, info]);
}

/** Stream and reports write `Ana Ruiz ( ana@acme.example )`, with blanks or without. */
function actorOf(text: string | null, id: unknown): ActorRecord | null {
  const externalId = idOf(id);
  if (text === null) return externalId === null ? null : { externalId };
  const email = addressIn(text);
  const name = text.replace(/\s*\([^()]*\)\s*$/, "") || text;
  // Who opens a link is nobody of the domain.
  if (email === null && externalId === null) return { name, isAccount: false };
  return { externalId, login: email, email, name };
}

function addressIn(text: string | null): string | null {
  return /\(\s*([^\s()]+@[^\s()]+)\s*\)\s*$/.exec(text ?? "")?.[1] ?? null;
}

function targetsOf(event: Stated, raw: Json): ActivityTargetRecord[] {
  const { file, destination, assignee, subject, group, setting } = event;
  const named: [type: string, name: string | null, id?: string | null][] = [
    ["file", file],
    ["file", destination],
    ["user", subject],
    ["assignee", assignee, idOf(raw.assignee_id)],
    ["group", group],
    ["setting", setting],
  ];
  return named.flatMap(([type, name, id = null]) => (name === null ? [] : { type, id, name }));
}

/** One archived event of the stream, a row of a report of sign-ins, files or permissions, or a page of either. */
export const mapEvent = archived({
  event: "an Egnyte audit event",
  hint: "events of the stream have an auditSource and a date, rows of reports a time",
  lists: ["events"],
  map: (event, path) => {
    const log = logOf(event);
    return log === null ? null : toActivity(event, path, log);
  },
});

/** Which log an event is of: the stream states it, rows of reports show it by their fields. */
export function logOf(event: Json): AuditLog | string | null {
  if ("auditSource" in event) return textOf(event.auditSource);
  if (!("time" in event)) return null;
  if ("transaction" in event) return "FILE_AUDIT";
  if ("change" in event) return "PERMISSION_AUDIT";
  return "event" in event ? "LOGIN_AUDIT" : null;
}
