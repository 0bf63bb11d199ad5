import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "slack",
  name: "Slack",
  description: "Accounts, roles, groups, apps, workspaces and audit logs of one Slack Enterprise organization.",
  docs: "https://docs.slack.dev/admins/",
  lifecycle: "AVAILABLE",
  authorization: "OAUTH2_AUTHORIZATION_CODE",
  prerequisites: `
- The plan is **Enterprise**: other plans have neither the audit logs nor the admin API.
- You are **Org Owner** (an Org Admin is not enough) and signed in to the organization, not to one workspace.
- Create a Slack app with these **user** token scopes: \`admin.users:read\`, \`auditlogs:read\`, \`admin.apps:read\` and \`admin.teams:read\` to read, \`admin\` for groups and for suspending accounts, \`admin.users:write\` and \`admin.apps:write\` for the other actions. Opt it in to org-wide installation, leave token rotation off, and register Gatehouse's redirect address.
- At the consent choose the organization, not a workspace.
- Messages are not part of the audit logs.
`.trim(),
  settings: {
    clientId: { label: "Client ID", pattern: /\d+\.\d+/, example: "1234567890.1234567890123" },
    clientSecret: { label: "Client secret", secret: true },
  },
  hosts: ["slack.com", "api.slack.com"],
  rateLimit: { concurrency: 2, defaultWaitSeconds: 30 },
  streams: {
    USERS: { everySeconds: 3600, scopes: ["admin.users:read"] },
    GROUPS: { everySeconds: 3600, scopes: ["admin"] },
    PRIVILEGES: { everySeconds: 3600, scopes: ["admin.users:read"] },
    ACTIVITIES: {
      everySeconds: 60,
      providerDelay: "PT5M",
      retroactivePeriod: "P30D",
      scopes: ["auditlogs:read"],
      categories: ["LOG_ON", "USER", "ADMIN"],
    },
    OAUTH_APPS: { everySeconds: 43_200, scopes: ["admin.apps:read"] },
    POSTURE: { everySeconds: 86_400, scopes: ["admin.users:read", "admin.apps:read", "admin.teams:read"] },
  },
  actions: {
    SUSPEND_USER: {
      scopes: ["admin"],
      undo: "UNSUSPEND_USER",
      note: "Deactivates the account in the whole organization and ends its sessions. The Primary Owner is refused. An identity provider that provisions accounts may activate it again.",
    },
    UNSUSPEND_USER: { scopes: ["admin"], undo: "SUSPEND_USER" },
    REQUIRE_SIGN_IN_AGAIN: {
      scopes: ["admin.users:write"],
      note: "Ends all sessions on all devices. Bots and the Primary Owner are refused.",
    },
    REVOKE_APP: {
      scopes: ["admin.apps:write"],
      note: "Uninstalls the app from all workspaces. It stays approved and can be installed again.",
    },
    BAN_APP: {
      scopes: ["admin.apps:read", "admin.apps:write"],
      undo: "UNBAN_APP",
      note: "Restricts the app in the organization: nobody can install it any more. Where it is installed it stays. Restricting by API switches off the approval of apps in Slack's own pages.",
    },
    UNBAN_APP: { scopes: ["admin.apps:read", "admin.apps:write"], undo: "BAN_APP" },
  },
  capabilities: {
    LIST_ACCOUNTS: { note: "People of Slack Connect who belong to other organizations are not listed." },
    LIST_PRIVILEGES: {
      note: "Owners, admins and guests of the organization; roles that are assigned beyond these are not read.",
    },
    LOG_ON_ACTIVITY: { note: "Enterprise plan." },
    USER_ACTIVITY: { note: "Enterprise plan. Messages are not logged." },
    ADMIN_ACTIVITY: { note: "Enterprise plan." },
    DLP_BACKLOG_SCAN: { support: "NOT_SUPPORTED", note: "Needs the Discovery API, which Slack enables on request." },
    DLP_NEAR_REAL_TIME_SCAN: { support: "NOT_SUPPORTED" },
    SHARING_CONTROL: { support: "NOT_SUPPORTED" },
    FILE_GOVERNANCE: { support: "NOT_SUPPORTED" },
    SENSITIVITY_LABELS: { support: "NOT_SUPPORTED_BY_PROVIDER" },
  },
} as const satisfies Manifest;
