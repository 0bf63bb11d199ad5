import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "salesforce",
  name: "Salesforce",
  description: "Accounts, profiles, sign-ins, set-up changes, connected apps and files of one Salesforce org.",
  docs: "https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/",
  lifecycle: "PREVIEW",
  authorization: "OAUTH2_CLIENT_CREDENTIALS",
  prerequisites: `
- You may create an **External Client App** and a user for it. Each sandbox is an org of its own.
- Enable the **client credentials flow** on the app with the scope \`api\`, and choose a *Run As* user with *API Enabled*, *View Setup and Configuration*, *Manage Users*, *Customize Application*, *View All Data* and *Query All Files*.
- What people do inside the app (reports, exports, API use) is recorded only with **Salesforce Shield** or the Event Monitoring add-on.
`.trim(),
  settings: {
    domain: {
      label: "My Domain host",
      help: "Production or sandbox, without https://.",
      pattern: /[a-z0-9][a-z0-9-]*(\.sandbox)?\.my\.salesforce\.com/i,
      example: "acme.my.salesforce.com",
    },
    clientId: { label: "Consumer key" },
    clientSecret: { label: "Consumer secret", secret: true },
  },
  hosts: ["{domain}"],
  streams: {},
  capabilities: {
    LIST_ACCOUNTS: {},
    LIST_GROUPS: {},
    LIST_PRIVILEGES: { note: "Profiles and permission sets." },
    LOG_ON_ACTIVITY: {},
    USER_ACTIVITY: { note: "With Salesforce Shield." },
    ADMIN_ACTIVITY: {},
    USER_GOVERNANCE: {},
    VIEW_APP_PERMISSIONS: {},
    REVOKE_APP_PERMISSIONS: {},
    SECURITY_POSTURE: {},
    DLP_BACKLOG_SCAN: {},
    DLP_NEAR_REAL_TIME_SCAN: {},
    FILE_GOVERNANCE: {},
  },
} as const satisfies Manifest;
