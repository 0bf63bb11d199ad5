import type { EventTable } from "#src/connector-kit/vocabulary.ts";

/** Sign-ins to Google and, through Google, to others. Sources: …/appendix/activity/login, /saml, /context-aware-access, /ldap */
export const signInEvents: EventTable = {
  "login.login_success": "{actor} signed in to Google",
  "login.login_failure": "{actor} failed to sign in to Google[: {reason}]",
  "login.login_challenge": "{actor} was asked for a further proof at sign-in[: {login_challenge_method}]",
  "login.login_verification": "{actor} was asked to verify a sign-in[: {login_challenge_method}]",
  "login.logout": "{actor} signed out of Google",
  "login.suspicious_login": "Google detected a suspicious sign-in as {actor}",
  "login.suspicious_login_less_secure_app": "Google detected a suspicious sign-in as {actor} from a less secure app",
  "login.suspicious_programmatic_login": "Google detected a suspicious sign-in as {actor} by a program",
  "login.user_signed_out_due_to_suspicious_session_cookie":
    "Google ended the session of {actor}, whose cookie was suspicious",
  "login.risky_sensitive_action_allowed": "{actor} was let through to a sensitive action[: {sensitive_action_name}]",
  "login.risky_sensitive_action_blocked": "{actor} was kept from a sensitive action[: {sensitive_action_name}]",
  "saml.login_success": "{actor} signed in to {application_name} through Google",
  "saml.login_failure": "{actor} failed to sign in to {application_name} through Google[: {reason}]",
  "context_aware_access.access_deny_event": "{actor} was denied access to {caa_application} by context-aware access",
  "context_aware_access.access_deny_internal_error_event":
    "{actor} was denied access to {caa_application}: context-aware access failed",
  "context_aware_access.(monitor_mode_access_deny_event|access_deny_monitor_mode_event)":
    "{actor} would have been denied access to {caa_application} by context-aware access",
  "ldap.ldap_(bind|search)": "{actor} made an LDAP {words}",
  "ldap.(bind|search)": "{actor} made an LDAP {words}",
  "access_evaluation.*": "Google evaluated the access of {actor}[ to {target}]",
};

const accounts = "(login|user_accounts)";

/** What people change of their own accounts, which both logs have, and what Google does to accounts. Source: …/appendix/activity/user-accounts */
export const accountEvents: EventTable = {
  [`${accounts}.2sv_disable`]: "{actor} switched off 2-Step Verification",
  [`${accounts}.2sv_enroll`]: "{actor} enrolled in 2-Step Verification",
  [`${accounts}.password_edit`]: "{actor} changed their own password",
  [`${accounts}.recovery_email_edit`]: "{actor} changed their recovery e-mail",
  [`${accounts}.recovery_phone_edit`]: "{actor} changed their recovery phone",
  [`${accounts}.recovery_secret_qa_edit`]: "{actor} changed their recovery question",
  [`${accounts}.passkey_(enrolled|removed)`]: "{actor} {words} a passkey",
  [`${accounts}.titanium_enroll`]: "{actor} enrolled in Advanced Protection",
  [`${accounts}.titanium_unenroll`]: "{actor} left Advanced Protection",
  [`${accounts}.email_forwarding_out_of_domain`]:
    "{actor} set e-mail to be forwarded out of the organisation[ to {email_forwarding_destination_address}]",
  [`${accounts}.blocked_sender`]: "{actor} blocked messages from {affected_email_address}",
  [`${accounts}.account_disabled_password_leak`]: "Google disabled the account {actor}: its password was leaked",
  [`${accounts}.account_disabled_generic`]: "Google disabled the account {actor}",
  [`${accounts}.account_disabled_spamming`]: "Google disabled the account {actor}: it sent spam",
  [`${accounts}.account_disabled_spamming_through_relay`]:
    "Google disabled the account {actor}: it sent spam through the SMTP relay",
  [`${accounts}.account_disabled_hijacked`]: "Google disabled the account {actor}: it may have been hijacked",
  [`${accounts}.gov_attack_warning`]: "Google warned {actor} of an attack by a government",
};

/** The log names an attempt that did not succeed, without a word such as failure in its name. */
export const refused: ReadonlySet<string> = new Set([
  "risky_sensitive_action_blocked",
  "access_deny_event",
  "access_deny_internal_error_event",
]);
