import type { ActivityCategory } from "#src/connector-kit/contract/kinds.ts";

/**
 * Event types we know: category and sentence. Places are filled by `wordsOf` in map.ts: {actor}, the first target of a kind
 * ({user}, {app}, {group}, {policy}, {rule}, {role} ...), {whose} (`their own`, `Tom Berger's`) and {target}, the first target of any kind.
 * Source: https://developer.okta.com/docs/reference/api/event-types/
 */
const logOn: Record<string, string> = {
  "user.session.start": "{actor} signed in to Okta",
  "user.session.end": "{actor} signed out of Okta",
  "user.session.expire": "The Okta session of {actor} expired",
  "user.session.access_admin_app": "{actor} opened the Okta Admin Console",
  "user.authentication.sso": "{actor} signed in to {app} through Okta",
  "user.authentication.slo": "{actor} signed out of {app} through Okta",
  "user.authentication.auth": "{actor} authenticated to Okta",
  "user.authentication.authenticate": "{actor} authenticated to Okta",
  "user.authentication.auth_via_mfa": "{actor} passed multifactor authentication[ with {factor}]",
  "user.authentication.auth_via_IDP": "{actor} authenticated through the identity provider[ {idp}]",
  "user.authentication.auth_via_AD_agent": "{actor} authenticated through Active Directory",
  "user.authentication.auth_via_LDAP_agent": "{actor} authenticated through LDAP",
  "user.authentication.auth_via_inbound_SAML": "{actor} authenticated through inbound SAML",
  "user.authentication.auth_via_inbound_delauth": "{actor} authenticated through delegated authentication",
  "user.authentication.auth_via_iwa": "{actor} authenticated through desktop single sign-on",
  "user.authentication.auth_via_social": "{actor} authenticated through a social provider",
  "user.authentication.auth_via_radius": "{actor} authenticated through RADIUS",
  "user.authentication.auth_via_richclient": "{actor} authenticated from a rich client",
  "user.authentication.verify": "{actor} verified {whose} identity",
  "user.authentication.universal_logout": "{actor} signed {user} out of every app",
  "policy.evaluate_sign_on": "Okta evaluated the sign-on policy[ {policy}] for {actor}",
  "app.oauth2.signon": "{actor} signed in to {app} with OAuth",
  "app.oauth2.authorize.code": "{actor} asked for an authorization code[ for {app}]",
  "app.oauth2.as.authorize": "{actor} asked for authorization[ of {app}]",
  "app.oauth2.as.authorize.code": "{actor} asked for an authorization code[ for {app}]",
  "app.oauth2.token.grant": "{actor} got an OAuth token[ for {app}]",
  "app.oauth2.token.grant.access_token": "{actor} got an access token[ for {app}]",
  "app.oauth2.token.grant.id_token": "{actor} got an ID token[ for {app}]",
  "app.oauth2.token.grant.refresh_token": "{actor} got a refresh token[ for {app}]",
  "app.oauth2.as.token.grant": "{actor} got an OAuth token[ for {app}]",
  "app.oauth2.as.token.grant.access_token": "{actor} got an access token[ for {app}]",
  "app.oauth2.as.token.grant.id_token": "{actor} got an ID token[ for {app}]",
  "app.oauth2.as.token.grant.refresh_token": "{actor} got a refresh token[ for {app}]",
};

const user: Record<string, string> = {
  "user.account.update_password": "{actor} changed {whose} password",
  "user.account.update_profile": "{actor} changed {whose} profile",
  "user.account.update_primary_email": "{actor} changed {whose} primary e-mail",
  "user.account.update_secondary_email": "{actor} changed {whose} secondary e-mail",
  "user.account.lock": "Okta locked {whose_account} account",
  "user.account.unlock": "{actor} unlocked {whose} account",
  "user.account.report_suspicious_activity_by_enduser": "{actor} reported suspicious activity on {whose} account",
  "user.mfa.factor.activate": "{actor} enrolled a factor for {whose} account[: {factor}]",
  "user.mfa.factor.update": "{actor} changed a factor of {whose} account[: {factor}]",
  "user.mfa.okta_verify": "{actor} answered an Okta Verify prompt",
  "user.mfa.okta_verify.deny_push": "{actor} denied an Okta Verify push",
  "user.mfa.attempt_bypass": "{actor} tried to get past multifactor authentication",
  "user.session.context.change": "The address or device of a session of {actor} changed",
  "user.risk.detect": "Okta detected a risk for {user}",
  "user.risk.change": "The risk level of {user} changed",
  "user.identity_verification": "{actor} verified {whose} identity",
  "user.credential.enroll": "{actor} enrolled a credential for {whose} account",
  "application.user_membership.show_password": "{actor} looked at the password for {app}",
  "app.generic.unauth_app_access_attempt": "{actor} tried to open {app} without being assigned to it",
  "app.oauth2.consent.grant": "{actor} consented to {app}[: {scopes}]",
  "app.oauth2.as.consent.grant": "{actor} consented to {app}[: {scopes}]",
  "app.oauth2.token.revoke": "{actor} revoked a token[ of {app}]",
  "app.access_request.request": "{actor} asked for access to {app}",
  "security.threat.detected": "Okta detected a threat in a request of {actor}",
  "security.request.blocked": "Okta blocked a request of {actor}",
  "security.breached_credential.detected": "Okta found {whose_account} password in a breach",
  "security.attack.start": "An attack on the organization began",
  "security.attack.end": "An attack on the organization ended",
};

const admin: Record<string, string> = {
  "user.lifecycle.create": "{actor} created the user {user}",
  "user.lifecycle.activate": "{actor} activated {user}",
  "user.lifecycle.deactivate": "{actor} deactivated {user}",
  "user.lifecycle.suspend": "{actor} suspended {user}",
  "user.lifecycle.unsuspend": "{actor} lifted the suspension of {user}",
  "user.lifecycle.reactivate": "{actor} reactivated {user}",
  "user.lifecycle.delete.initiated": "{actor} began to delete {user}",
  "user.lifecycle.delete.completed": "{actor} deleted {user}",
  "user.lifecycle.password_mass_expiry": "{actor} expired the passwords of everybody",
  "user.account.reset_password": "{actor} reset {whose} password",
  "user.account.expire_password": "{actor} expired {whose} password",
  "user.account.unlock_by_admin": "{actor} unlocked the account of {user}",
  "user.account.privilege.grant": "{actor} gave {user} administrator privileges[: {role}]",
  "user.account.privilege.revoke": "{actor} took administrator privileges from {user}[: {role}]",
  "group.privilege.grant": "{actor} gave the group {group} administrator privileges[: {role}]",
  "group.privilege.revoke": "{actor} took administrator privileges from the group {group}[: {role}]",
  "group.lifecycle.create": "{actor} created the group {group}",
  "group.lifecycle.delete": "{actor} deleted the group {group}",
  "group.profile.update": "{actor} changed the group {group}",
  "group.user_membership.add": "{actor} added {user} to the group {group}",
  "group.user_membership.remove": "{actor} removed {user} from the group {group}",
  "group.application_assignment.add": "{actor} assigned {app} to the group {group}",
  "group.application_assignment.remove": "{actor} took {app} from the group {group}",
  "iam.role.create": "{actor} created the role {target}",
  "iam.role.update": "{actor} changed the role {target}",
  "iam.role.delete": "{actor} deleted the role {target}",
  "iam.role.permissions.add": "{actor} added permissions to the role {target}",
  "iam.role.permissions.delete": "{actor} removed permissions from the role {target}",
  "iam.resourceset.create": "{actor} created the resource set {target}",
  "iam.resourceset.delete": "{actor} deleted the resource set {target}",
  "iam.resourceset.bindings.add": "{actor} assigned a role in the resource set {target}",
  "iam.resourceset.bindings.delete": "{actor} removed the assignment of a role in the resource set {target}",
  "application.lifecycle.create": "{actor} created the app {app}",
  "application.lifecycle.update": "{actor} changed the app {app}",
  "application.lifecycle.activate": "{actor} activated the app {app}",
  "application.lifecycle.deactivate": "{actor} deactivated the app {app}",
  "application.lifecycle.delete": "{actor} deleted the app {app}",
  "application.user_membership.add": "{actor} assigned {user} to the app {app}",
  "application.user_membership.remove": "{actor} removed {user} from the app {app}",
  "application.user_membership.update": "{actor} changed the assignment of {user} to the app {app}",
  "policy.lifecycle.create": "{actor} created the policy {policy}",
  "policy.lifecycle.update": "{actor} changed the policy {policy}",
  "policy.lifecycle.overwrite": "{actor} overwrote the policy {policy}",
  "policy.lifecycle.activate": "{actor} activated the policy {policy}",
  "policy.lifecycle.deactivate": "{actor} deactivated the policy {policy}",
  "policy.lifecycle.delete": "{actor} deleted the policy {policy}",
  "policy.rule.add": "{actor} added the rule {rule} to a policy",
  "policy.rule.update": "{actor} changed the policy rule {rule}",
  "policy.rule.activate": "{actor} activated the policy rule {rule}",
  "policy.rule.deactivate": "{actor} deactivated the policy rule {rule}",
  "policy.rule.delete": "{actor} deleted the policy rule {rule}",
  "zone.create": "{actor} created the network zone {target}",
  "zone.update": "{actor} changed the network zone {target}",
  "zone.activate": "{actor} activated the network zone {target}",
  "zone.deactivate": "{actor} deactivated the network zone {target}",
  "zone.delete": "{actor} deleted the network zone {target}",
  "zone.make_blacklist": "{actor} blocked the network zone {target}",
  "zone.remove_blacklist": "{actor} stopped blocking the network zone {target}",
  "system.api_token.create": "{actor} created the API token {target}",
  "system.api_token.revoke": "{actor} revoked the API token {target}",
  "system.api_token.update": "{actor} changed the API token {target}",
  "system.api_token.enable": "{actor} enabled the API token {target}",
  "system.api_token.request_outside_allowed_range": "An API token was used from outside its network: {target}",
  "system.idp.lifecycle.create": "{actor} added the identity provider {target}",
  "system.idp.lifecycle.update": "{actor} changed the identity provider {target}",
  "system.idp.lifecycle.activate": "{actor} activated the identity provider {target}",
  "system.idp.lifecycle.deactivate": "{actor} deactivated the identity provider {target}",
  "system.idp.lifecycle.delete": "{actor} deleted the identity provider {target}",
  "system.idp.lifecycle.read_client_secret": "{actor} read the client secret of the identity provider {target}",
  "system.log_stream.lifecycle.create": "{actor} created the log stream {target}",
  "system.log_stream.lifecycle.update": "{actor} changed the log stream {target}",
  "system.log_stream.lifecycle.deactivate": "{actor} deactivated the log stream {target}",
  "system.log_stream.lifecycle.delete": "{actor} deleted the log stream {target}",
  "system.org.rate_limit.violation": "The organization reached a rate limit of Okta[: {target}]",
  "system.org.rate_limit.warning": "The organization is near a rate limit of Okta[: {target}]",
  "core.concurrency.org.limit.violation": "The organization reached Okta's limit of concurrent requests",
  "user.mfa.factor.deactivate": "{actor} removed a factor from {whose} account[: {factor}]",
  "user.mfa.factor.reset_all": "{actor} reset all factors of {whose} account",
  "user.mfa.factor.suspend": "{actor} suspended a factor of {whose} account[: {factor}]",
  "user.mfa.factor.unsuspend": "{actor} lifted the suspension of a factor of {whose} account[: {factor}]",
  "security.authenticator.lifecycle.create": "{actor} added the authenticator {target}",
  "security.authenticator.lifecycle.activate": "{actor} activated the authenticator {target}",
  "security.authenticator.lifecycle.deactivate": "{actor} deactivated the authenticator {target}",
  "security.authenticator.lifecycle.update": "{actor} changed the authenticator {target}",
  "security.threat.configuration.update": "{actor} changed the ThreatInsight settings",
  "security.trusted_origin.create": "{actor} added the trusted origin {target}",
  "security.trusted_origin.delete": "{actor} removed the trusted origin {target}",
  "event_hook.created": "{actor} created the event hook {target}",
  "event_hook.updated": "{actor} changed the event hook {target}",
  "event_hook.activated": "{actor} activated the event hook {target}",
  "event_hook.deactivated": "{actor} deactivated the event hook {target}",
  "event_hook.deleted": "{actor} deleted the event hook {target}",
  "event_hook.verified": "{actor} verified the event hook {target}",
  "event_hook.delivery": "Okta delivered events to the event hook {target}",
  "user.session.clear": "{actor} ended all sessions of {user}",
  "user.session.impersonation.initiate": "{actor} of Okta Support began to act as an administrator",
  "user.session.impersonation.grant": "{actor} gave Okta Support access to the organization",
  "user.session.impersonation.extend": "{actor} extended the access of Okta Support to the organization",
  "user.session.impersonation.revoke": "{actor} ended the access of Okta Support to the organization",
  "user.session.impersonation.end": "{actor} of Okta Support stopped acting as an administrator",
  "app.oauth2.admin.consent.grant": "{actor} granted Okta scopes to {app}[: {scopes}]",
  "app.oauth2.admin.consent.revoke": "{actor} took Okta scopes from {app}[: {scopes}]",
  "app.oauth2.client.privilege.grant": "{actor} gave {app} administrator privileges[: {role}]",
  "app.oauth2.client.privilege.revoke": "{actor} took administrator privileges from {app}[: {role}]",
  "app.oauth2.client.lifecycle.create": "{actor} created the OAuth client {target}",
  "app.oauth2.client.lifecycle.delete": "{actor} deleted the OAuth client {target}",
  "app.oauth2.client.read_client_secret": "{actor} read the client secret of {target}",
};

/** How a failure reads where adding "(failed)" would be clumsy. */
export const failures: Readonly<Record<string, string>> = {
  "user.session.start": "{actor} failed to sign in to Okta[: {reason}]",
  "user.authentication.sso": "{actor} failed to sign in to {app} through Okta[: {reason}]",
  "user.authentication.auth_via_mfa": "{actor} failed multifactor authentication[ with {factor}][: {reason}]",
  "policy.evaluate_sign_on": "The sign-on policy[ {policy}] turned {actor} away[: {reason}]",
  "user.session.access_admin_app": "{actor} was kept from the Okta Admin Console[: {reason}]",
  "security.request.blocked": "Okta blocked a request of {actor}[: {reason}]",
  "security.threat.detected": "Okta detected a threat in a request of {actor}[: {reason}]",
  "user.mfa.okta_verify.deny_push": "{actor} denied an Okta Verify push",
  "app.generic.unauth_app_access_attempt": "{actor} tried to open {app} without being assigned to it",
  "user.account.lock": "Okta locked {whose_account} account[: {reason}]",
  "system.org.rate_limit.violation": "The organization reached a rate limit of Okta[: {target}]",
  "user.account.update_password": "{actor} failed to change {whose} password[: {reason}]",
};

export interface Phrase {
  category: ActivityCategory;
  template: string;
}

export const phrases: ReadonlyMap<string, Phrase> = new Map(
  (
    [
      ["LOG_ON", logOn],
      ["USER", user],
      ["ADMIN", admin],
    ] as const
  ).flatMap(([category, table]) =>
    Object.entries(table).map(([type, template]) => [type, { category, template }] as const),
  ),
);

/** Event types without a sentence of their own. `ontoOther`: somebody did it to another person. */
export function familyOf(eventType: string, ontoOther: boolean): ActivityCategory {
  if (
    /^(user\.session|user\.authentication|user\.device_session|app\.oauth2\.(as\.)?(token\.grant|authorize|signon))/.test(
      eventType,
    )
  )
    return "LOG_ON";
  if (
    /^(system|policy|application\.(lifecycle|provision)|iam|zone|network_zone|group|event_hook|inline_hook|security\.(authenticator|behavior|trusted_origin|voice|zone|events)|oauth2|resource_servers|directory|org|support|pki|realm)(\.|$)/.test(
      eventType,
    )
  )
    return "ADMIN";
  if (/\.(settings|configuration|lifecycle)\./.test(eventType)) return "ADMIN";
  return ontoOther ? "ADMIN" : "USER";
}
