import type { ActivityCategory } from "#src/connector-kit/contract/kinds.ts";
import { inWords } from "#src/connector-kit/event-names.ts";
import { withArticle } from "#src/connector-kit/sentence.ts";
import { defineVocabulary, type EventTable } from "#src/connector-kit/vocabulary.ts";

/**
 * Events of the queue (`sysevent`) about signing in.
 * Source: https://www.servicenow.com/docs/r/platform-security/authentication/r_EventQueueLoginEvents.html and
 * https://www.servicenow.com/docs/r/platform-security/authentication/r_EventQueueLoginActivities.html
 */
const signIns: EventTable = {
  login: "{actor} signed in",
  "login.failed": "{actor} failed to sign in[: {reason}]",
  "login.authorization.failed": "{actor} could not sign in: the user is not allowed to[: {reason}]",
  logout: "{actor} signed out",
  "session.established": "{actor} began a session",
  "external.authentication.succeeded": "{actor} signed in through single sign-on",
  "external.authentication.failed": "{actor} failed to sign in through single sign-on[: {reason}]",
  "SNC.Auth.(DB|LDAP|SAML|Digest|Cookie|CertificateBased|OIDC|OAuth).Login.Success": "{actor} signed in by {thing}",
  "SNC.Auth.(DB|LDAP|SAML|Digest|Cookie|CertificateBased|OIDC|OAuth).Login.Failed":
    "{actor} failed to sign in by {thing}[: {reason}]",
  "SNC.Auth.SAML.Redirect.*": "{actor} was sent to the identity provider to sign in",
  "SNC.Auth.*": "{actor} signed in ({words})",
  "saml2.logout.validation.failed":
    "{actor} could not be signed out: the identity provider's message is not valid[: {reason}]",
  "external.authentication.*": "{actor} signed in through single sign-on ({words})",
};

/** Impersonations have a table of their own; the others are events of the queue. */
const administration: EventTable = {
  "impersonation.start": "{actor} began to act as {target}",
  "impersonation.end": "{actor} stopped acting as {target}",
  "security.elevated_role.enabled": "{actor} enabled elevated privileges[: {reason}]",
};

/** What the transaction log shows; the types are composed of what was asked for. */
const transactions: EventTable = {
  "transaction.export.*": "{actor} exported the list {target} ({words})",
  "transaction.attachment": "{actor} downloaded an attachment[ ({target})]",
  "transaction.rest": "{actor} called {target}",
  "transaction.soap": "{actor} called {target}",
  "transaction.scheduler": "{actor} ran the job {target}",
  "transaction.*": "{actor} viewed {target}",
};

/** Tables by what one of their records is. */
const records: Readonly<Record<string, string>> = {
  sys_user: "account",
  sys_user_group: "group",
  sys_user_grmember: "group membership",
  sys_user_role: "role",
  sys_user_role_contains: "role that a role contains",
  sys_user_has_role: "role of an account",
  sys_group_has_role: "role of a group",
  sys_user_delegate: "delegation",
  sys_properties: "system property",
  sys_security_acl: "access control",
  sys_security_acl_role: "role of an access control",
  sys_public: "public page",
  sys_dictionary: "dictionary entry",
  sys_script: "business rule",
  sys_script_include: "script include",
  sys_script_client: "client script",
  sysauto_script: "scheduled script",
  sysevent_script_action: "script action",
  sys_ui_action: "UI action",
  sys_ws_operation: "scripted REST resource",
  sys_rest_message: "REST message",
  sys_update_set: "update set",
  sys_plugins: "plugin",
  sys_certificate: "certificate",
  sys_alias: "connection alias",
  oauth_entity: "OAuth client",
  oauth_credential: "OAuth token",
  oauth_entity_profile: "OAuth profile",
  sso_properties: "identity provider",
  saml2_update1_properties: "identity provider",
  sys_auth_profile: "authentication profile",
  api_key: "API key",
  multi_factor_criteria: "criterion of multi-factor authentication",
  user_multifactor_auth: "second factor",
  password_policy: "password policy",
  pwd_cred_store: "credential store",
  ldap_server_config: "LDAP server",
  ip_access: "rule for addresses",
  user_criteria: "user criterion",
  kb_uc_can_read_mtom: "right to read a knowledge base",
  sys_rate_limit_rules: "rate limit",
  discovery_credentials: "credential",
  ecc_agent: "MID Server",
};

/** Tables of everyday work whose names do not read as words. */
const work: Readonly<Record<string, string>> = {
  kb_knowledge: "knowledge article",
  kb_knowledge_base: "knowledge base",
  sc_request: "request",
  sc_req_item: "requested item",
  sc_task: "catalogue task",
  sc_cat_item: "catalogue item",
  cmdb_ci: "configuration item",
  alm_asset: "asset",
  sn_customerservice_case: "customer case",
  sn_hr_core_case: "HR case",
  sn_si_incident: "security incident",
  sys_attachment: "attachment",
};

const nouns: ReadonlyMap<string, string> = new Map(Object.entries({ ...records, ...work }));

/** Of these, and of the tables of administration above, changes are an administrator's. */
const administrative =
  /^(sys_user(_|$)(?!preference|session|login)|sys_group|sys_security|sys_auth|sys_script|sysauto|sys_ui_|sys_update|sys_db_object|sys_app|sys_scope|sys_hub|sys_flow|sys_data_source|sys_transform|oauth_|sso_|saml2|pwd_|password_|multi_factor|ldap_|sn_vsc|sysrule|syslog)/;

const kinds = /^(.+)\.(insert|update|delete|recover)(?:\.(.+))?$/;

/**
 * Sentences of changes of records: `sys_user.update.locked_out`, `incident.delete`. `detail` is `true` or `false` where the new value is.
 * Braces of names of tables and fields are no places.
 */
function ofChange(eventType: string, detail: string): string | null {
  const [, table = "", operation = "", field = ""] = kinds.exec(eventType) ?? [];
  if (table === "") return null;
  const known = ofAccount(table, operation, field, detail);
  if (known !== null) return known;
  const record = nouns.get(table) ?? inWords(table.replace(/^(sys|u|x_[a-z0-9]+)_/, ""));
  const target = `[ {target}]`;
  if (operation === "delete") return `{actor} deleted ${withArticle(record)}[: {target}]`;
  if (operation === "recover") return `{actor} restored ${withArticle(record)}[: {target}]`;
  if (operation === "insert" && field === "") return `{actor} created ${withArticle(record)}${target}`;
  if (operation === "insert")
    return `{actor} created ${withArticle(record)}${target}, with ${inWords(field)}[ {value}]`;
  return `{actor} changed ${inWords(field) || "something"} of ${withArticle(record)}${target}[ to {value}]`;
}

/** Fields of an account: the sentence where the new value is true, and the other. */
const accountChanges = {
  locked_out: ["{actor} suspended an account[ {target}]: locked out", "{actor} unblocked an account[ {target}]"],
  active: ["{actor} reactivated an account[ {target}]", "{actor} deactivated an account[ {target}]"],
  password_needs_reset: [
    "{actor} expired the password of an account[ {target}]",
    "{actor} changed an account[ {target}]: it needs no new password any more",
  ],
  web_service_access_only: [
    "{actor} restricted an account[ {target}] to web services",
    "{actor} changed an account[ {target}]: it may use more than web services",
  ],
};

function ofAccount(table: string, operation: string, field: string, detail: string): string | null {
  if (table === "sys_user_has_role" && operation === "insert" && field === "")
    return "{actor} granted the role {value}[ to {target}]";
  if (table !== "sys_user" || operation !== "update") return null;
  if (field === "user_password") return "{actor} changed the password of an account[ {target}]";
  if (!Object.hasOwn(accountChanges, field)) return null;
  const [whenTrue = "", otherwise = ""] = accountChanges[field as keyof typeof accountChanges];
  return detail === "true" ? whenTrue : otherwise;
}

export function categoryOf(eventType: string): ActivityCategory {
  const [, table] = kinds.exec(eventType) ?? [];
  if (table === undefined) {
    if (/^(login|logout|session|SNC\.Auth|saml2|external)\b/.test(eventType)) return "LOG_ON";
    return /^(security|impersonation)\./.test(eventType) ? "ADMIN" : "USER";
  }
  return Object.hasOwn(records, table) || administrative.test(table) ? "ADMIN" : "USER";
}

export const vocabulary = defineVocabulary({
  tables: [
    { category: "LOG_ON", events: signIns },
    { category: "ADMIN", events: administration },
    { category: "USER", events: transactions },
  ],
  exceptions: [ofChange],
  categoryOf,
  lexicon: {
    names: {
      DB: "password",
      CertificateBased: "certificate",
      csv: "CSV",
      xlsx: "Excel",
      pdf: "PDF",
      xml: "XML",
      json: "JSON",
    },
  },
});
