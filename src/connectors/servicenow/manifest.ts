import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "servicenow",
  name: "ServiceNow",
  description:
    "Accounts, groups, roles, events and attachments of one ServiceNow instance, read through its Table API.",
  docs: "https://www.servicenow.com/docs/bundle/api-reference/page/integrate/inbound-rest/concept/c_TableAPI.html",
  lifecycle: "PREVIEW",
  authorization: "OAUTH2_AUTHORIZATION_CODE",
  prerequisites: `
- You have the role **admin**. Development, test and production are instances of their own.
- Register an OAuth client for external clients with Gatehouse's redirect address and the auth scope \`useraccount\`.
- Sign in with an integration user that may read users, groups, roles, events, audit tables and attachments, and set its **time zone to GMT**.
- The refresh token lives 100 days by default; prolong it or connect again before it ends.
- The back-fill is one hour.
`.trim(),
  settings: {
    host: {
      label: "Instance host",
      help: "Without https://. Custom domains are fine.",
      pattern: /[a-z0-9][a-z0-9.-]*\.[a-z]{2,}/i,
      example: "acme.service-now.com",
    },
    clientId: { label: "Client ID", pattern: /[0-9a-f]{32}/i, example: "0123456789abcdef0123456789abcdef" },
    clientSecret: { label: "Client secret", secret: true },
  },
  hosts: ["{host}"],
  streams: {},
  capabilities: {
    LIST_ACCOUNTS: {},
    LIST_GROUPS: {},
    LIST_PRIVILEGES: {},
    LOG_ON_ACTIVITY: {},
    USER_ACTIVITY: { note: "In part: audited tables only." },
    ADMIN_ACTIVITY: { note: "In part: audited tables only." },
    SECURITY_POSTURE: {},
    DLP_BACKLOG_SCAN: { note: "Attachments." },
    DLP_NEAR_REAL_TIME_SCAN: { note: "Attachments." },
    SHARING_CONTROL: { support: "NOT_APPLICABLE" },
  },
} as const satisfies Manifest;
