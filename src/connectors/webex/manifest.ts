import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "webex",
  name: "Cisco Webex",
  description: "Accounts, roles, events and shared content of one Webex organization.",
  docs: "https://developer.webex.com/docs/api/getting-started",
  lifecycle: "PREVIEW",
  authorization: "OAUTH2_AUTHORIZATION_CODE",
  prerequisites: `
- You are **Full Administrator**; for content and user events also **Compliance Officer**.
- At developer.webex.com create an integration with the scopes \`spark-admin:people_read\`, \`spark-admin:roles_read\`, \`spark-admin:organizations_read\` and, for content, \`spark-compliance:events_read\` and \`spark-compliance:messages_read\`.
- Use the integration at least every 90 days: its refresh token ends then.
`.trim(),
  settings: {
    clientId: { label: "Client ID" },
    clientSecret: { label: "Client secret", secret: true },
  },
  hosts: ["webexapis.com"],
  streams: {},
  capabilities: {
    LIST_ACCOUNTS: {},
    LIST_PRIVILEGES: {},
    USER_ACTIVITY: {},
    ADMIN_ACTIVITY: { support: "NOT_SUPPORTED_BY_PROVIDER" },
    VIEW_APP_PERMISSIONS: { support: "NOT_APPLICABLE" },
    REVOKE_APP_PERMISSIONS: { support: "NOT_APPLICABLE" },
    DLP_BACKLOG_SCAN: {},
    DLP_NEAR_REAL_TIME_SCAN: {},
    SHARING_CONTROL: {},
    FILE_GOVERNANCE: {},
    SENSITIVITY_LABELS: { support: "NOT_APPLICABLE" },
  },
} as const satisfies Manifest;
