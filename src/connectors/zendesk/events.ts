import type { ActivityCategory } from "#src/connector-kit/contract/kinds.ts";
import { type Json, textOf } from "#src/connector-kit/record.ts";
import { defineVocabulary, type EventTable, guessed } from "#src/connector-kit/vocabulary.ts";

/**
 * What was changed and how, as Zendesk's documentation and published records name it.
 * Source: https://developer.zendesk.com/api-reference/ticketing/account-configuration/audit_logs/
 */
const signIns: EventTable = {
  "user.login": "{actor} signed in to Zendesk",
};

const administration: EventTable = {
  "user.create": "{actor} created {person}",
  "user.update": "{actor} changed {person}[: {change}]",
  "user.destroy": "{actor} deleted {person}",
  "user_setting.(create|update|destroy)": "{actor} changed a setting of {person}[: {change}]",
  "account.update": "{actor} changed the account[: {change}]",
  "account_setting.(create|update|destroy)": "{actor} changed the setting[ {target}][: {change}]",
  "(api_token|apitoken).create": "{actor} created an API token[ {target}]",
  "(api_token|apitoken).update": "{actor} changed the API token[ {target}]",
  "(api_token|apitoken).destroy": "{actor} deleted the API token[ {target}]",
  "oauth_client.create": "{actor} created the OAuth client[ {target}]",
  "oauth_client.update": "{actor} changed the OAuth client[ {target}]",
  "oauth_client.destroy": "{actor} deleted the OAuth client[ {target}]",
  "oauth_token.create": "{actor} authorised an app[ {target}]",
  "oauth_token.update": "{actor} changed an access token[ {target}]",
  "oauth_token.destroy": "{actor} revoked an access token[ {target}]",
  "(webhook|target).create": "{actor} created the webhook[ {target}]",
  "(webhook|target).update": "{actor} changed the webhook[ {target}]",
  "(webhook|target).destroy": "{actor} deleted the webhook[ {target}]",
  "(group|brand|organization).create": "{actor} created the {thing}[ {target}]",
  "(group|brand|organization).update": "{actor} changed the {thing}[ {target}][: {change}]",
  "(group|brand|organization).destroy": "{actor} deleted the {thing}[ {target}]",
  "permission_set.create": "{actor} created the role[ {target}]",
  "permission_set.update": "{actor} changed the role[ {target}][: {change}]",
  "permission_set.destroy": "{actor} deleted the role[ {target}]",
  "rule.create": "{actor} created the rule[ {target}]",
  "rule.update": "{actor} changed the rule[ {target}]",
  "rule.destroy": "{actor} deleted the rule[ {target}]",
  "zendesk/app_market/app.create": "{actor} installed the app[ {target}]",
  "zendesk/app_market/app.update": "{actor} changed the app[ {target}]",
  "zendesk/app_market/app.destroy": "{actor} uninstalled the app[ {target}]",
};

const work: EventTable = {
  "(user|ticket|organization).exported": "{actor} exported {thing}",
  "ticket.update": "{actor} changed the ticket[ {target}][: {change}]",
  "ticket.destroy": "{actor} deleted the ticket[ {target}]",
  "attachment.(update|destroy)": "{actor} redacted the attachment[ {target}]",
};

/** Changes whose English text decides what happened. Others, and those of accounts in another language, keep the text. */
export function changeOf(record: Json): string {
  const change = textOf(record.change_description) ?? "";
  if (/^suspended$/i.test(change)) return "suspended";
  if (/^unsuspended$/i.test(change)) return "unsuspended";
  if (/^enabled$/i.test(change)) return "on";
  if (/^disabled$/i.test(change)) return "off";
  if (/owner changed/i.test(change)) return "owner";
  if (/role changed from/i.test(change)) return "role";
  return /^password/i.test(change) ? "password" : "";
}

const byChange: Readonly<Record<string, readonly [RegExp, string]>> = {
  suspended: [/^user_setting\./, "{actor} suspended {person}"],
  unsuspended: [/^user_setting\./, "{actor} unsuspended {person}"],
  on: [/^account_setting\./, "{actor} switched on the setting[ {target}]"],
  off: [/^account_setting\./, "{actor} switched off the setting[ {target}]"],
  owner: [/^account\./, "{actor} made another person the owner[: {change}]"],
  role: [/^user\./, "{actor} granted {person} another role[: {change}]"],
  password: [/^user\./, "{actor} changed the password of {person}"],
};

export const vocabulary = defineVocabulary({
  tables: [
    { category: "LOG_ON", events: signIns },
    { category: "ADMIN", events: administration },
    { category: "USER", events: work },
  ],
  exceptions: [
    (type, detail) => {
      const [pattern, template] = byChange[detail] ?? [];
      return pattern?.test(type) ? (template ?? null) : null;
    },
  ],
  categoryOf,
  guess: (type) => guessed(type.replace(/^.*\//, "")),
  lexicon: {
    names: {
      ...{ group: "group", brand: "brand", organization: "organisation" },
      ...{ user: "accounts", ticket: "tickets" },
    },
  },
});

/** Data of customers is everybody's work; the rest is how Zendesk is set up. */
function categoryOf(type: string): ActivityCategory {
  return /^(ticket|attachment|comment|article|post)\b|\.exported$/.test(type) ? "USER" : "ADMIN";
}
