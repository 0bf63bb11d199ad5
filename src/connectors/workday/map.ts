import { createHash } from "node:crypto";
import { InvalidInputError } from "#src/errors.ts";
import { addressOf } from "../address.ts";
import type { ActivityRecord, ActivityTargetRecord, ActorRecord, UserRecord } from "../connector.ts";
import { idOf, isObject, type Json, needInstant, needList, needObject, needText, objectOf, textOf } from "../record.ts";
import { sentence } from "../sentence.ts";
import type { Account } from "./accounts.ts";
import { categoryOf, taskWords } from "./tasks.ts";

/** One row of either log, with the hash of what identifies it: neither log has ids. */
interface Row {
  at: Date;
  key: string;
  raw: Json;
  record: (externalId: string) => ActivityRecord[];
}

/**
 * A window of the user activity log, sorted by time. Rows equal in all that identifies them get running numbers, the
 * same ones whenever rows of one instant are mapped together, as they are in any window.
 */
export function mapActivities(rows: readonly unknown[], path = "data"): ActivityRecord[] {
  return numbered(rows.map((row, position) => activityRow(row, `${path}[${position}]`)));
}

/** A window of the sign-on log: the sign-on or failed attempt, and where the row tells of them the new password and the sign-off. */
export function mapSignOns(rows: readonly unknown[], path = "Workday_Account_Signon"): ActivityRecord[] {
  return numbered(rows.map((row, position) => signOnRow(row, `${path}[${position}]`)));
}

/** One archived event: a page of either log (a window, or the answer of a report), or a single row of it. */
export function mapEvent(event: unknown): ActivityRecord[] {
  if (Array.isArray(event)) return mapRows(event, "$");
  if (isObject(event)) {
    for (const list of ["data", "Workday_Account_Signon", "Report_Entry"]) {
      if (list in event) return mapRows(needList(event[list], list), list);
    }
    if (isActivity(event) || isSignOn(event)) return mapRows([event], "$");
    if ("access_token" in event || "refresh_token" in event)
      throw new InvalidInputError("This is an answer of Workday's token endpoint, not an event.", ["event"]);
  }
  throw new InvalidInputError("This is neither a row of Workday's activity log or sign-ons, nor a page of them.", [
    "event",
  ]);
}

function mapRows(rows: unknown[], path: string): ActivityRecord[] {
  const signOns = rows.length > 0 && rows.every((row) => isObject(row) && !isActivity(row) && isSignOn(row));
  return signOns ? mapSignOns(rows, path) : mapActivities(rows, path);
}

const isActivity = (row: Json) => "requestTime" in row || "taskDisplayName" in row;
const isSignOn = (row: Json) => firstOf(row, ...columns.at) !== null || "Successful" in row;

// ---------------------------------------------------------------- user activity log

function activityRow(value: unknown, path: string): Row {
  const row = needObject(value, path);
  const at = needInstant(needText(row.requestTime, `${path}.requestTime`), `${path}.requestTime`);
  const target = objectOf(row.target);
  const parts = [
    row.requestTime,
    row.systemAccount,
    row.taskId,
    row.activityAction,
    row.sessionId,
    target.id,
    row.ipAddress,
  ];
  const login = textOf(row.systemAccount);
  const task = textOf(row.taskDisplayName);
  const action = textOf(row.activityAction);
  const { template, known } = taskWords(task, action);
  const words: Record<string, string | null> = {
    actor: login,
    task,
    action,
    target: displayName(textOf(target.descriptor)),
  };
  return {
    at,
    key: hashOf(parts),
    raw: row,
    record: (externalId) => [
      {
        externalId,
        category: categoryOf(task),
        eventType: task ?? action ?? "unknown",
        description: sentence(template, (name) => words[name], {
          actor: "Someone",
          task: "something",
          target: "someone",
        }),
        occurredAt: at,
        actor: login === null ? null : actorOf(login),
        outcome: "SUCCESS",
        sessionId: textOf(row.sessionId),
        ipAddress: addressOf(row.ipAddress),
        userAgent: textOf(row.userAgent),
        targets: targetsOf(target),
        ...(known ? {} : { unmapped: true }),
        raw: row,
      },
    ],
  };
}

function targetsOf(target: Json): ActivityTargetRecord[] {
  const id = idOf(target.id);
  const name = textOf(target.descriptor);
  if (id === null && name === null) return [];
  return [{ type: name !== null && workerDescriptor.test(name) ? "user" : "item", id, name: displayName(name) }];
}

/** Workers are described by user name and name: `mholt / Mira Holt`. */
const workerDescriptor = /^\S+ \/ (.+)$/;

function displayName(descriptor: string | null): string | null {
  return descriptor === null ? null : (workerDescriptor.exec(descriptor)?.[1] ?? descriptor);
}

// ---------------------------------------------------------------- sign-ons

/** Names of one thing: in the SOAP answer first, then in the reports customers build of it. */
const columns = {
  at: ["Signon_DateTime", "Session_Start", "Sign-on_Time"],
  user: ["User_Name", "System_Account", "userName"],
  session: ["Short_Session_ID", "Session_ID"],
  ip: ["Signon_IP_Address", "Session_IP_Address"],
  signOff: ["Signoff_DateTime", "Session_End", "Signoff_Time"],
  type: ["Authentication_Type", "Authentication_Type_for_Signon"],
  userAgent: ["User_Agent"],
} as const;

function signOnRow(value: unknown, path: string): Row {
  const row = needObject(value, path);
  const read = (column: keyof typeof columns) => firstOf(row, ...columns[column]);
  const at = needInstant(read("at"), `${path}.${columns.at[0]}`);
  const user = read("user");
  const successful = isTrue(row.Successful) ?? isTrue(row.Failed_Signon) !== true;
  const signOff = read("signOff");
  const common = {
    actor: user === null ? null : actorOf(user),
    sessionId: read("session"),
    ipAddress: addressOf(read("ip")),
    userAgent: read("userAgent"),
    interactive: interactivity(textOf(row.Authentication_Channel)),
    targets: [],
    raw: row,
  };
  const name = user ?? "Someone";
  return {
    at,
    // The answer's time zone is the server's; the same instant must hash alike in winter and summer time.
    key: hashOf([at.toISOString(), user, common.sessionId, read("ip"), successful ? "1" : "0"]),
    raw: row,
    record: (externalId) => {
      const type = read("type");
      const records: ActivityRecord[] = [
        {
          ...common,
          externalId,
          category: "LOG_ON",
          eventType: successful ? "Signon" : "Failed Signon",
          description: successful
            ? `${name} signed in to Workday${type ? ` by ${type}` : ""}`
            : `${name} failed to sign in to Workday${failureOf(row)}`,
          occurredAt: at,
          outcome: successful ? "SUCCESS" : "FAILURE",
        },
      ];
      if (isTrue(row.Password_Changed))
        records.push({
          ...common,
          externalId: `${externalId}-password`,
          category: "USER",
          eventType: "Password Changed",
          description: `${name} changed their Workday password`,
          occurredAt: at,
          outcome: "SUCCESS",
        });
      if (signOff !== null)
        records.push({
          ...common,
          externalId: `${externalId}-signoff`,
          category: "LOG_ON",
          eventType: "Signoff",
          description: `${name} signed off from Workday`,
          occurredAt: needInstant(signOff, `${path}.${columns.signOff[0]}`),
          outcome: "SUCCESS",
        });
      return records;
    },
  };
}

function failureOf(row: Json): string {
  const reason =
    textOf(row.Authentication_Failure_Message) ??
    (isTrue(row.Account_Disabled_or_Expired) ? "the account is disabled or expired" : null) ??
    (isTrue(row.Invalid_for_Authentication_Policy) ? "refused by the authentication policy" : null) ??
    (isTrue(row.Invalid_Credentials) ? "wrong user name or password" : null);
  return reason ? `: ${reason}` : "";
}

function interactivity(channel: string | null): boolean | null {
  if (channel === null) return null;
  return /^(ui|mobile)/i.test(channel) ? true : /web services/i.test(channel) ? false : null;
}

/** Workday's own sign-ons, noise to most. */
export function isInternalSignOn(record: ActivityRecord): boolean {
  const row = objectOf(record.raw);
  return (
    record.category === "LOG_ON" &&
    (firstOf(row, ...columns.ip) === "Workday Internal" || firstOf(row, ...columns.type) === "Trusted")
  );
}

// ---------------------------------------------------------------- workers

/** `account` is what SOAP tells of the worker's sign-in; null where it may not. */
export function mapWorker(value: unknown, account: Account | null, path: string): UserRecord {
  const worker = needObject(value, path);
  const email = textOf(worker.primaryWorkEmail);
  return {
    externalId: needText(worker.id, `${path}.id`),
    // The log names people by user name. Without the right to see it, most tenants' user name is the e-mail's first part.
    login: account?.userName ?? email?.split("@")[0] ?? null,
    email,
    displayName: needText(worker.descriptor, `${path}.descriptor`),
    status: account?.disabled ? "SUSPENDED" : "ACTIVE",
    isExternal: account?.contingent ?? false,
    type: "HUMAN",
    raw: account ? { ...worker, account } : worker,
  };
}

// ---------------------------------------------------------------- common

function numbered(rows: Row[]): ActivityRecord[] {
  const sorted = rows.toSorted(
    (a, b) =>
      a.at.getTime() - b.at.getTime() || compare(a.key, b.key) || compare(JSON.stringify(a.raw), JSON.stringify(b.raw)),
  );
  const seen = new Map<string, number>();
  return sorted.flatMap((row) => {
    const number = (seen.get(row.key) ?? 0) + 1;
    seen.set(row.key, number);
    return row.record(number === 1 ? row.key : `${row.key}-${number}`);
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function hashOf(parts: readonly unknown[]): string {
  const text = parts.map((part) => (part === null || part === undefined ? "" : String(part))).join("|");
  return createHash("sha256").update(text).digest("hex");
}

function actorOf(login: string): ActorRecord {
  return {
    login,
    email: login.includes("@") ? login : null,
    name: login,
    // Integration system users are named so by Workday's own convention.
    ...(/^isu[_-]/i.test(login) ? { type: "SERVICE" as const } : {}),
  };
}

function isTrue(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  if (value === "1" || value === "true" || value === 1) return true;
  return value === "0" || value === "false" || value === 0 ? false : null;
}

function firstOf(row: Json, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = textOf(row[name]);
    if (value !== null) return value;
  }
  return null;
}
