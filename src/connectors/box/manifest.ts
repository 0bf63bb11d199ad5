import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "box",
  name: "Box",
  description: "Accounts, groups, events and shared content of one Box enterprise.",
  docs: "https://developer.box.com/reference/",
  lifecycle: "PREVIEW",
  authorization: "OAUTH2_CLIENT_CREDENTIALS",
  prerequisites: `
- You are an **admin** or **co-admin** who may run reports.
- In the developer console create a Custom App with **server authentication (client credentials)** and *App + Enterprise Access*; tick *Manage users*, *Manage groups*, *Manage enterprise properties* and *Read and write all files*.
- Authorize the app in *Admin Console > Apps*. After every change of its scopes authorize it again.
- Note the **enterprise ID** under *Admin Console > Account & Billing*.
`.trim(),
  settings: {
    clientId: { label: "Client ID" },
    clientSecret: { label: "Client secret", secret: true },
    enterpriseId: { label: "Enterprise ID", pattern: /\d{1,20}/, example: "770001234" },
  },
  hosts: ["api.box.com"],
  rateLimit: { concurrency: 4 },
  streams: {},
  capabilities: {
    LIST_ACCOUNTS: {},
    LIST_GROUPS: {},
    LIST_PRIVILEGES: {},
    LOG_ON_ACTIVITY: {},
    USER_ACTIVITY: {},
    ADMIN_ACTIVITY: {},
    USER_GOVERNANCE: {},
    VIEW_APP_PERMISSIONS: { support: "NOT_SUPPORTED_BY_PROVIDER", note: "No call lists the apps that users allowed." },
    DLP_BACKLOG_SCAN: {},
    DLP_NEAR_REAL_TIME_SCAN: {},
    SHARING_CONTROL: {},
    FILE_GOVERNANCE: {},
    SENSITIVITY_LABELS: {},
  },
} as const satisfies Manifest;
