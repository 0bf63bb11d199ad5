import type {
  ActivityAction,
  ActivityCategory,
  ActivityOutcome,
  ScanStream,
} from "#src/connector-kit/contract/kinds.ts";
import { defineVocabulary, type EventTable } from "#src/connector-kit/vocabulary.ts";

/** The fields of the webhook topic `workplace_security` that we ask for. */
export const securityFields = ["sessions", "passwords", "two_factor", "admin_activity", "integrations"] as const;

// Beside the names of webhooks, those of the product's own log and of the public lists of events.
const logOns: EventTable = {
  "(LOG_IN|LOGGED_IN|LOGIN|USER_LOGIN)": "{actor} signed in to Workplace[ {device}]",
  "(LOG_IN_FAILED|LOGIN_FAILED)": "{actor} failed to sign in to Workplace[ {device}]",
  "(LOG_OUT|LOGGED_OUT|LOGOUT|USER_LOGOUT)": "{actor} signed out of Workplace[ {device}]",
  "(FORCED_LOGOUT|ADMIN_FORCE_LOG_OUT)": "{actor} signed {target} out of all devices",
  TWO_FACTOR_CODE_ENTRY_SUCCEEDED: "{actor} entered a two-factor code[ {device}]",
  TWO_FACTOR_CODE_ENTRY_FAILED: "{actor} entered a wrong two-factor code[ {device}]",
  SSO_REAUTHENTICATION: "{actor} signed in again through single sign-on",
};

const own: EventTable = {
  "(PASSWORD_CHANGED|PASSWORD_CHANGE)": "{actor} changed their password",
  "(PASSWORD_RESET_CODE_REQUESTED|PASSWORD_RESET_REQUEST)": "{actor} asked for a code to reset the password",
  "(PASSWORD_RESET_INCORRECT_CODE|PASSWORD_RESET_WRONG_CODE)": "{actor} entered a wrong code to reset the password",
  "(PASSWORD_RESET_SUCCEEDED|PASSWORD_RESET_SUCCESS)": "{actor} reset the password",
  "(TWO_FACTOR|TWO_FACTOR_AUTHENTICATION)_ENABLED": "{actor} switched on two-factor authentication[ for {other}]",
  "(TWO_FACTOR|TWO_FACTOR_AUTHENTICATION)_DISABLED": "{actor} switched off two-factor authentication[ for {other}]",
  ACCOUNT_AT_RISK: "The account of {target} was marked as at risk",
  FILE_UPLOADED: "{actor} uploaded a file",
  FILE_DOWNLOADED: "{actor} downloaded a file",
  MALWARE_UPLOADED: "{actor} uploaded a file that holds malware",
};

const administration: EventTable = {
  "(FORCED_PASSWORD_RESET|FORCE_PASSWORD_RESET)": "{actor} forced {target} to reset the password",
  "(ACCOUNT_CREATED|ADMIN_CREATE_ACCOUNT)": "{actor} created the account of {target}",
  "(ACCOUNTS_CREATED|ACCOUNTS_CREATED_IMPORT)": "{actor} imported accounts",
  "(ACCOUNT_ACTIVATED|ADMIN_ACTIVATE_ACCOUNT)": "{actor} activated the account of {target}",
  "(ACCOUNT_DEACTIVATED|ADMIN_DEACTIVATE|ADMIN_DEACTIVATE_ACCOUNT)": "{actor} deactivated the account of {target}",
  ACCOUNT_DELETED: "{actor} deleted the account of {target}",
  "(ACCOUNT_SET_TO_UNCLAIMED|ADMIN_SET_TO_UNCLAIMED)": "{actor} set the account of {target} to unclaimed",
  ADMIN_CREATED: "{actor} made {target} an administrator",
  ACCOUNT_PROMOTED_TO_ADMIN: "{actor} promoted {target} to administrator",
  ADMIN_ROLE_CHANGED: "{actor} changed the administrator role of {target}",
  ADMIN_REMOVED: "{actor} took the administrator role from {target}",
  INTEGRATION_ADDED: "{actor} added an integration[: {app}]",
  INTEGRATION_REMOVED: "{actor} removed an integration[: {app}]",
  "CUSTOM_INTEGRATION_(ADD|CREATE|INSTALL)": "{actor} added a custom integration[: {app}]",
  CUSTOM_INTEGRATION_EDIT: "{actor} edited a custom integration[: {app}]",
  "CUSTOM_INTEGRATION_(REMOVE|DELETE|UNINSTALL)": "{actor} removed a custom integration[: {app}]",
  DOMAIN_ADDED: "{actor} added a domain",
  MULTI_COMPANY_GROUP_CREATED: "{actor} created a multi-company group",
  MULTI_COMPANY_GROUP_JOINED: "{actor} joined a multi-company group",
};

const vocabulary = defineVocabulary({
  tables: [
    { category: "LOG_ON", events: logOns },
    { category: "USER", events: own },
    { category: "ADMIN", events: administration },
  ],
  guess: () => "{actor} did {event}[ to {other}]",
});

export interface EventWords {
  category: ActivityCategory;
  action: ActivityAction;
  template: string;
  outcome: ActivityOutcome;
  interactive: boolean | null;
  /** Fills {device}. */
  device: string | null;
  known: boolean;
}

/** `LOG_IN`, `Logged in`, `Logged In On Mobile App`: one event, on some device. The field decides the category of those that nobody described. */
export function eventWords(name: string | null, field: string): EventWords {
  const [, type = "", mobile] = /^_?(.*?)(_ON_MOBILE_APP)?_?$/.exec(
    (name ?? "").toUpperCase().replace(/[^A-Z0-9]+/g, "_"),
  ) as RegExpExecArray;
  const { category, action, template, known } = vocabulary.phraseOf(type);
  const ofField = field === "sessions" ? "LOG_ON" : /^(admin_activity|integrations)$/.test(field) ? "ADMIN" : "USER";
  return {
    category: known ? category : ofField,
    action,
    template,
    outcome: /FAIL|INCORRECT|WRONG/.test(type) ? "FAILURE" : "SUCCESS",
    interactive: /^(LOG_?IN|LOGGED_IN|USER_LOGIN|TWO_FACTOR_CODE)/.test(type) ? true : null,
    device: mobile ? "on the mobile app" : null,
    known,
  };
}

/** Streams to read again after an event. */
export function changedBy(eventType: string): ScanStream[] {
  if (/admin/i.test(eventType)) return ["USERS", "PRIVILEGES"];
  return /account/i.test(eventType) ? ["USERS"] : [];
}
