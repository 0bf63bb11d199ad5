import type { ActivityCategory } from "#src/connector-kit/contract/kinds.ts";
import { inWords, type Lexicon } from "#src/connector-kit/event-names.ts";
import { pastTense, withArticle } from "#src/connector-kit/sentence.ts";
import { defineVocabulary } from "#src/connector-kit/vocabulary.ts";
import { adminEvents } from "./events-admin.ts";
import { directoryEvents } from "./events-directory.ts";
import { productEvents, productUse } from "./events-products.ts";
import { failures, signInEvents } from "./events-sign-in.ts";
import { userEvents } from "./events-user.ts";

/** Where the verb's own past tense reads oddly, or Okta's word is no verb; and what Okta abbreviates, or calls by a name of its own. */
const lexicon: Lexicon = {
  pasts: {
    ...{ action: "acted on", bind: "bound", bootstrap: "created", canceled: "cancelled", decide: "decided on" },
    ...{ deprovision: "removed", evaluation: "evaluated", match: "matched", modify: "changed", overwrite: "overwrote" },
    ...{ reveal: "looked at", rollback: "rolled back", stage: "staged", unignore: "stopped ignoring" },
    ...{ unsuspend: "lifted the suspension of", update: "changed", updated: "changed", upgrade: "upgraded" },
    ...{ capture: "captured", duplicate: "duplicated" },
  },
  names: {
    ...{ a2a: "A2A", ad: "Active Directory", api: "API", as: "authorization server", captcha: "CAPTCHA", csv: "CSV" },
    ...{ custom_signin: "sign-in", custom_signout: "sign-out", custom_error: "error", desktop_mfa: "Desktop MFA" },
    ...{ client_enrollment_policies: "client enrolment policy", dirsync: "DirSync", email: "e-mail", ids: "IDs" },
    ...{ entitlement_sudo: "sudo entitlement", iwa: "desktop single sign-on", ldap: "LDAP", mcp: "MCP" },
    ...{ ou: "organizational unit", password_sync: "Desktop Password Sync", platform_sso: "Platform SSO" },
    ...{ privileged_accounts: "privileged account", protected_action: "protected actions", powershell: "PowerShell" },
    ...{ toplogy: "topology", truststore: "trust store", user_csv: "CSV user" },
  },
};

/** `+` marks what our event hook asks for. Source: https://developer.okta.com/docs/reference/api/event-types/ */
export const vocabulary = defineVocabulary({
  tables: [
    { category: "LOG_ON", events: signInEvents },
    { category: "USER", events: userEvents },
    { category: "USER", events: productUse },
    { category: "ADMIN", events: adminEvents },
    { category: "ADMIN", events: directoryEvents },
    { category: "ADMIN", events: productEvents },
  ],
  failures,
  lexicon,
  guess: (eventType) => {
    const parts = eventType.split(".").map((part) => inWords(part));
    const last = parts.pop() ?? "";
    const noun = parts.filter((part) => part !== "lifecycle").join(" ");
    // `rate_limit_exceeded` ends like a verb but is none.
    const verb = last.includes(" ") ? null : pastTense(last);
    return verb && noun ? `{actor} ${verb} ${withArticle(noun)}[ ({about})]` : "{actor}: {message}[ ({about})]";
  },
});

/**
 * What the event hook asks for: the types Okta offers to event hooks that concern people, rights or settings (at most 300).
 * Everything else comes with the next poll.
 * Source: https://developer.okta.com/docs/reference/api/event-types/#catalog (event-hook-eligible)
 */
export const hookEvents: readonly string[] = vocabulary.marked.toSorted();

const signIns =
  /^(user\.session|user\.authentication|user\.device_session|app\.oauth2\.(as\.)?(token\.grant|authorize|signon))/;
/** Messages and limits are nobody's administration, though their types begin as settings do. */
const notices = /^system\.(push|sms|voice|email\.(?!template\.))|rate_limit\.(violation|warning|notification)/;
const administration =
  /^(system|policy|application\.(lifecycle|provision)|iam|zone|network_zone|group|event_hook|inline_hook|security\.(authenticator|behavior|trusted_origin|voice|zone|events)|oauth2|resource_servers|directory|org|support|pki|realm)(\.|$)|\.(settings|configuration|lifecycle)\./;

/** Of event types that Okta's reference does not list. `ontoOther`: done by one person to another. */
export function familyOf(eventType: string, ontoOther: boolean): ActivityCategory {
  if (signIns.test(eventType)) return "LOG_ON";
  if (notices.test(eventType)) return "USER";
  return ontoOther || administration.test(eventType) ? "ADMIN" : "USER";
}
