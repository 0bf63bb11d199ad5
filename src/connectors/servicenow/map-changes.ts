import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { type Json, needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { categoryOf } from "./events.ts";
import { activity, actorNamed } from "./map.ts";
import { isId, needInstantAt } from "./values.ts";

export const auditFields = [
  ...["sys_id", "tablename", "documentkey", "fieldname", "oldvalue", "newvalue", "user", "reason"],
  ...["record_checkpoint", "sys_created_on", "sys_created_by"],
];
export const deletionFields = [
  ...["sys_id", "tablename", "documentkey", "display_value", "sys_created_on", "sys_created_by"],
];
export const grantFields = [
  ...["sys_id", "user", "user.user_name", "user.name", "role", "role.name", "granted_by", "inherited"],
  ...["sys_created_on", "sys_created_by"],
];
export const impersonationFields = [
  ...["sys_id", "impersonated_by", "impersonated_by.user_name", "impersonated_to", "impersonated_to.user_name"],
  ...["impersonation_start_time", "impersonation_end_time", "session_id", "sys_created_on"],
];

/**
 * One changed field of a record. Who made it is `sys_created_by`; `user` names another where an administrator acted as that person, and on some
 * releases a session.
 * Source: https://www.servicenow.com/docs/r/platform-security/c_UnderstandingTheSysAuditTable.html
 */
export function toChange(value: unknown, path: string): ActivityRecord {
  const raw = needObject(value, path);
  const table = needText(raw.tablename, `${path}.tablename`);
  const field = textOf(raw.fieldname) ?? "";
  const [by, user] = [textOf(raw.sys_created_by), textOf(raw.user)];
  const impersonator = user !== null && by !== null && user !== by && !isId(user) && user !== "system" ? user : null;
  const eventType = `${table}.${operationOf(raw, field)}`;
  return activity(
    {
      ...commonOf(raw, path),
      ...{ eventType, actor: actorNamed(impersonator ?? by ?? user), detail: detailOf(raw.newvalue) },
      targets: [
        { type: table, id: textOf(raw.documentkey) },
        ...(impersonator === null ? [] : [{ type: "sys_user", name: by }]),
      ],
      // Contents of tickets stay in the record: only what administrators set is worth a place in the sentence.
      words: { target: null, value: categoryOf(eventType) === "ADMIN" ? shortOf(raw.newvalue) : null },
    },
    impersonator === null ? {} : { impersonated: true },
  );
}

function operationOf(raw: Json, field: string): string {
  if (field === "DELETED") return "delete";
  if (field === "RECOVERED") return "recover";
  return `${raw.record_checkpoint === "0" ? "insert" : "update"}${field === "" ? "" : `.${field}`}`;
}

/** A deleted record, of whatever table keeps track of deletions. */
export function toDeletion(value: unknown, path: string): ActivityRecord {
  const raw = needObject(value, path);
  const table = needText(raw.tablename, `${path}.tablename`);
  return activity({
    ...commonOf(raw, path),
    ...{ eventType: `${table}.delete`, actor: actorNamed(textOf(raw.sys_created_by)) },
    targets: [{ type: table, id: textOf(raw.documentkey), name: textOf(raw.display_value) }],
  });
}

/** A role that was given to an account directly: the table itself is the log, since few instances audit it. */
export function toGrant(value: unknown, path: string): ActivityRecord {
  const raw = needObject(value, path);
  const userName = textOf(raw["user.user_name"]);
  const role = textOf(raw["role.name"]);
  needText(raw.role, `${path}.role`);
  return activity({
    ...commonOf(raw, path),
    ...{ eventType: "sys_user_has_role.insert", actor: actorNamed(textOf(raw.sys_created_by)) },
    targets: [
      { type: "sys_user", id: textOf(raw.user), name: userName ?? textOf(raw["user.name"]) },
      { type: "sys_user_role", id: textOf(raw.role), name: role },
    ],
    words: { value: role },
  });
}

/** Source: https://www.servicenow.com/docs/r/platform-administration/user-administration/impersonation-audits.html */
export function toImpersonation(value: unknown, path: string): ActivityRecord {
  const raw = needObject(value, path);
  const by = textOf(raw["impersonated_by.user_name"]);
  const externalId = needText(raw.impersonated_by, `${path}.impersonated_by`);
  const target = { type: "sys_user", id: textOf(raw.impersonated_to), name: textOf(raw["impersonated_to.user_name"]) };
  return activity(
    {
      ...commonOf(raw, path),
      ...{ eventType: "impersonation.start", actor: { externalId, login: by, name: by }, targets: [target] },
    },
    { impersonated: true, sessionId: textOf(raw.session_id) },
  );
}

function commonOf(raw: Json, path: string) {
  return {
    externalId: needText(raw.sys_id, `${path}.sys_id`),
    occurredAt: needInstantAt(raw.sys_created_on, `${path}.sys_created_on`),
    raw,
  };
}

/** Booleans are written as words or as numbers. */
function detailOf(value: unknown): string {
  return value === "true" || value === "1" ? "true" : value === "false" || value === "0" ? "false" : "";
}

function shortOf(value: unknown): string | null {
  const text = textOf(value);
  return text !== null && text.length <= 80 && !isId(text) ? text : null;
}
