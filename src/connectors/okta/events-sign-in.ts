import type { EventTable } from "#src/connector-kit/vocabulary.ts";

/** Sign-ins, sessions and the tokens they yield, whichever side started them. */
export const signInEvents: EventTable = {
  "user.session.start+": "{actor} signed in to Okta",
  "user.session.end+": "{actor} signed out of Okta",
  "user.session.expire": "The Okta session of {actor} expired",
  "user.session.access_admin_app": "{actor} opened the Okta Admin Console",
  "user.device_session.start": "{actor} signed in to a device[: {target}]",
  "user.device_session.end": "{actor} signed out of a device[: {target}]",
  "device.desktop_mfa.device_logout.(started|completed)": "Signing {person} out of a device[ {target}] {did}",
  "(device.password_sync|device.platform_sso).authentication":
    "{actor} authenticated on a device through {thing}[: {target}]",
  "user.authentication.sso+": "{actor} signed in to {app} through Okta",
  "user.authentication.slo": "{actor} signed out of {app} through Okta",
  "user.authentication.(auth|authenticate+)": "{actor} authenticated to Okta",
  "user.authentication.auth_via_mfa+": "{actor} passed multifactor authentication[ with {factor}]",
  "user.authentication.auth_via_IDP+": "{actor} authenticated through the identity provider[ {idp}]",
  "user.authentication.auth_via_AD_agent": "{actor} authenticated through Active Directory",
  "user.authentication.auth_via_LDAP_agent": "{actor} authenticated through LDAP",
  "user.authentication.auth_via_inbound_SAML": "{actor} authenticated through inbound SAML",
  "(user.authentication.auth_via_inbound_delauth|app.inbound_del_auth.login_success)":
    "{actor} authenticated through delegated authentication",
  "user.authentication.auth_via_iwa": "{actor} authenticated through desktop single sign-on",
  "user.authentication.auth_via_social+": "{actor} authenticated through a social provider",
  "user.authentication.auth_via_radius": "{actor} authenticated through RADIUS",
  "user.authentication.auth_via_richclient": "{actor} authenticated from a rich client",
  "user.authentication.auth_identifier_not_in_policy":
    "{actor} authenticated with an identifier that the profile policy does not list",
  "user.authentication.auth_unconfigured_identifier": "{actor} authenticated with an identifier that is not configured",
  "user.authentication.dsso_via_non_priority_source":
    "{actor} authenticated through desktop single sign-on with a profile source of lower priority",
  "user.authentication.verify": "{actor} verified {whose} identity",
  "user.authentication.universal_logout+": "{actor} signed {person} out of every app",
  "user.authentication.universal_logout.scheduled+": "{actor} scheduled to sign {person} out of every app",
  "app.kerberos_rich_client.user_authentication_successful": "{actor} signed in to {app} from a Kerberos rich client",
  "app.kerberos_rich_client.(account_not_found|instance_not_found|multiple_accounts_found|invalid_org)":
    "{actor} could not sign in from a Kerberos rich client: {words}",
  "system.iwa_agentless.auth": "{actor} authenticated through agentless desktop single sign-on",
  "system.iwa_agentless.auth_after_redirect":
    "{actor} authenticated after agentless desktop single sign-on redirected them",
  "system.iwa_agentless.redirect": "Agentless desktop single sign-on redirected {actor} to an on-premises agent",
  "system.iwa_agentless.user.not_found": "Agentless desktop single sign-on did not find the account of {actor}",
  "system.idp.select": "Okta sent {actor} to an identity provider[: {idp}]",
  "system.ldapi.bind": "{actor} signed in to the LDAP interface",
  "system.ldapi.unbind": "{actor} signed out of the LDAP interface",
  "policy.evaluate_sign_on": "Okta evaluated the sign-on policy[ {policy}] for {actor}",
  "policy.auth_reevaluate.enforce": "Okta evaluated the session of {actor} again",
  "policy.auth_reevaluate.action": "Okta acted on a session of {actor} after evaluating it again",
  "policy.(auth_reevaluate.fail+|continuous_access_evaluate.fail)":
    "A session of {actor} no longer meets the sign-on policy[ {policy}][: {reason}]",
  "policy.continuous_access.evaluate": "Okta evaluated continuous access of {actor}",
  "policy.continuous_access.action": "Okta acted on a session of {actor} after evaluating continuous access",
  "application.policy.sign_on.deny_access+": "The sign-on policy of {app} turned {actor} away[: {reason}]",
  "app.oauth2.signon": "{actor} signed in to {app} with OAuth",
  "app.oauth2.as.authorize": "{actor} asked for authorization[ of {app}]",
  "app.oauth2.authorize": "{actor} asked for authorization[ of {app}]",
  "(app.oauth2|app.oauth2.as).authorize.code": "{actor} asked for an authorization code[ for {app}]",
  "(app.oauth2|app.oauth2.as).authorize.implicit.access_token": "{actor} asked for an access token[ for {app}]",
  "(app.oauth2|app.oauth2.as).authorize.implicit.id_token": "{actor} asked for an ID token[ for {app}]",
  "app.oauth2.as.authorize.scope_denied": "A policy denied scopes that {actor} asked for[: {scopes}]",
  "(app.oauth2|app.oauth2.as).interact.interaction_code": "{actor} got an interaction code[ for {app}]",
  "(app.oauth2|app.oauth2.as).interact.interaction_handle": "{actor} began an interactive sign-in[ to {app}]",
  "app.oauth2.as.evaluate.claim": "Okta evaluated the claims of an OAuth token for {actor}",
  "(app.oauth2|app.oauth2.as).token.grant": "{actor} got an OAuth token[ for {app}]",
  "(app.oauth2|app.oauth2.as).token.grant.access_token": "{actor} got an access token[ for {app}]",
  "(app.oauth2|app.oauth2.as).token.grant.id_token": "{actor} got an ID token[ for {app}]",
  "(app.oauth2|app.oauth2.as).token.grant.refresh_token": "{actor} got a refresh token[ for {app}]",
  "(app.oauth2|app.oauth2.as).token.grant.interclient_token": "{actor} got a token for another client[: {app}]",
  "app.oauth2.as.token.grant.device_secret": "{actor} got a device secret[ for {app}]",
  "app.oauth2.token.grant.id_jag": "{actor} got an identity assertion[ for {app}]",
  "app.oauth2.token.(grant.oauth_sts|oauth_sts.request_token)":
    "{actor} asked for a third-party OAuth token[ for {app}]",
  "app.oauth2.token.grant.(service_account|vaulted_secret)": "{actor} got the credentials of a {words}[: {target}]",
  "(app.oauth2|app.oauth2.as).token.detect_reuse":
    "A refresh token of {person} was used a second time and may be stolen[: {reason}]",
  "app.token.reuse": "{actor} tried to use a token[ for {app}] a second time, it may be stolen[: {reason}]",
  "app.oauth2.(invalid_client_credentials|invalid_client_ids)": "{actor} sent {words} repeatedly",
  "pam.auth_token.issue": "{actor} signed in with the Advanced Server Access client",
  "pam.server.ssh_login": "{actor} signed in to the server {target} over SSH",
  "pam.user_creds.issue": "{actor} got credentials for the server {target}",
  "pam.gateway_creds.issue": "A gateway issued credentials for the server {target} to {actor}",
};

/** How a failure reads where adding "(failed)" would be clumsy. */
export const failures: Readonly<Record<string, string>> = {
  "user.session.start": "{actor} failed to sign in to Okta[: {reason}]",
  "user.authentication.sso": "{actor} failed to sign in to {app} through Okta[: {reason}]",
  "user.authentication.auth_via_mfa": "{actor} failed multifactor authentication[ with {factor}][: {reason}]",
  "policy.evaluate_sign_on": "The sign-on policy[ {policy}] turned {actor} away[: {reason}]",
  "user.session.access_admin_app": "{actor} was kept from the Okta Admin Console[: {reason}]",
  "user.account.update_password": "{actor} failed to change {whose} password[: {reason}]",
  "event_hook.delivery": "Okta could not deliver events to the event hook {target}[: {reason}]",
};

/** The provider reports that it noticed these: what it noticed is an attempt that Okta refused. */
export const refusedAttempts: ReadonlySet<string> = new Set([
  "app.oauth2.token.detect_reuse",
  "app.oauth2.as.token.detect_reuse",
  "app.token.reuse",
]);
