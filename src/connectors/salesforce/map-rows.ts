import { addressOf } from "#src/connector-kit/address.ts";
import type { ActivityRecord, ActivityTargetRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
import { hashOf } from "#src/connector-kit/log.ts";
import { type Json, needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { sentence } from "#src/connector-kit/sentence.ts";
import { ProviderResponseError } from "#src/errors.ts";
import { actionWith, failures, vocabulary } from "./events.ts";
import { longId } from "./ids.ts";

export function hasRowShape(value: Json): boolean {
  return typeof value.EVENT_TYPE === "string";
}

/**
 * A row has no id: two with the same values are the same event, whichever file they stand in. Empty values do not count, so that a column that a
 * release adds changes no id.
 */
export function keyOf(row: Json): string {
  const entries = Object.entries(row).filter(([, value]) => value !== null && value !== "");
  return hashOf(entries.map(([name, value]) => `${name}=${String(value)}`).sort());
}

/** One row of an event log file. `externalId` is given for rows that are equal to others of their file. */
export function toRow(value: unknown, path: string, externalId?: string): ActivityRecord {
  const row = needObject(value, path);
  const eventType = needText(row.EVENT_TYPE, `${path}.EVENT_TYPE`);
  const phrase = vocabulary.phraseOf(eventType);
  const { actor, user } = peopleOf(row);
  const failed = hasFailed(row, eventType);
  const targets = targetsOf(row);
  const words: Record<string, string | null | undefined> = {
    actor: actor?.name,
    user: user?.name ?? user?.id,
    app: column(row, "CONNECTED_APP_NAME", "CLIENT_NAME", "APPLICATION"),
    about: aboutOf(row, targets),
    detail: column(
      row,
      "OPERATION",
      "OPERATION_TYPE",
      "TRANSACTION_TYPE",
      "METHOD",
      "API_METHOD",
      "METHOD_NAME",
      "ACTION",
      "CONNECTION_TYPE",
    ),
    reason: reasonOf(row),
  };
  return {
    externalId: externalId ?? keyOf(row),
    category: phrase.category,
    action: actionWith(words.detail) ?? phrase.action,
    eventType,
    description: sentence(failed ? phrase.failure : phrase.template, (word) => words[word], {
      actor: "a user",
      user: "another user",
      app: "an app",
    }),
    occurredAt: instantIn(row, path),
    actor,
    outcome: failed ? "FAILURE" : "SUCCESS",
    ...(user === null ? {} : { impersonated: true }),
    sessionId: column(row, "SESSION_KEY", "SESSION_ID"),
    ipAddress: addressOf(row.SOURCE_IP) ?? addressOf(row.CLIENT_IP) ?? addressOf(row.IP_ADDRESS),
    userAgent: agentOf(row),
    targets: [...targets, ...(user === null ? [] : [user])],
    ...(phrase.known ? {} : { unmapped: true }),
    raw: value,
  };
}

/** The first of these columns that has a value. */
function column(row: Json, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = typeof row[name] === "number" ? String(row[name]) : textOf(row[name]);
    if (value !== null) return value;
  }
  return null;
}

/** `TIMESTAMP_DERIVED` is ISO 8601, `TIMESTAMP` 20260502075912.123; both are UTC. */
function instantIn(row: Json, path: string): Date {
  for (const text of [row.TIMESTAMP_DERIVED, row.TIMESTAMP, row.LOGIN_TIME, row.EVENT_DATE]) {
    const compact = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?$/.exec(String(text ?? ""));
    const [, year, month, day, hour, minute, second, fraction = ""] = compact ?? [];
    const written = compact
      ? `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}Z`
      : String(text ?? "").replace(/^(\d{4}-\d\d-\d\d) (\d\d:.*?)Z?$/, "$1T$2Z");
    const at = new Date(written);
    if (text !== undefined && text !== "" && !Number.isNaN(at.getTime())) return at;
  }
  throw new ProviderResponseError(`Expected an instant at ${path}.TIMESTAMP_DERIVED.`, `${path}.TIMESTAMP_DERIVED`);
}

/** Who did it; of what an admin did in the account of another person, also whose account it was. */
function peopleOf(row: Json): { actor: ActorRecord | null; user: ActivityTargetRecord | null } {
  const own = personOf(row, ["USER_ID_DERIVED", "USER_ID"], ["USER_NAME", "USERNAME", "USER"]);
  const admin = personOf(row, ["DELEGATED_USER_ID_DERIVED", "DELEGATED_USER_ID"], ["DELEGATED_USER_NAME"]);
  if (admin === null || admin.externalId === own?.externalId) return { actor: own, user: null };
  return { actor: admin, user: { type: "user", id: own?.externalId ?? null, name: own?.name ?? null } };
}

function personOf(row: Json, ids: readonly string[], names: readonly string[]): ActorRecord | null {
  const [id, login] = [column(row, ...ids), column(row, ...names)];
  if (id === null && login === null) return null;
  return {
    ...(id === null ? {} : { externalId: longId(id) }),
    ...(login === null ? {} : { login, name: login }),
    ...(login?.includes("@") && id === null ? { email: login } : {}),
  };
}

/** Some columns hold a code for the browser. */
function agentOf(row: Json): string | null {
  const agent = column(row, "BROWSER_TYPE", "USER_AGENT", "BROWSER_NAME", "BROWSER");
  return agent === null || /^\d+$/.test(agent) ? null : agent;
}

function hasFailed(row: Json, eventType: string): boolean {
  const login = column(row, "LOGIN_STATUS");
  if (login !== null) return !/^(LOGIN_NO_ERROR|success)$/i.test(login);
  const status = column(row, "REQUEST_STATUS", "STATUS");
  if (status !== null) return /^(f|fail|failed|failure|error|a|u|n)$/i.test(status);
  if (column(row, "IS_SUCCESS", "SUCCESS") === "0") return true;
  const code = Number(column(row, "STATUS_CODE", "RESPONSE_CODE", "HTTP_STATUS_CODE") ?? 0);
  return code >= 400 || failures.has(eventType);
}

/** `LOGIN_ERROR_INVALID_PASSWORD` → `invalid password`. */
function reasonOf(row: Json): string | null {
  const text = column(row, "LOGIN_STATUS", "EXCEPTION_MESSAGE", "ERROR_MESSAGE", "ERROR_DESCRIPTION", "ERROR_CODE");
  return (
    text
      ?.replace(/^LOGIN_(ERROR_)?/, "")
      .replaceAll("_", " ")
      .toLowerCase()
      .slice(0, 200) ?? null
  );
}

const aboutColumns: readonly [type: string, id: readonly string[], name: readonly string[]][] = [
  ["file", ["DOCUMENT_ID_DERIVED", "DOCUMENT_ID", "VERSION_ID_DERIVED"], ["FILE_NAME", "TITLE"]],
  ["report", ["REPORT_ID_DERIVED", "REPORT_ID"], ["REPORT_NAME", "REPORT_DESCRIPTION"]],
  ["dashboard", ["DASHBOARD_ID_DERIVED", "DASHBOARD_ID"], ["DASHBOARD_NAME"]],
  ["group", ["GROUP_ID"], ["GROUP_NAME"]],
  ["package", ["PACKAGE_ID"], ["PACKAGE_NAME"]],
  ["app", ["CONNECTED_APP_ID"], ["CONNECTED_APP_NAME"]],
  ["object", [], ["ENTITY_NAME", "ENTITY_TYPE", "QUERIED_ENTITIES", "OBJECT_TYPE", "SOBJECT_TYPE"]],
];

function targetsOf(row: Json): ActivityTargetRecord[] {
  return aboutColumns.flatMap(([type, ids, names]) => {
    const [id, name] = [column(row, ...ids), column(row, ...names)];
    return id === null && name === null ? [] : [{ type, id: id === null ? null : longId(id), name }];
  });
}

function aboutOf(row: Json, targets: readonly ActivityTargetRecord[]): string | null {
  const named = targets.find(({ name }) => name)?.name;
  const place = column(
    row,
    "SUMMARY",
    "URI",
    "PAGE_URL",
    "REQUEST_URI",
    "ENTRY_POINT",
    "URL",
    "SEARCH_QUERY",
    "CLASS_NAME",
  );
  return named ?? place ?? targets[0]?.id ?? null;
}
