import type { EventTable } from "#src/connector-kit/vocabulary.ts";

const login = "login.LoginService";

/** Sign-ins that Google Workspace shares, and credentials that are made or taken. https://cloud.google.com/logging/docs/audit/gsuite-audit-logging */
export const signInEvents: EventTable = {
  [`${login}.loginSuccess`]: "{actor} signed in[ with {login_type}]",
  [`${login}.loginFailure`]: "{actor} failed to sign in[ with {login_type}]",
  [`${login}.loginChallenge`]: "{actor} was challenged[ by {challenge}] while signing in",
  [`${login}.loginVerification`]: "{actor} was asked for the second step of a sign-in[: {challenge}]",
  [`${login}.logout`]: "{actor} signed out",
  [`${login}.suspiciousLogin`]: "Google found a suspicious sign-in to the account of {actor}",
  [`${login}.suspiciousLoginLessSecureApp`]:
    "Google found a suspicious sign-in of a less secure app to the account of {actor}",
  [`${login}.suspiciousProgrammaticLogin`]: "Google found a suspicious sign-in of a program to the account of {actor}",
  [`${login}.riskySensitiveActionAllowed`]: "{actor} was allowed a sensitive action that Google finds risky",
  [`${login}.riskySensitiveActionBlocked`]: "{actor} was denied a sensitive action that Google finds risky",
  [`${login}.accountDisabledGeneric`]: "Google disabled the account of {actor}",
  [`${login}.accountDisabledHijacked`]: "Google disabled the account of {actor}: it seems to be hijacked",
  [`${login}.accountDisabledPasswordLeak`]: "Google disabled the account of {actor}: its password has leaked",
  [`${login}.accountDisabledSpamming`]: "Google disabled the account of {actor}: it sent spam",
  [`${login}.accountDisabledSpammingThroughRelay`]:
    "Google disabled the account of {actor}: it sent spam through a relay",
  [`${login}.govAttackWarning`]: "Google warned that government-backed attackers may be after the account of {actor}",

  "(iam.credentials.|iam.credentials.IAMCredentials.|)GenerateAccessToken":
    "{actor} obtained an access token of the service account {target}",
  "(iam.credentials.|iam.credentials.IAMCredentials.|)GenerateIdToken":
    "{actor} obtained an identity token of the service account {target}",
  "(iam.credentials.|iam.credentials.IAMCredentials.|iam.admin.|)SignJwt":
    "{actor} issued a token as the service account {target}",
  "(iam.credentials.|iam.credentials.IAMCredentials.|iam.admin.|)SignBlob":
    "{actor} signed data as the service account {target}",
  "identity.sts.SecurityTokenService.ExchangeToken":
    "{actor} exchanged a token of another identity provider[ for {target}]",
  "identity.sts.SecurityTokenService.WebUserSignIn": "{actor} signed in through a workforce pool[: {target}]",
  "identity.sts.SecurityTokenService.WebUserSignOut": "{actor} signed out of a workforce pool[: {target}]",
  AuthorizeUser: "{actor} came through Identity-Aware Proxy[ to {target}]",
  "(oslogin.OsLoginService.CheckPolicy|oslogin.dataplane.OsLoginDataPlaneService.CheckPolicy)":
    "{actor} asked to sign in to a virtual machine[: {target}]",
  "oslogin.OsLoginService.StartSession": "{actor} began a session on a virtual machine[: {target}]",
};

/** What people change of their own accounts. */
export const accountEvents: EventTable = {
  [`${login}.2svEnroll`]: "{actor} switched on two-step verification",
  [`${login}.2svDisable`]: "{actor} switched off two-step verification",
  [`${login}.passwordEdit`]: "{actor} changed their password",
  [`${login}.recoveryEmailEdit`]: "{actor} changed their recovery e-mail",
  [`${login}.recoveryPhoneEdit`]: "{actor} changed their recovery phone number",
  [`${login}.recoverySecretQaEdit`]: "{actor} changed their secret question",
  [`${login}.passkeyEnrolled`]: "{actor} added a passkey",
  [`${login}.passkeyRemoved`]: "{actor} removed a passkey",
  [`${login}.titaniumEnroll`]: "{actor} enrolled in the Advanced Protection Program",
  [`${login}.titaniumUnenroll`]: "{actor} left the Advanced Protection Program",
  [`${login}.emailForwardingOutOfDomain`]: "{actor} forwards mail to an address outside the domain[: {forwarded_to}]",
};
