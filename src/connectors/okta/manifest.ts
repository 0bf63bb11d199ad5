import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "okta",
  name: "Okta",
  description:
    "Users, groups, administrator roles, the System Log, apps and API tokens, and security settings of one Okta org.",
  docs: "https://developer.okta.com/docs/reference/",
  lifecycle: "AVAILABLE",
  directory: true,
  authorization: "OAUTH2_CLIENT_CREDENTIALS",
  prerequisites: `
You are a **Super Admin** of the Okta org. Choose how Gatehouse signs in:

- \`oauth\` (recommended): create an **API Services** app. Client authentication is *Public key / Private key*; switch off *Require DPoP*.
  Grant it the scopes \`okta.orgs.read okta.users.read okta.groups.read okta.roles.read okta.logs.read okta.apps.read okta.appGrants.read
  okta.apiTokens.read okta.policies.read okta.threatInsights.read okta.authenticators.read okta.eventHooks.manage\`, and for actions
  \`okta.users.manage okta.roles.manage okta.apps.manage okta.appGrants.manage okta.apiTokens.manage\`. Assign it the role Read-only Administrator,
  or Organization Administrator for actions; only a Super Administrator sees every role assignment. Scopes that are not granted switch off only what needs them.
- \`token\`: an API token. It has the rights of the admin who made it, ends when that admin is deactivated, and expires after 30 days without use.

If the org restricts network zones, let Gatehouse's address in.
`.trim(),
  settings: {
    domain: {
      label: "Okta domain",
      help: "The address people sign in at, without -admin. A custom domain works as well.",
      example: "acme.okta.com",
    },
    mode: {
      label: "Sign-in mode",
      help: "A service app with its own key, or an API token.",
      options: ["oauth", "token"],
      default: "oauth",
    },
    clientId: {
      label: "Service app: client ID",
      required: false,
      pattern: /[A-Za-z0-9_-]{8,64}/,
      example: "0oa1exampleClient",
    },
    keyId: {
      label: "Service app: key ID (kid)",
      help: "May be left out when the private key is a JWK that names it.",
      required: false,
      pattern: /[\x21-\x7e]{1,200}/,
      example: "gatehouse-2026",
    },
    privateKey: {
      label: "Service app: private key",
      help: "PEM or JWK; RSA, or elliptic curve P-256.",
      required: false,
      secret: true,
      multiline: true,
    },
    token: { label: "API token", required: false, secret: true },
  },
  hosts: ["{domain}"],
  rateLimit: {
    remaining: "x-rate-limit-remaining",
    resetAt: "x-rate-limit-reset",
    resetUnit: "epoch-seconds",
    defaultWaitSeconds: 60,
    concurrency: 4,
  },
  streams: {
    USERS: { everySeconds: 3600, realTime: true, scopes: ["okta.users.read"] },
    GROUPS: { everySeconds: 3600, realTime: true, scopes: ["okta.groups.read"] },
    PRIVILEGES: { everySeconds: 3600, scopes: ["okta.roles.read"] },
    ACTIVITIES: {
      everySeconds: 60,
      realTime: true,
      retroactivePeriod: "P7D",
      scopes: ["okta.logs.read"],
      categories: ["LOG_ON", "USER", "ADMIN"],
    },
    OAUTH_APPS: { everySeconds: 43_200, scopes: ["okta.apps.read", "okta.appGrants.read", "okta.apiTokens.read"] },
    POSTURE: { everySeconds: 86_400, scopes: ["okta.policies.read"] },
  },
  actions: {
    CONFIRM_USER_COMPROMISED: {
      scopes: ["okta.userRisk.manage"],
      note: "Sets the user's risk to HIGH, which entity risk policies act on. Needs Okta Identity Threat Protection.",
    },
    SUSPEND_USER: {
      scopes: ["okta.users.manage"],
      undo: "UNSUSPEND_USER",
      note: "Only active users. Their app-local sessions go on: require signing in again as well.",
    },
    UNSUSPEND_USER: { scopes: ["okta.users.manage"], undo: "SUSPEND_USER" },
    REQUIRE_SIGN_IN_AGAIN: {
      scopes: ["okta.users.manage"],
      note: "Ends the Okta sessions, revokes OAuth tokens and forgets remembered devices. Sessions inside apps go on until they end by themselves.",
    },
    RESET_PASSWORD: {
      scopes: ["okta.users.manage"],
      note: 'Expires the password: the user must choose a new one at the next sign-in. With the parameter {"method": "reset"} the old password stops working at once and Okta mails a link. Not for people whose password lives in another directory.',
    },
    REVOKE_ADMIN_PRIVILEGES: {
      scopes: ["okta.roles.manage"],
      note: "Takes away the roles assigned to the user. Roles that come from a group stay, which the result of the action states.",
    },
    REVOKE_APP: {
      scopes: ["okta.apps.manage", "okta.appGrants.manage", "okta.apiTokens.manage"],
      note: "Revokes an API token, or takes every granted Okta scope from an app. People stay assigned to the app: ban it to stop them.",
    },
    REVOKE_APP_FOR_USER: {
      scopes: ["okta.users.manage", "okta.appGrants.manage"],
      note: "Revokes what the user consented to for this app and the refresh tokens it holds, or the user's API token.",
    },
    BAN_APP: { scopes: ["okta.apps.manage"], undo: "UNBAN_APP", note: "Deactivates the app for everybody." },
    UNBAN_APP: { scopes: ["okta.apps.manage"], undo: "BAN_APP" },
  },
  optionalScopes: [
    { purpose: "the name of the org", scopes: ["okta.orgs.read"] },
    {
      purpose: "checks of ThreatInsight and authenticators",
      scopes: ["okta.threatInsights.read", "okta.authenticators.read"],
    },
    { purpose: "event hooks", scopes: ["okta.eventHooks.manage"] },
  ],
  webhooks: "registered",
  capabilities: {
    USER_GOVERNANCE: { note: "Marking a user as compromised needs Okta Identity Threat Protection." },
    VIEW_APP_PERMISSIONS: {
      note: "Apps with the Okta scopes they hold, and API tokens with their owners. What each user consented to would take a call per user: it appears as activities (app.oauth2.consent.grant).",
    },
    SECURITY_POSTURE: { note: "DISA STIG for Okta as a Service V1R2, where a setting can be read." },
  },
} as const satisfies Manifest;
