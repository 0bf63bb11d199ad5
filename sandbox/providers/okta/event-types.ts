import { EventMix } from "../../kit/event-mix.ts";

export interface EventType {
  type: string;
  display: string;
  /** Relative frequency among generated events; 0: only on demand. */
  weight: number;
  /** A kind of `targetKinds` in events.ts. */
  target: string;
  /** Done by an administrator. */
  admin: boolean;
  /** Percent that fail, and Okta's reason when they do. */
  failures: number;
  reason: string;
  severity: "DEBUG" | "INFO" | "WARN" | "ERROR";
  legacy: string | null;
  /** Whether an event hook may ask for it. */
  hookable: boolean;
  /** The result when it does not fail. */
  result: string;
}

/** type | display message | weight | target | flags: a = by an administrator, w = warning, n = not for event hooks | failure percent and reason | legacy type */
const table = `
user.session.start | User login to Okta | 200 | none | | 9 INVALID_CREDENTIALS | core.user_auth.login
user.session.end | User logout from Okta | 60 | none | | | core.user_auth.logout
user.authentication.sso | User single sign on to app | 300 | appUser | | | app.auth.sso
user.authentication.auth_via_mfa | Authentication of user via MFA | 160 | authenticator | | 6 INVALID_CREDENTIALS | core.user.factor.attempt
user.authentication.verify | Verify user identity | 60 | none | | 3 VERIFICATION_ERROR |
user.authentication.auth_via_IDP | Authenticate user via IDP | 12 | none | | 4 INVALID_CREDENTIALS | core.user_auth.idp.saml.login
user.authentication.auth_via_AD_agent | Authenticate user with AD agent | 15 | none | | 5 INVALID_CREDENTIALS | app.ad.login
policy.evaluate_sign_on | Evaluation of sign-on policy | 180 | rule | n | 2 SIGN_ON_DENIED |
user.session.access_admin_app | User accessing Okta admin app | 12 | app | an | | app.admin.sso.login
app.oauth2.token.grant.access_token | OAuth2 access token is granted | 40 | app | n | 2 invalid_scope | app.oauth2.token.grant.access_token
user.account.update_password | User update password for Okta | 10 | self | | | core.user.config.password_update
user.account.update_profile | Update user profile for Okta | 10 | self | | | core.user.config.profile_update
user.account.lock | Max sign in attempts exceeded | 4 | self | w | |  core.user_auth.account_locked
user.account.report_suspicious_activity_by_enduser | User report suspicious activity | 1 | self | w | |
user.mfa.factor.activate | Activate factor or authenticator enrollment for user | 10 | self | | | core.user.factor.activate
user.mfa.factor.update | Update factor or authenticator enrollment for user | 4 | self | | |
user.mfa.okta_verify.deny_push | User rejected Okta push verify | 3 | self | w | 100 USER_REJECTED_PUSH |
application.user_membership.show_password | Show password for application user | 2 | appUser | | | app.user_membership.show_password
app.generic.unauth_app_access_attempt | User attempted unauthorized access to app | 4 | app | w | 100 ACCESS_DENIED | app.generic.unauth_app_access_attempt
app.oauth2.consent.grant | Grant user consent | 6 | app | | | app.oauth2.consent.grant
user.session.context.change | Session context change | 6 | session | w | |
user.risk.detect | User risk detected | 2 | self | w | |
user.lifecycle.create | Create Okta user | 4 | user | a | | core.user.config.user_creation
user.lifecycle.activate | Activate Okta user | 4 | user | a | | core.user.config.user_activated
user.lifecycle.deactivate | Deactivate Okta user | 2 | user | a | | core.user.config.user_deactivated
user.lifecycle.suspend | Suspend Okta user | 1 | user | a | | core.user.config.user_suspended
user.lifecycle.unsuspend | Unsuspend Okta user | 1 | user | a | | core.user.config.user_unsuspended
user.lifecycle.reactivate | Reactivate Okta user | 1 | user | a | |
user.lifecycle.delete.initiated | Delete Okta user initiated | 0 | user | a | |
user.lifecycle.delete.completed | Delete Okta user completed | 0 | user | a | |
user.account.reset_password | Fired when the user's Okta password is reset | 5 | user | a | | core.user.config.password_reset
user.account.expire_password | Expire user's Okta password | 2 | user | a | | core.user.config.password_expired
user.account.unlock_by_admin | User account is unlocked by admin | 2 | user | a | | core.user.config.account_unlocked
user.account.privilege.grant | Grant user privilege | 1 | user | a | | core.user.admin_privilege.granted
user.account.privilege.revoke | Revoke user privilege | 1 | user | a | | core.user.admin_privilege.revoked
user.mfa.factor.deactivate | Reset factor for user | 3 | user | a | | core.user.factor.reset
user.mfa.factor.reset_all | Reset all factors for user | 1 | user | a | | core.user.factor.reset_all
user.session.clear | Clear user session | 2 | user | a | |
group.user_membership.add | Add user to group membership | 14 | groupUser | a | | core.user_group_member.user_add
group.user_membership.remove | Remove user from group membership | 8 | groupUser | a | | core.user_group_member.user_remove
group.lifecycle.create | Create Okta group | 1 | group | a | |
group.lifecycle.delete | Delete Okta group | 1 | group | a | |
group.privilege.grant | Grant admin privileges to group | 0.5 | group | a | |
group.privilege.revoke | Revoke admin privileges from group | 0.5 | group | a | |
application.lifecycle.create | Create application | 1 | app | a | | app.generic.config.app_creation
application.lifecycle.update | Update application | 3 | app | a | | app.generic.config.app_updated
application.lifecycle.activate | Activate application | 0.5 | app | a | | app.generic.config.app_activated
application.lifecycle.deactivate | Deactivate application | 0.5 | app | a | | app.generic.config.app_deactivated
application.lifecycle.delete | Delete application | 0.3 | app | a | |
application.user_membership.add | Add user to application membership | 12 | appUser | a | | app.generic.provision.assign_user_to_app
application.user_membership.remove | Remove user's application membership | 6 | appUser | a | | app.generic.provision.deactivate_user_from_app
policy.lifecycle.update | Update policy | 1 | policy | a | | policy.lifecycle.update
policy.rule.update | Update policy rule | 1 | rule | a | | policy.rule.update
zone.create | Create a zone | 0.5 | zone | an | | zone.create
zone.update | Update a zone | 0.5 | zone | an | | zone.update
zone.delete | Delete a zone | 0.3 | zone | an | |
system.api_token.create | Create API token | 1 | token | a | | api.token.create
system.api_token.revoke | Revoke API token | 0.5 | token | a | | api.token.revoke
iam.role.create | Create custom role | 0.5 | role | a | |
iam.resourceset.bindings.add | Add a binding to a resource set | 0.5 | role | a | |
event_hook.created | Create event hook | 0.2 | hook | a | |
event_hook.deleted | Delete event hook | 0.1 | hook | a | |
event_hook.activated | Activate event hook | 0.1 | hook | a | |
event_hook.verified | Verify event hook | 0.1 | hook | a | |
security.authenticator.lifecycle.deactivate | Deactivate an authenticator | 0.2 | authenticator | a | |
security.threat.configuration.update | Update ThreatInsight configuration | 0.2 | none | an | |
security.threat.detected | Request from suspicious actor | 3 | none | wn | 100 Login failures with high unknown users count |
security.request.blocked | Blocked a request | 2 | none | wn | 100 Blocked IP |
security.breached_credential.detected | Breached credential detected | 0.4 | self | w | |
system.org.rate_limit.violation | Rate limit violation | 1 | none | wn | 100 |
user.session.impersonation.grant | Okta Support access granted | 0.2 | none | a | | core.user.impersonation.grant.enabled
user.session.impersonation.initiate | Okta Support session initiated | 0.1 | none | w | | core.user.impersonation.session.initiated
app.oauth2.admin.consent.grant | Grant application consent | 0.3 | app | a | | app.oauth2.admin.consent.grant
app.oauth2.admin.consent.revoke | Revoke application consent | 0.2 | app | a | |
user.account.unlock | Unlock user account | 2 | self | | |
user.authentication.auth_via_LDAP_agent | Authenticate user with LDAP agent | 4 | none | | 5 INVALID_CREDENTIALS |
user.authentication.auth_via_inbound_SAML | Authenticate user via inbound SAML | 6 | none | | 2 VERIFICATION_ERROR |
user.authentication.auth_via_social | Authenticate user with social login | 3 | none | | 2 VERIFICATION_ERROR |
user.authentication.auth_via_radius | Authentication of user via Radius | 3 | none | | 8 INVALID_CREDENTIALS |
user.authentication.universal_logout | Universal Logout | 1 | self | | |
user.mfa.factor.suspend | Suspend factor or authenticator enrollment for user | 0.3 | user | a | |
policy.lifecycle.create | Create policy | 0.3 | policy | a | | policy.lifecycle.create
policy.lifecycle.deactivate | Deactivate policy | 0.2 | policy | a | | policy.lifecycle.deactivate
policy.rule.add | Add policy rule | 0.5 | rule | a | | policy.rule.add
policy.rule.deactivate | Deactivate policy rule | 0.3 | rule | a | | policy.rule.deactivate
policy.rule.delete | Delete policy rule | 0.2 | rule | a | | policy.rule.delete
zone.deactivate | Deactivate a zone | 0.2 | zone | an | | zone.deactivate
iam.role.update | Update custom role | 0.2 | role | a | |
iam.role.delete | Delete custom role | 0.1 | role | a | |
iam.resourceset.bindings.delete | Delete a binding from a resource set | 0.2 | role | a | |
system.api_token.update | Update API token | 0.3 | token | a | |
system.idp.lifecycle.create | Create identity provider | 0.2 | none | a | |
system.idp.lifecycle.update | Update identity provider | 0.3 | none | a | |
system.idp.lifecycle.delete | Delete identity provider | 0.1 | none | a | |
system.log_stream.lifecycle.create | Create log stream | 0.1 | none | a | |
security.attack.start | Suspected attack started | 0.1 | none | w | |
core.concurrency.org.limit.violation | Concurrency limit violation | 0.2 | none | wn | 100 |
app.oauth2.client.privilege.grant | Grant admin privileges to client | 0.2 | app | a | |
user.session.impersonation.end | Okta Support session ended | 0.1 | none | w | |
user.session.impersonation.revoke | Okta Support access revoked | 0.1 | none | a | |
app.oauth2.as.consent.revoke.user | Revoke user consent | 0 | app | a | |
app.oauth2.token.revoke | Revoke OAuth2 token | 0 | app | a | |
user.risk.change | User risk level changed | 0 | user | a | |
`;

const byType = new Map<string, EventType>(
  table
    .trim()
    .split("\n")
    .map((line) => [line.split(" | ")[0] as string, readLine(line)]),
);

function readLine(line: string): EventType {
  const [type = "", display = "", weight, target = "none", flags = "", failure = "", legacy = ""] = line
    .split("|")
    .map((part) => part.trim());
  const [percent = "0", ...reason] = failure.split(" ");
  const ofCertainFailures = type.startsWith("security.") ? "DENY" : "FAILURE";
  const usual = type === "policy.evaluate_sign_on" ? "ALLOW" : "SUCCESS";
  return {
    type,
    display,
    weight: Number(weight),
    target,
    admin: flags.includes("a"),
    failures: Number(percent || 0),
    reason: reason.join(" "),
    severity: flags.includes("w") ? "WARN" : "INFO",
    legacy: legacy || null,
    hookable: !flags.includes("n"),
    result: percent === "100" ? ofCertainFailures : usual,
  };
}

export const generated = new EventMix([...byType.values()], ({ weight }) => weight);

/** What is known of a type; an unlisted one is taken as an ordinary event about nobody. */
export function eventType(type: string): EventType {
  return byType.get(type) ?? readLine(`${type} | ${type} | 0 | none | | |`);
}
