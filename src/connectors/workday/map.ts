import { addressOf } from "#src/connector-kit/address.ts";
import { allReadable } from "#src/connector-kit/archived.ts";
import type {
  ActivityRecord,
  ActivityTargetRecord,
  UnreadableItem,
  UserRecord,
} from "#src/connector-kit/contract/records.ts";
import { hashOf, numberRows, type Row } from "#src/connector-kit/log.ts";
import {
  idOf,
  isObject,
  type Json,
  needInstant,
  needObject,
  needText,
  objectOf,
  textOf,
} from "#src/connector-kit/record.ts";
import { sentence } from "#src/connector-kit/sentence.ts";
import { InvalidInputError } from "#src/errors.ts";
import type { Account } from "./accounts.ts";
import { taskPhrase } from "./events.ts";
import { isSignOn, toSignOns } from "./map-signon.ts";
import { actorOf, listOrOne, namedIn, scalarOf } from "./rows.ts";

/** A window of the user activity log, oldest first. */
export function toActivities(rows: readonly unknown[], path = "data"): (ActivityRecord | UnreadableItem)[] {
  return numberRows(rows, path, activityRow);
}

/** What rows come wrapped in: a page of the REST log, a SOAP answer, a report. */
const wrappers = [
  "Get_Workday_Account_Signons_Response",
  "Get_Unidentified_Signons_Response",
  "Response_Data",
  "data",
  "Workday_Account_Signon",
  "Unidentified_Signon",
  "Report_Entry",
];
/** Listed there are failed attempts only, and no row states it. */
const unidentified = "Unidentified_Signon";

/** One archived event: a page of either log (a window, or the answer of a report), or a single row of it. */
export function mapEvent(event: unknown): ActivityRecord[] {
  if (Array.isArray(event)) return mapRows(event, "$");
  if (isObject(event)) {
    const wrapper = wrappers.find((name) => name in event);
    if (wrapper !== undefined && !isActivity(event) && !isSignOn(event)) return unwrap(event, wrapper);
    if (isActivity(event) || isSignOn(event)) return mapRows([event], "$");
    if ("access_token" in event || "refresh_token" in event)
      throw new InvalidInputError("This is an answer of Workday's token endpoint, not an event.", ["event"]);
  }
  throw new InvalidInputError("This is neither a row of Workday's activity log or sign-ons, nor a page of them.", [
    "event",
  ]);
}

function unwrap(event: Json, wrapper: string): ActivityRecord[] {
  const content = listOrOne(event[wrapper]);
  const nested = content.filter((one): one is Json => isObject(one) && wrappers.some((name) => name in one));
  if (nested.length > 0 && wrapper !== "data") return nested.flatMap(mapEvent);
  if (wrapper !== unidentified) return mapRows(content, wrapper);
  return mapRows(
    content.map((row) => (isObject(row) ? { Failed_Signon: "1", ...row } : row)),
    wrapper,
  );
}

function mapRows(rows: unknown[], path: string): ActivityRecord[] {
  const signOns = rows.length > 0 && rows.every((row) => isObject(row) && !isActivity(row) && isSignOn(row));
  return allReadable(signOns ? toSignOns(rows, path) : toActivities(rows, path));
}

const isActivity = (row: Json) => "requestTime" in row || "taskDisplayName" in row;

function activityRow(value: unknown, path: string): Row {
  const row = needObject(value, path);
  const at = requestTime(row.requestTime, `${path}.requestTime`);
  const targets = targetsOf(row.target);
  const parts = [
    row.requestTime,
    row.systemAccount,
    row.taskId,
    row.activityAction,
    row.sessionId,
    objectOf(listOrOne(row.target)[0]).id,
    row.ipAddress,
  ];
  const account = scalarOf(row.systemAccount);
  const named = account === null ? null : namedIn(account);
  // The log names accounts by user name alone, but a person as target by both: so a row about oneself has the name.
  const own = listOrOne(row.target).map((target) => namedIn(scalarOf(objectOf(target).descriptor) ?? ""));
  const self = own.find(({ login }) => login === named?.login)?.name ?? null;
  const actor = named === null ? null : actorOf({ ...named, name: named.name ?? self });
  const name = scalarOf(row.taskDisplayName);
  const action = scalarOf(row.activityAction);
  const { category, action: does, template, known } = taskPhrase(name, action);
  const [first] = targets;
  const words: Record<string, string | null | undefined> = {
    actor: actor?.name,
    action,
    target: first?.name,
    person: first?.type === "user" && self === null ? first.name : null,
    item: first?.type === "item" ? first.name : null,
  };
  return {
    at,
    key: hashOf(parts),
    raw: row,
    records: (externalId) => [
      {
        externalId,
        category,
        action: does,
        eventType: name ?? action ?? "unknown",
        description: sentence(template, (word) => words[word], { actor: "Someone", target: "someone" }),
        occurredAt: at,
        actor,
        outcome: "SUCCESS",
        sessionId: scalarOf(row.sessionId),
        ipAddress: addressOf(row.ipAddress),
        userAgent: scalarOf(row.userAgent),
        ...(named?.onBehalfOf ? { impersonated: true } : {}),
        targets: named?.onBehalfOf ? [...targets, { type: "user", name: named.onBehalfOf }] : targets,
        ...(known ? {} : { unmapped: true }),
        raw: row,
      },
    ],
  };
}

/** ISO 8601 text; epoch milliseconds where an archive turned it into a number. */
function requestTime(value: unknown, path: string): Date {
  const milliseconds = typeof value === "string" && /^\d{12,14}$/.test(value) ? Number(value) : value;
  // Smaller numbers are no instant of this log, whatever they are.
  if (typeof milliseconds === "number" && milliseconds >= 1e11) return needInstant(milliseconds, path);
  return needInstant(needText(value, path), path);
}

function targetsOf(value: unknown): ActivityTargetRecord[] {
  return listOrOne(value).flatMap((one) => {
    const target = objectOf(one);
    const id = idOf(target.id);
    const name = isObject(one) ? scalarOf(target.descriptor) : scalarOf(one);
    if (id === null && name === null) return [];
    return [{ type: name !== null && workerDescriptor.test(name) ? "user" : "item", id, name: displayName(name) }];
  });
}

/** Workers are described by user name and name: `mholt / Mira Holt`. */
const workerDescriptor = /^\S+ \/ (.+)$/;

function displayName(descriptor: string | null): string | null {
  return descriptor === null ? null : (workerDescriptor.exec(descriptor)?.[1] ?? descriptor);
}

/** `account` is what SOAP shows of the worker's account; null where the tenant denies it. An unknown state is never active. */
export function toUser(value: unknown, account: Account | null, path: string): UserRecord {
  const worker = needObject(value, path);
  const email = textOf(worker.primaryWorkEmail);
  return {
    externalId: needText(worker.id, `${path}.id`),
    // The log names people by user name. Without the right to see it, most tenants' user name is the e-mail's first part.
    login: account?.userName ?? email?.split("@")[0] ?? null,
    email,
    displayName: needText(worker.descriptor, `${path}.descriptor`),
    status: statusOf(account?.disabled ?? null),
    isExternal: account?.contingent ?? false,
    type: "HUMAN",
    raw: account ? { ...worker, account } : worker,
  };
}

function statusOf(disabled: boolean | null): UserRecord["status"] {
  if (disabled === null) return "UNKNOWN";
  return disabled ? "SUSPENDED" : "ACTIVE";
}
