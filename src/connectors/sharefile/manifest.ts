import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "sharefile",
  name: "Citrix ShareFile",
  description:
    "Employees, clients, groups, roles and security settings of one ShareFile account (today Progress ShareFile).",
  docs: "https://api.sharefile.com/",
  lifecycle: "AVAILABLE",
  authorization: "OAUTH2_AUTHORIZATION_CODE",
  prerequisites: `
- You sign in as an **employee with admin rights** on account policies and employees (\`AdminAccountPolicies\`, \`AdminManageEmployees\`), on a plan with API access.
- Request an API key at api.sharefile.com with Gatehouse's redirect address; it must match to the letter.
`.trim(),
  settings: {
    subdomain: {
      label: "Subdomain",
      help: "The name in https://NAME.sharefile.com.",
      pattern: /[a-z0-9][a-z0-9-]{0,62}/i,
      example: "acme",
    },
    clientId: { label: "Client ID" },
    clientSecret: { label: "Client secret", secret: true },
  },
  hosts: ["{subdomain}.sharefile.com", "{subdomain}.sf-api.com", "{subdomain}.sharefile.eu", "{subdomain}.sf-api.eu"],
  // No limit is published, and refusals may not say when to come back.
  rateLimit: { concurrency: 3, defaultWaitSeconds: 10 },
  streams: {
    USERS: { everySeconds: 14_400, scopes: ["AdminManageEmployees"] },
    GROUPS: { everySeconds: 14_400, scopes: ["AdminManageEmployees"] },
    PRIVILEGES: { everySeconds: 14_400, scopes: ["AdminManageEmployees"] },
    POSTURE: { everySeconds: 86_400, scopes: ["AdminAccountPolicies", "AdminManageEmployees"] },
  },
  actions: {
    SUSPEND_USER: {
      scopes: ["AdminManageEmployees"],
      undo: "UNSUSPEND_USER",
      note: "Disables the account and ends its access.",
    },
    UNSUSPEND_USER: { scopes: ["AdminManageEmployees"], undo: "SUSPEND_USER" },
  },
  capabilities: {
    LIST_PRIVILEGES: { note: "Roles of employees." },
    LOG_ON_ACTIVITY: {
      support: "NOT_SUPPORTED",
      note: "ShareFile has reports instead of a log, whose columns nobody has published.",
    },
    USER_ACTIVITY: { support: "NOT_SUPPORTED", note: "See sign-ins." },
    ADMIN_ACTIVITY: { support: "NOT_SUPPORTED", note: "See sign-ins." },
    VIEW_APP_PERMISSIONS: { support: "NOT_SUPPORTED_BY_PROVIDER" },
    REVOKE_APP_PERMISSIONS: { support: "NOT_SUPPORTED_BY_PROVIDER" },
    SECURITY_POSTURE: { support: "PREVIEW", note: "Settings of the account, its single sign-on, and accounts." },
    DLP_BACKLOG_SCAN: { support: "NOT_SUPPORTED", note: "Files are not read." },
    DLP_NEAR_REAL_TIME_SCAN: { support: "NOT_SUPPORTED" },
    SHARING_CONTROL: { support: "NOT_SUPPORTED" },
    FILE_GOVERNANCE: { support: "NOT_SUPPORTED" },
    SENSITIVITY_LABELS: { support: "NOT_SUPPORTED_BY_PROVIDER" },
  },
} as const satisfies Manifest;
