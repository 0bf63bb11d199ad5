import type { ActivityCategory } from "#src/connector-kit/contract/kinds.ts";
import { defineVocabulary, type EventTable, type Phrase } from "#src/connector-kit/vocabulary.ts";

/**
 * The logs that an Egnyte domain keeps, by the name of the audit stream, with that of the audit report.
 * Source: https://developers.egnyte.com/docs/read/Audit_Reporting_API_V2
 */
export const auditLogs = {
  LOGIN_AUDIT: "logins",
  FILE_AUDIT: "files",
  PERMISSION_AUDIT: "permissions",
  USER_AUDIT: "users",
  GROUP_AUDIT: "groups",
  WG_SETTINGS_AUDIT: "workgroup-settings",
  WORKFLOW_AUDIT: "workflows",
} as const;
export type AuditLog = keyof typeof auditLogs;

const signIns: EventTable = {
  "LOGIN_AUDIT.(LOGIN|SUCCESSFUL_LOGIN)": "{actor} signed in[ by {client}]",
  "LOGIN_AUDIT.(LOGOUT|LOG_OUT)": "{actor} signed out[ of {client}]",
  "LOGIN_AUDIT.(FAILED_ATTEMPT|FAILED_LOGIN|LOGIN_FAILED)": "{actor} failed to sign in[ by {client}]",
  "LOGIN_AUDIT.(ACCOUNT_LOCKOUT|LOCKOUT)": "The account of {actor} was locked after failed attempts to sign in",
  "LOGIN_AUDIT.(PASSWORD_RESET|RESET_PASSWORD)": "{actor} reset the password",
  "LOGIN_AUDIT.(PASSWORD_CHANGE|CHANGE_PASSWORD)": "{actor} changed the password",
};

const files: EventTable = {
  "FILE_AUDIT.(UPLOAD|UPLOAD_FILE)": "{actor} uploaded {file}",
  "FILE_AUDIT.(DOWNLOAD|DOWNLOAD_FILE)": "{actor} downloaded {file}",
  "FILE_AUDIT.(PREVIEW|VIEW|READ)": "{actor} previewed {file}",
  "FILE_AUDIT.(EDIT|UPDATE)": "{actor} edited {file}",
  "FILE_AUDIT.(DELETE|DELETE_FILE|DELETE_FOLDER)": "{actor} deleted {file}",
  "FILE_AUDIT.(DELETE_FROM_TRASH|PURGE|PERMANENT_DELETE)": "{actor} deleted {file} permanently",
  "FILE_AUDIT.EMPTY_TRASH": "{actor} emptied the trash",
  "FILE_AUDIT.(RESTORE|RESTORE_FROM_TRASH|UNDELETE)": "{actor} restored {file}",
  "FILE_AUDIT.(COPY|COPY_FILE|COPY_FOLDER)": "{actor} copied {file}[ to {destination}]",
  "FILE_AUDIT.(MOVE|MOVE_FILE|MOVE_FOLDER)": "{actor} moved {file}[ to {destination}]",
  "FILE_AUDIT.(RENAME|RENAME_FILE|RENAME_FOLDER)": "{actor} renamed {file}[ to {destination}]",
  "FILE_AUDIT.(CREATE_FOLDER|ADD_FOLDER)": "{actor} created the folder {file}",
  "FILE_AUDIT.(LOCK|LOCK_FILE)": "{actor} locked {file}",
  "FILE_AUDIT.(UNLOCK|UNLOCK_FILE)": "{actor} unlocked {file}",
  "FILE_AUDIT.(CREATE_LINK|ADD_LINK|SHARE)": "{actor} shared {file} by a link",
  "FILE_AUDIT.(DELETE_LINK|REMOVE_LINK)": "{actor} unshared {file}: a link was deleted",
  "FILE_AUDIT.(LINK_DOWNLOAD|DOWNLOAD_VIA_LINK)": "{actor} downloaded {file} by a link",
  "FILE_AUDIT.(LINK_PREVIEW|LINK_VIEW|PREVIEW_VIA_LINK)": "{actor} previewed {file} by a link",
  "FILE_AUDIT.(LINK_UPLOAD|UPLOAD_VIA_LINK)": "{actor} uploaded {file} by a link",
  "FILE_AUDIT.(COMMENT|ADD_COMMENT|ADD_NOTE)": "{actor} commented on {file}",
  "FILE_AUDIT.PRINT": "{actor} printed {file}",
};

const permissions: EventTable = {
  "PERMISSION_AUDIT.GIVE": "{actor} gave {assignee} the permission {permission} on {file}",
  "PERMISSION_AUDIT.TAKE": "{actor} removed the permission {permission} of {assignee} on {file}",
  "PERMISSION_AUDIT.*": "{actor} changed the permissions[ of {assignee}] on {file}",
};

const workflows: EventTable = {
  "WORKFLOW_AUDIT.(CREATED|CREATE|STARTED)": "{actor} started a workflow[ on {file}]",
  "WORKFLOW_AUDIT.(APPROVED|APPROVE)": "{actor} approved a workflow[ on {file}]",
  "WORKFLOW_AUDIT.(REJECTED|REJECT)": "{actor} rejected a workflow[ on {file}]",
  "WORKFLOW_AUDIT.(COMPLETED|COMPLETE)": "{actor} completed a workflow[ on {file}]",
  "WORKFLOW_AUDIT.(CANCELLED|CANCELED|CANCEL)": "{actor} cancelled a workflow[ on {file}]",
};

const administration: EventTable = {
  "USER_AUDIT.(CREATE|ADD)": "{actor} created the account of {subject}[: {info}]",
  "USER_AUDIT.(UPDATE|EDIT)": "{actor} changed the account of {subject}[: {info}]",
  "USER_AUDIT.(DISABLE|SUSPEND)": "{actor} disabled the account of {subject}",
  "USER_AUDIT.(ENABLE|ACTIVATE)": "{actor} enabled the account of {subject}",
  "USER_AUDIT.(DELETE|REMOVE)": "{actor} deleted the account of {subject}",
  "USER_AUDIT.UNLOCK": "{actor} unlocked the account of {subject}",
  "USER_AUDIT.PASSWORD_CHANGE": "{actor} changed the password of {subject}",
  "USER_AUDIT.PASSWORD_RESET": "{actor} reset the password of {subject}",
  "GROUP_AUDIT.(CREATE|ADD)": "{actor} created the group {group}",
  "GROUP_AUDIT.(DELETE|REMOVE)": "{actor} deleted the group {group}",
  "GROUP_AUDIT.RENAME": "{actor} renamed the group {group}[: {info}]",
  "GROUP_AUDIT.(ADD_USERS|ADD_MEMBERS|ADD_USER)": "{actor} added people to the group {group}[: {info}]",
  "GROUP_AUDIT.(REMOVE_USERS|REMOVE_MEMBERS|REMOVE_USER)": "{actor} removed people from the group {group}[: {info}]",
  "GROUP_AUDIT.(ADD_OWNER|ADD_OWNERS)": "{actor} made people owners of the group {group}[: {info}]",
  "GROUP_AUDIT.(REMOVE_OWNER|REMOVE_OWNERS)": "{actor} removed owner rights in the group {group}[: {info}]",
  "WG_SETTINGS_AUDIT.*": "{actor} changed the settings of the domain[: {setting}][ ({info})]",
};

/** Sentences that depend on what an event of an account adds to its action, beside the words of the action. */
const upgrades: readonly (readonly [RegExp, string])[] = [
  [/upgraded to|promoted/i, "{actor} promoted the account of {subject}: {info}"],
  [/downgraded to|demoted/i, "{actor} demoted the account of {subject}: {info}"],
  [/verification disabled/i, "{actor} disabled two-step sign-in of {subject}: {info}"],
  [/verification enabled/i, "{actor} enabled two-step sign-in of {subject}: {info}"],
];

const categories: Readonly<Record<string, ActivityCategory>> = {
  LOGIN_AUDIT: "LOG_ON",
  USER_AUDIT: "ADMIN",
  GROUP_AUDIT: "ADMIN",
  WG_SETTINGS_AUDIT: "ADMIN",
};

const vocabulary = defineVocabulary({
  tables: [{ events: { ...signIns, ...files, ...permissions, ...workflows, ...administration } }],
  categoryOf: (type) => categories[type.slice(0, type.indexOf("."))] ?? "USER",
  exceptions: [
    (type, detail) => (type === "USER_AUDIT.UPDATE" && detail !== "" ? (upgrades[Number(detail)]?.[1] ?? null) : null),
  ],
  // `+Editor` and `-Viewer` are what was given and taken away.
  spell: (type) =>
    type
      .toUpperCase()
      .replace(/\.\+.*/, ".GIVE")
      .replace(/\.-.*/, ".TAKE")
      .replace(/[^A-Z0-9.]+/g, "_")
      .replace(/(?<=\.)_+|_+$/g, ""),
});

/** `info`: what the event adds to its action. */
export function phraseOf(log: string, action: string, info: string | null): Phrase {
  const detail = info === null ? -1 : upgrades.findIndex(([words]) => words.test(info));
  return vocabulary.phraseOf(`${log}.${action}`, detail < 0 ? "" : String(detail));
}
