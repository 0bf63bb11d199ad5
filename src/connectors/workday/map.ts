import { addressOf } from "#src/connector-kit/address.ts";
import type { ActivityRecord, ActivityTargetRecord, UserRecord } from "#src/connector-kit/contract/records.ts";
import {
  idOf,
  isObject,
  type Json,
  needInstant,
  needList,
  needObject,
  needText,
  objectOf,
  textOf,
} from "#src/connector-kit/record.ts";
import { sentence } from "#src/connector-kit/sentence.ts";
import { InvalidInputError } from "#src/errors.ts";
import type { Account } from "./accounts.ts";
import { isSignOn, mapSignOns } from "./map-signon.ts";
import { actorOf, hashOf, numbered, type Row } from "./rows.ts";
import { categoryOf, taskWords } from "./tasks.ts";

/** A window of the user activity log, oldest first. */
export function mapActivities(rows: readonly unknown[], path = "data"): ActivityRecord[] {
  return numbered(rows.map((row, position) => activityRow(row, `${path}[${position}]`)));
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
