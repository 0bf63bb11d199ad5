import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "slack",
  name: "Slack",
  description: "Accounts, roles and audit logs of one Slack Enterprise organization.",
  docs: "https://api.slack.com/admins/audit-logs",
  lifecycle: "PREVIEW",
  authorization: "OAUTH2_AUTHORIZATION_CODE",
  prerequisites: `
- The plan is **Enterprise**: other plans have no audit log API.
- You are **Org Owner** (an Org Admin is not enough) and signed in to the organization, not to one workspace.
- Create a Slack app with the user scopes \`auditlogs:read\`, \`admin.users:read\`, \`admin.teams:read\` and \`team:read\`, opt it in to org-wide installation, and register Gatehouse's redirect address.
- The first scan may take up to four hours. Messages are not part of the audit log.
`.trim(),
  settings: {
    clientId: { label: "Client ID", pattern: /\d+\.\d+/, example: "1234567890.1234567890123" },
    clientSecret: { label: "Client secret", secret: true },
  },
  hosts: ["slack.com", "api.slack.com"],
  streams: {},
  capabilities: {
    LIST_ACCOUNTS: {},
    LIST_PRIVILEGES: {},
    LOG_ON_ACTIVITY: { note: "Enterprise plan." },
    USER_ACTIVITY: { note: "Enterprise plan." },
    ADMIN_ACTIVITY: { note: "Enterprise plan." },
  },
} as const satisfies Manifest;
