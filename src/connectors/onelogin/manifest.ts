import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "onelogin",
  name: "OneLogin",
  description: "Accounts, roles, privileges, factors and events of one OneLogin account.",
  docs: "https://developers.onelogin.com/api-docs/2/getting-started/dev-overview",
  lifecycle: "AVAILABLE",
  directory: true,
  authorization: "OAUTH2_CLIENT_CREDENTIALS",
  prerequisites: `
- You are **account owner** or **administrator** (super user) on a plan with API access.
- Under *Administration > Developers > API Credentials* create a pair with the scope **Read All**, or **Manage All** to suspend accounts and end sessions as well.
- Privileges need the **Delegated Administration** subscription.
- The pair dies with the account that made it: use one that stays.
`.trim(),
  settings: {
    subdomain: {
      label: "Subdomain",
      help: "The name in https://NAME.onelogin.com.",
      pattern: /[a-z0-9][a-z0-9-]{0,62}/i,
      example: "acme",
    },
    clientId: {
      label: "Client ID",
      pattern: /[0-9a-f]{64}/i,
      example: "9f2c61d0b7e84a359f2c61d0b7e84a359f2c61d0b7e84a359f2c61d0b7e84a35",
    },
    clientSecret: { label: "Client secret", secret: true },
  },
  hosts: ["{subdomain}.onelogin.com"],
  // 5,000 calls an hour of /api/1, shared by all tokens of the account.
  rateLimit: { remaining: "x-ratelimit-remaining", resetAt: "x-ratelimit-reset", resetUnit: "seconds-from-now" },
  streams: {
    USERS: { everySeconds: 3600, scopes: ["Read All"] },
    GROUPS: { everySeconds: 3600, scopes: ["Read All"] },
    PRIVILEGES: { everySeconds: 3600, scopes: ["Read All"] },
    ACTIVITIES: {
      everySeconds: 60,
      providerDelay: "PT5M",
      retroactivePeriod: "P30D",
      scopes: ["Read All"],
      categories: ["LOG_ON", "USER", "ADMIN"],
    },
    POSTURE: { everySeconds: 86_400, scopes: ["Read All"] },
  },
  actions: {
    SUSPEND_USER: { scopes: ["Manage All"], undo: "UNSUSPEND_USER" },
    UNSUSPEND_USER: { scopes: ["Manage All"], undo: "SUSPEND_USER" },
    REQUIRE_SIGN_IN_AGAIN: {
      scopes: ["Manage All"],
      note: "Ends the session at OneLogin. Sessions that are open in other apps stay until they end by themselves.",
    },
    RESET_PASSWORD: {
      scopes: ["Manage All"],
      note: "The person chooses a new password at the next sign-in. Of an account from a directory the password is changed there, so the action is refused.",
    },
  },
  capabilities: {
    LIST_GROUPS: { note: "Roles are listed as groups: they are what people are members of." },
    LIST_PRIVILEGES: { note: "Needs the Delegated Administration subscription." },
    VIEW_APP_PERMISSIONS: { support: "NOT_SUPPORTED_BY_PROVIDER", note: "OneLogin shows no consents of people." },
    REVOKE_APP_PERMISSIONS: { support: "NOT_SUPPORTED_BY_PROVIDER" },
    SECURITY_POSTURE: { note: "Policies cannot be read: people, privileges, factors, apps and risk rules are judged." },
  },
} as const satisfies Manifest;
