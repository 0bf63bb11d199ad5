import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "zendesk",
  name: "Zendesk",
  description: "Agents, groups, roles, apps, security settings and the audit log of one Zendesk account.",
  docs: "https://developer.zendesk.com/api-reference/",
  lifecycle: "AVAILABLE",
  authorization: "OAUTH2_AUTHORIZATION_CODE",
  prerequisites: `
- You are **admin**. Activities need an **Enterprise** plan: other plans have no audit log API.
- **OAuth** (recommended): in *Admin Center > Apps and integrations > APIs > OAuth clients* create a confidential client with Gatehouse's redirect address. The consent ends when its refresh token is not used for 90 days.
- **Or an API token**, under *APIs > API tokens*: it has all rights of the admin whose e-mail address is entered beside it.
- One instance for each subdomain.
`.trim(),
  settings: {
    mode: {
      label: "Sign-in",
      help: "OAuth: a client with the scopes it needs. Token: an API token with all rights of an admin.",
      options: ["oauth", "token"],
      default: "oauth",
    },
    subdomain: {
      label: "Subdomain",
      help: "The name in https://NAME.zendesk.com.",
      pattern: /[a-z0-9][a-z0-9-]{0,62}/i,
      example: "acme",
    },
    clientId: { label: "Unique identifier", help: "Of the OAuth client; with OAuth.", required: false },
    clientSecret: { label: "Client secret", secret: true, required: false },
    email: { label: "E-mail address", help: "Of an admin; with an API token.", required: false },
    token: { label: "API token", secret: true, required: false },
  },
  hosts: ["{subdomain}.zendesk.com"],
  rateLimit: { remaining: "x-rate-limit-remaining" },
  streams: {
    USERS: { everySeconds: 3600, scopes: ["users:read"] },
    GROUPS: { everySeconds: 3600, scopes: ["read"] },
    PRIVILEGES: { everySeconds: 3600, scopes: ["read"] },
    ACTIVITIES: {
      everySeconds: 60,
      providerDelay: "PT1M",
      retroactivePeriod: "P30D",
      scopes: ["auditlogs:read"],
      categories: ["LOG_ON", "USER", "ADMIN"],
    },
    OAUTH_APPS: { everySeconds: 43_200, scopes: ["read"] },
    POSTURE: { everySeconds: 86_400, scopes: ["security:read", "read"] },
  },
  actions: {
    SUSPEND_USER: {
      scopes: ["users:read", "users:write"],
      undo: "UNSUSPEND_USER",
      note: "A suspended agent cannot sign in, and e-mail from the address becomes suspended tickets. The account owner cannot be suspended.",
    },
    UNSUSPEND_USER: { scopes: ["users:read", "users:write"], undo: "SUSPEND_USER" },
    REQUIRE_SIGN_IN_AGAIN: { scopes: ["write"], note: "Ends all browser sessions; tokens stay." },
    REVOKE_ADMIN_PRIVILEGES: {
      scopes: ["users:read", "users:write"],
      note: "Makes an admin an agent. The account owner is refused.",
    },
    REVOKE_APP: {
      scopes: ["read", "write"],
      note: "Deletes every access token of the app. People can authorise it again.",
    },
    REVOKE_APP_FOR_USER: { scopes: ["write"], note: "Deletes the person's access tokens of the app." },
  },
  capabilities: {
    LIST_ACCOUNTS: { note: "Agents and admins. End users are customers and are not listed." },
    LOG_ON_ACTIVITY: { note: "Enterprise plan. Successful sign-ins: Zendesk logs no failed ones." },
    USER_ACTIVITY: { note: "Enterprise plan. What the audit log has: exports, deletions, redactions." },
    ADMIN_ACTIVITY: { note: "Enterprise plan." },
    DLP_BACKLOG_SCAN: { support: "NOT_SUPPORTED", note: "Attachments of tickets are not read." },
    DLP_NEAR_REAL_TIME_SCAN: { support: "NOT_SUPPORTED" },
    SHARING_CONTROL: { support: "NOT_SUPPORTED_BY_PROVIDER" },
    FILE_GOVERNANCE: { support: "NOT_SUPPORTED" },
    SENSITIVITY_LABELS: { support: "NOT_SUPPORTED_BY_PROVIDER" },
  },
} as const satisfies Manifest;
