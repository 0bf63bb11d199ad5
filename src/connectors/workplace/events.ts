import type { ActivityCategory, ActivityOutcome } from "#src/connector-kit/contract/kinds.ts";

export interface EventWords {
  category: ActivityCategory;
  template: string;
  outcome: ActivityOutcome;
  interactive: boolean | null;
  known: boolean;
}

/** The fields of the webhook topic `workplace_security` that we ask for. */
export const securityFields = ["sessions", "passwords", "two_factor", "admin_activity", "integrations"] as const;

const events: Record<string, [ActivityCategory, string]> = {
  LOG_IN: ["LOG_ON", "{actor} signed in to Workplace{device}"],
  LOG_IN_FAILED: ["LOG_ON", "{actor} failed to sign in to Workplace{device}"],
  LOG_OUT: ["LOG_ON", "{actor} signed out of Workplace{device}"],
  FORCED_LOGOUT: ["LOG_ON", "{actor} signed {target} out of all devices"],
  TWO_FACTOR_CODE_ENTRY_SUCCEEDED: ["LOG_ON", "{actor} entered a two-factor code{device}"],
  TWO_FACTOR_CODE_ENTRY_FAILED: ["LOG_ON", "{actor} entered a wrong two-factor code{device}"],
  SSO_REAUTHENTICATION: ["LOG_ON", "{actor} signed in again through single sign-on"],

  PASSWORD_CHANGED: ["USER", "{actor} changed their password"],
  PASSWORD_RESET_CODE_REQUESTED: ["USER", "{actor} asked for a code to reset the password"],
  PASSWORD_RESET_INCORRECT_CODE: ["USER", "{actor} entered a wrong code to reset the password"],
  PASSWORD_RESET_SUCCEEDED: ["USER", "{actor} reset the password"],
  TWO_FACTOR_ENABLED: ["USER", "{actor} switched on two-factor authentication[ for {other}]"],
  TWO_FACTOR_DISABLED: ["USER", "{actor} switched off two-factor authentication[ for {other}]"],
  ACCOUNT_AT_RISK: ["USER", "The account of {target} was marked as at risk"],
  FILE_UPLOADED: ["USER", "{actor} uploaded a file"],
  FILE_DOWNLOADED: ["USER", "{actor} downloaded a file"],
  MALWARE_UPLOADED: ["USER", "{actor} uploaded a file that holds malware"],

  FORCED_PASSWORD_RESET: ["ADMIN", "{actor} forced {target} to reset the password"],
  ACCOUNT_CREATED: ["ADMIN", "{actor} created the account of {target}"],
  ACCOUNTS_CREATED: ["ADMIN", "{actor} imported accounts"],
  ACCOUNT_ACTIVATED: ["ADMIN", "{actor} activated the account of {target}"],
  ACCOUNT_DEACTIVATED: ["ADMIN", "{actor} deactivated the account of {target}"],
  ACCOUNT_DELETED: ["ADMIN", "{actor} deleted the account of {target}"],
  ACCOUNT_SET_TO_UNCLAIMED: ["ADMIN", "{actor} set the account of {target} to unclaimed"],
  ADMIN_CREATED: ["ADMIN", "{actor} made {target} an administrator"],
  ACCOUNT_PROMOTED_TO_ADMIN: ["ADMIN", "{actor} promoted {target} to administrator"],
  ADMIN_ROLE_CHANGED: ["ADMIN", "{actor} changed the administrator role of {target}"],
  ADMIN_REMOVED: ["ADMIN", "{actor} took the administrator role from {target}"],
  INTEGRATION_ADDED: ["ADMIN", "{actor} added an integration[: {app}]"],
  INTEGRATION_REMOVED: ["ADMIN", "{actor} removed an integration[: {app}]"],
  CUSTOM_INTEGRATION_ADD: ["ADMIN", "{actor} added a custom integration[: {app}]"],
  CUSTOM_INTEGRATION_EDIT: ["ADMIN", "{actor} edited a custom integration[: {app}]"],
  CUSTOM_INTEGRATION_REMOVE: ["ADMIN", "{actor} removed a custom integration[: {app}]"],
  DOMAIN_ADDED: ["ADMIN", "{actor} added a domain"],
  MULTI_COMPANY_GROUP_CREATED: ["ADMIN", "{actor} created a multi-company group"],
  MULTI_COMPANY_GROUP_JOINED: ["ADMIN", "{actor} joined a multi-company group"],
};

/** Names of the product's own log and of the public lists of events, where they differ from ours. */
const otherNames: Record<string, string> = {
  ADMIN_ACTIVATE_ACCOUNT: "ACCOUNT_ACTIVATED",
  ADMIN_CREATE_ACCOUNT: "ACCOUNT_CREATED",
  ADMIN_DEACTIVATE: "ACCOUNT_DEACTIVATED",
  ADMIN_DEACTIVATE_ACCOUNT: "ACCOUNT_DEACTIVATED",
  ADMIN_FORCE_LOG_OUT: "FORCED_LOGOUT",
  ADMIN_SET_TO_UNCLAIMED: "ACCOUNT_SET_TO_UNCLAIMED",
  CUSTOM_INTEGRATION_CREATE: "CUSTOM_INTEGRATION_ADD",
  CUSTOM_INTEGRATION_INSTALL: "CUSTOM_INTEGRATION_ADD",
  CUSTOM_INTEGRATION_DELETE: "CUSTOM_INTEGRATION_REMOVE",
  CUSTOM_INTEGRATION_UNINSTALL: "CUSTOM_INTEGRATION_REMOVE",
  FORCE_PASSWORD_RESET: "FORCED_PASSWORD_RESET",
  PASSWORD_CHANGE: "PASSWORD_CHANGED",
  PASSWORD_RESET_REQUEST: "PASSWORD_RESET_CODE_REQUESTED",
  PASSWORD_RESET_SUCCESS: "PASSWORD_RESET_SUCCEEDED",
  PASSWORD_RESET_WRONG_CODE: "PASSWORD_RESET_INCORRECT_CODE",
  USER_LOGIN: "LOG_IN",
  USER_LOGOUT: "LOG_OUT",
  LOGGED_IN: "LOG_IN",
  LOGIN: "LOG_IN",
  LOGIN_FAILED: "LOG_IN_FAILED",
  LOGGED_OUT: "LOG_OUT",
  LOGOUT: "LOG_OUT",
  TWO_FACTOR_AUTHENTICATION_ENABLED: "TWO_FACTOR_ENABLED",
  TWO_FACTOR_AUTHENTICATION_DISABLED: "TWO_FACTOR_DISABLED",
  ACCOUNTS_CREATED_IMPORT: "ACCOUNTS_CREATED",
};

const categoryOfField: Record<string, ActivityCategory> = {
  sessions: "LOG_ON",
  admin_activity: "ADMIN",
  integrations: "ADMIN",
};

/** `LOG_IN`, `Logged in`, `Logged In On Mobile App`: one event, on some device. */
export function eventWords(name: string | null, field: string): EventWords {
  const spelled = (name ?? "")
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
  const mobile = spelled.endsWith("_ON_MOBILE_APP");
  const key = mobile ? spelled.slice(0, -"_ON_MOBILE_APP".length) : spelled;
  const canonical = otherNames[key] ?? key;
  const known = Object.hasOwn(events, canonical) ? events[canonical] : undefined;
  const outcome = /FAIL|INCORRECT|WRONG/.test(canonical) ? "FAILURE" : "SUCCESS";
  const interactive = canonical.startsWith("LOG_IN") || canonical.startsWith("TWO_FACTOR_CODE") ? true : null;
  if (!known)
    return {
      category: categoryOfField[field] ?? "USER",
      template: "{actor} did {event}[ to {other}]",
      outcome,
      interactive,
      known: false,
    };
  return {
    category: known[0],
    template: known[1].replace("{device}", mobile ? " on the mobile app" : ""),
    outcome,
    interactive,
    known: true,
  };
}

/** Streams to read again after an event. */
export function changedBy(eventType: string): ("USERS" | "PRIVILEGES")[] {
  if (/admin/i.test(eventType)) return ["USERS", "PRIVILEGES"];
  return /account/i.test(eventType) ? ["USERS"] : [];
}
