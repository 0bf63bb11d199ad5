import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "smartsheet",
  name: "Smartsheet",
  description: "Accounts, seats, groups, administrators, reported events and sharing of one Smartsheet plan.",
  docs: "https://developers.smartsheet.com/api/smartsheet/openapi",
  lifecycle: "AVAILABLE",
  authorization: "OAUTH2_AUTHORIZATION_CODE",
  prerequisites: `
- You are **System Admin** of a Business or Enterprise plan.
- Activities need **Event Reporting**, a paid add-on of Enterprise and Advanced Work Management.
- **OAuth** (recommended): register an app in *Developer Tools* with the redirect URL shown here, and copy its client ID and secret. The consent asks for the scopes that are needed, and ends with the System Admin who gave it.
- **Or an access token**: under *Personal Settings > API Access*. It carries all your rights and lives until it is revoked.
- Suspending accounts needs an Enterprise plan, and is not offered in Smartsheet Gov.
- One instance for each plan.
`.trim(),
  settings: {
    mode: {
      label: "Sign-in",
      help: "OAuth: an app with the scopes it needs. Token: an API access token of a System Admin.",
      options: ["oauth", "token"],
      default: "oauth",
    },
    region: {
      label: "Region",
      help: "Where the plan is hosted. Apps and tokens of one region do not work in another.",
      options: ["us", "eu", "au", "gov"],
      default: "us",
    },
    clientId: { label: "App client ID", help: "Of the app in Developer Tools; with OAuth.", required: false },
    clientSecret: { label: "App secret", secret: true, required: false },
    token: { label: "API access token", help: "With the sign-in by token.", secret: true, required: false },
  },
  hosts: [
    ...["api.smartsheet.com", "api.smartsheet.eu", "api.smartsheet.au", "api.smartsheetgov.com"],
    ...["app.smartsheet.com", "app.smartsheet.eu", "app.smartsheet.au", "app.smartsheetgov.com"],
  ],
  // 300 calls a minute for each token; a refusal does not say when to come back.
  rateLimit: { concurrency: 2, defaultWaitSeconds: 60 },
  streams: {
    USERS: { everySeconds: 3600, scopes: ["READ_USERS"] },
    GROUPS: { everySeconds: 3600, scopes: ["READ_USERS"] },
    PRIVILEGES: { everySeconds: 3600, scopes: ["READ_USERS"] },
    ACTIVITIES: {
      everySeconds: 60,
      providerDelay: "PT5M",
      retroactivePeriod: "P30D",
      scopes: ["READ_EVENTS"],
      categories: ["LOG_ON", "USER", "ADMIN"],
    },
    POSTURE: { everySeconds: 86_400, scopes: ["READ_USERS"] },
  },
  actions: {
    SUSPEND_USER: {
      scopes: ["READ_USERS", "ADMIN_USERS"],
      undo: "UNSUSPEND_USER",
      note: "Deactivates the account. Its items, shares and roles stay, and are back with the account. Enterprise plans only; accounts of public mail providers are refused.",
    },
    UNSUSPEND_USER: { scopes: ["READ_USERS", "ADMIN_USERS"], undo: "SUSPEND_USER" },
    REVOKE_ADMIN_PRIVILEGES: {
      scopes: ["READ_USERS", "ADMIN_USERS"],
      note: "Takes the roles System Admin and Group Admin; the seat stays.",
    },
  },
  optionalScopes: [{ scopes: ["READ_SHEETS", "READ_SIGHTS"], purpose: "posture checks of published and shared items" }],
  capabilities: {
    LIST_PRIVILEGES: { note: "System admin, group admin, licensed user, resource viewer." },
    LOG_ON_ACTIVITY: {
      support: "PREVIEW",
      note: "Sign-ins and sign-outs since June 2026, with the Event Reporting add-on. Smartsheet does not document whether failed sign-ins are reported.",
    },
    USER_ACTIVITY: { note: "Needs the Event Reporting add-on." },
    ADMIN_ACTIVITY: { note: "Needs the Event Reporting add-on." },
    VIEW_APP_PERMISSIONS: {
      support: "NOT_SUPPORTED_BY_PROVIDER",
      note: "Access tokens that people authorise, refresh and revoke appear as activities.",
    },
    REVOKE_APP_PERMISSIONS: { support: "NOT_SUPPORTED_BY_PROVIDER" },
    SECURITY_POSTURE: { note: "Sharing is judged from the items that the connected System Admin can open." },
    DLP_BACKLOG_SCAN: { support: "NOT_SUPPORTED" },
    DLP_NEAR_REAL_TIME_SCAN: { support: "NOT_SUPPORTED" },
    SHARING_CONTROL: { support: "NOT_SUPPORTED" },
    FILE_GOVERNANCE: { support: "NOT_SUPPORTED" },
    SENSITIVITY_LABELS: { support: "NOT_SUPPORTED_BY_PROVIDER" },
  },
} as const satisfies Manifest;
