import type { Check, CheckResult } from "#src/connector-kit/contract/checks.ts";
import type { Severity } from "#src/connector-kit/contract/kinds.ts";
import { objectOf } from "#src/connector-kit/record.ts";

/** What a property should be: a word, a number within bounds, or nothing. */
type Wanted = "true" | "false" | "deny" | "empty" | { from?: number; to: number };

type Row = readonly [
  slug: string,
  name: string,
  wanted: Wanted,
  /** What holds where the instance has no such property. */
  fallback: string,
  severity: Severity,
  points: number,
  title: string,
  why: string,
];

/**
 * System properties of ServiceNow's hardening settings, with what it recommends, what holds without the property, and how much it weighs.
 * Source: https://www.servicenow.com/docs/r/platform-security/instance-security-hardening-settings/security-hardening-settings.html
 */
// biome-ignore format: a table is read by its columns
const rows: readonly Row[] = [
  ["multi-factor", "glide.authenticate.multifactor", "true", "false", "HIGH", 8, "Turn multi-factor authentication on", "A password alone, once guessed or phished, opens everything that its owner may do."],
  ["multi-factor-bypass", "glide.authenticate.multifactor.setup.bypass.count", { to: 0 }, "0", "MEDIUM", 3, "Let nobody skip setting up the second factor", "As long as setting it up can be skipped, the second factor protects nobody."],
  ["email-code", "glide.authenticate.multifactor.email.otp.enabled", "false", "true", "LOW", 2, "Take no codes by e-mail as the second factor", "Who has taken over the mailbox has both factors."],
  ["single-sign-on", "glide.authenticate.multisso.enabled", "true", "false", "MEDIUM", 4, "Let an identity provider sign people in", "Where the identity provider alone lets people in, an account ends with the person's employment."],
  ["basic-authentication", "glide.authenticate.basic_auth.restriction.active", "true", "true", "HIGH", 5, "Restrict basic authentication of APIs", "With user name and password alone, APIs pass by every second factor."],
  ["inactive-sign-in", "glide.authenticate.only.allow.active.user.login", "true", "true", "HIGH", 5, "Keep inactive users from signing in", "An account that was deactivated must not open anything any more."],
  ["password-policy", "glide.enable.password_policy", "true", "true", "HIGH", 5, "Check new passwords against the policy", "Without the check a policy is only a wish."],
  ["password-policy-at-sign-in", "glide.apply.password_policy.on_login", "true", "false", "MEDIUM", 3, "Check passwords at sign-in as well", "Old passwords stay weak until somebody has to change them."],
  ["excluded-passwords", "glide.enable.blacklist_password", "true", "true", "MEDIUM", 3, "Refuse passwords that everybody knows", "Lists of common passwords are tried first."],
  ["failed-sign-ins", "glide.user.max_unlock_attempts", { from: 1, to: 5 }, "5", "HIGH", 5, "Lock an account after five wrong passwords", "Without a limit a password can be guessed."],
  ["default-deny", "glide.sm.default_mode", "deny", "allow", "CRITICAL", 10, "Deny what no access control allows", "Otherwise a table that somebody forgot to protect is open to everybody."],
  ["roleless-access", "glide.security.allow_unauth_roleless_acl", "false", "false", "HIGH", 6, "Let no scripted access control admit visitors", "An access control without roles would let people in who have not signed in."],
  ["client-query-access", "glide.script.secure.ajaxgliderecord", "true", "true", "HIGH", 6, "Check access of queries that browsers make", "Scripts in a browser could read what the page does not show."],
  ["double-check", "glide.security.strict.updates", "true", "false", "HIGH", 5, "Check access again when a form is saved", "Fields that were only shown could be changed with the form."],
  ["elevated-privileges", "glide.security.strict_elevate_privilege", "true", "false", "MEDIUM", 4, "Let administrators elevate by hand", "A session that always has the highest privileges is worth stealing."],
  ["impersonation", "glide.sys.permissive.impersonate", "false", "false", "HIGH", 5, "Let only administrators act as others", "Whoever acts as another person does so under that person's name."],
  ["impersonation-log", "glide.sys.log_impersonation", "true", "false", "MEDIUM", 4, "Log who acts as whom", "Without it, what was done under another's name cannot be cleared up."],
  ["impersonation-audit", "glide.audit.track_impersonation", "true", "false", "MEDIUM", 3, "Name the person who really made a change", "Otherwise changes look as if the impersonated person had made them."],
  ["cross-site-requests", "glide.security.use_csrf_token", "true", "false", "HIGH", 6, "Ask for a token against cross-site requests", "Another site could act in the name of whoever has signed in."],
  ["idle-session", "glide.ui.session_timeout", { from: 1, to: 60 }, "30", "MEDIUM", 4, "End sessions that are idle for an hour", "A browser that was left open is an open account."],
  ["session-life", "glide.ui.active.session.life_span", { from: 1, to: 720 }, "0", "MEDIUM", 3, "End every session after half a day", "A stolen session that is kept busy would never end."],
  ["integration-session-life", "glide.integrations.active.session.life_span", { from: 1, to: 720 }, "0", "LOW", 2, "End sessions of integrations after half a day", "A stolen session of an integration would never end."],
  ["remember-me", "glide.ui.user_cookie.max_life_span_in_days", { from: 1, to: 30 }, "30", "MEDIUM", 3, "Forget sign-ins after thirty days", "Who finds a computer finds its accounts."],
  ["secure-cookies", "glide.ui.secure_cookies", "true", "false", "HIGH", 4, "Check session cookies strictly", "Forged cookies have to be refused."],
  ["html-sanitizer", "glide.html.sanitize_all_fields", "true", "false", "HIGH", 5, "Sanitise HTML in all fields", "Scripts in a ticket would run in the browser of the agent who opens it."],
  ["script-tags", "glide.ui.security.codetag.allow_script", "false", "false", "HIGH", 4, "Allow no scripts in embedded HTML", "Comments could run scripts in the browser of whoever reads them."],
  ["ajax-evaluate", "glide.script.allow.ajaxevaluate", "false", "true", "HIGH", 6, "Run no scripts that browsers send", "Whoever has signed in could run code on the instance."],
  ["xml-entities", "glide.stax.allow_entity_resolution", "false", "true", "CRITICAL", 6, "Resolve no entities of XML", "A document could read files of the server or call other systems."],
  ["api-authentication", "glide.basicauth.required.api", "true", "true", "CRITICAL", 8, "Ask for authentication of REST calls", "Without it APIs answer anybody as the guest user."],
  ["csv-authentication", "glide.basicauth.required.csv", "true", "true", "HIGH", 4, "Ask for authentication of CSV exports", "Without it lists are exported to anybody as the guest user."],
  ["password-grant", "glide.oauth.inbound.ropc.grant_type.disabled", "true", "false", "MEDIUM", 3, "Take no passwords for OAuth tokens", "The password grant hands passwords to programs, and passes by the second factor."],
  ["implicit-grant", "glide.oauth.clients.allowed.for.implicit.grant", "empty", "", "MEDIUM", 3, "Let no client use the implicit grant", "It shows tokens in addresses, which end up in logs."],
  ["oauth-state", "glide.oauth.state.parameter.required", "true", "false", "MEDIUM", 3, "Ask for the state of an OAuth consent", "Without it a consent can be begun by one person and ended by another."],
  ["trust-all", "com.glide.communications.trustmanager_trust_all", "false", "false", "MEDIUM", 4, "Trust no unknown certificates", "Whoever stands between the instance and another system could read along."],
  ["host-names", "com.glide.communications.httpclient.verify_hostname", "true", "true", "HIGH", 4, "Check host names of other systems", "A valid certificate of another host would be good enough."],
  ["antivirus", "com.glide.snap.enable_scan", "true", "true", "HIGH", 5, "Scan attachments for viruses", "Attachments come from customers and by e-mail."],
  ["infected-download", "com.glide.snap.infected_download_allowed", "false", "false", "MEDIUM", 3, "Let nobody download what was not scanned", "A file that no scanner has seen may be infected."],
  ["mime-types", "glide.security.file.mime_type.validation", "true", "false", "MEDIUM", 3, "Check what uploaded files really are", "A program must not pass as a picture."],
  ["open-knowledge", "glide.knowman.block_access_with_no_user_criteria", "true", "false", "HIGH", 6, "Close knowledge bases that name no readers", "Articles of a knowledge base without criteria are open to visitors."],
  ["public-reports", "glide.report.published_reports.enabled", "false", "false", "MEDIUM", 4, "Publish no reports without sign-in", "Whoever has the address sees the figures."],
  ["locked-out-mail", "glide.pop3.process_locked_out", "false", "false", "MEDIUM", 3, "Take no e-mail of locked-out users", "An account that was locked out could still act by e-mail."],
  ["mail-users", "glide.pop3readerjob.create_caller", "false", "false", "MEDIUM", 3, "Make no accounts of senders of e-mail", "Anybody could make an account by writing to the instance."],
  ["password-reset-attempts", "password_reset.request.max_attempt", { from: 1, to: 3 }, "3", "MEDIUM", 2, "End a password reset after three attempts", "Answers to security questions can be guessed."],
];

/** What the posture stream reads. */
export const propertyNames: readonly string[] = rows.map(([, name]) => name);

export const propertyChecks: readonly Check[] = rows.map(toCheck);

function toCheck([slug, name, wanted, fallback, severity, maxPoints, title, description]: Row): Check {
  return {
    slug: `servicenow-${slug}`,
    ...{ title, description, severity, maxPoints },
    remediation: `Type \`sys_properties.list\` into the navigator, and set \`${name}\` to ${wordsFor(wanted)}.`,
    benchmark: `ServiceNow Instance Security Hardening: ${name}`,
    needs: ["properties"],
    evaluate(snapshot): CheckResult {
      const stored = objectOf(snapshot.get("properties"))[name];
      const value = typeof stored === "string" && (stored !== "" || wanted === "empty") ? stored : fallback;
      return {
        result: holds(wanted, value) ? "pass" : "fail",
        evidence: { property: name, value, ...(stored === undefined ? { isDefault: true } : {}) },
      };
    },
    examples: { pass: { properties: { [name]: goodOf(wanted) } }, fail: { properties: { [name]: badOf(wanted) } } },
  };
}

function holds(wanted: Wanted, value: string): boolean {
  if (wanted === "empty") return value.trim() === "";
  if (typeof wanted === "string") return value.trim().toLowerCase() === wanted;
  const number = Number(value);
  return !Number.isNaN(number) && number >= (wanted.from ?? 0) && number <= wanted.to;
}

function wordsFor(wanted: Wanted): string {
  if (wanted === "empty") return "nothing";
  if (typeof wanted === "string") return `\`${wanted}\``;
  return wanted.from === undefined || wanted.from === wanted.to ? `\`${wanted.to}\`` : `${wanted.from} to ${wanted.to}`;
}

function goodOf(wanted: Wanted): string {
  return wanted === "empty" ? "" : typeof wanted === "string" ? wanted : String(wanted.to);
}

function badOf(wanted: Wanted): string {
  if (wanted === "true" || wanted === "false") return wanted === "true" ? "false" : "true";
  return wanted === "deny" ? "allow" : wanted === "empty" ? "0123456789abcdef" : String(wanted.to + 1);
}
