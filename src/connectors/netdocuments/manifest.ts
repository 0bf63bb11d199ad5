import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "netdocuments",
  name: "NetDocuments",
  description: "Members, groups, cabinet rights and the activity logs of one NetDocuments repository.",
  docs: "https://support.netdocuments.com/s/article/REST-API",
  lifecycle: "AVAILABLE",
  authorization: "OAUTH2_CLIENT_CREDENTIALS",
  prerequisites: `
- You are **repository administrator**.
- Register a REST application (confidential) in the NetDocuments developer portal, whose accounts are opened by NetDocuments support.
- **App** (recommended): have NetDocuments enable the application for your repository; it signs in by itself.
- **Or consent**: enter the redirect URL shown here at the application, and consent as repository administrator.
- Use a service account of its own for each repository.
- The logs reach back 90 days.
`.trim(),
  settings: {
    mode: {
      label: "Sign-in",
      help: "App: it signs in by itself. Consent: it acts for the repository administrator who consents.",
      options: ["app", "consent"],
      default: "app",
    },
    region: { label: "Region", options: ["us", "eu", "au", "de", "can"], default: "us" },
    repositoryId: { label: "Repository ID", pattern: /CA-[0-9A-Z]{8}/, example: "CA-1A2B3C4D" },
    clientId: { label: "Client ID", pattern: /AP-[0-9A-Z]{8}/, example: "AP-9Z8Y7X6W" },
    clientSecret: { label: "Client secret", secret: true },
  },
  hosts: [
    ...["vault.netvoyage.com", "eu.netdocuments.com", "au.netdocuments.com"],
    ...["de.netdocuments.com", "can.netdocuments.com"],
    "api.vault.netvoyage.com",
    "api.eu.netdocuments.com",
    "api.au.netdocuments.com",
    "api.de.netdocuments.com",
    "api.can.netdocuments.com",
  ],
  // No limit is published; NetDocuments' own connector for Microsoft keeps to 100 calls a minute.
  rateLimit: { concurrency: 2, defaultWaitSeconds: 60 },
  streams: {
    USERS: { everySeconds: 3600, scopes: ["read"] },
    GROUPS: { everySeconds: 3600, scopes: ["read"] },
    PRIVILEGES: { everySeconds: 3600, scopes: ["read"] },
    ACTIVITIES: {
      everySeconds: 300,
      retroactivePeriod: "P30D",
      scopes: ["admin"],
      categories: ["LOG_ON", "USER", "ADMIN"],
    },
    POSTURE: { everySeconds: 86_400, scopes: ["read"] },
  },
  actions: {
    REVOKE_ADMIN_PRIVILEGES: {
      scopes: ["read", "admin"],
      note: "Takes the person out of every group that administers a cabinet, and with it all that these groups may open. The groups are kept with the action.",
    },
  },
  capabilities: {
    LIST_PRIVILEGES: { note: "Rights on each cabinet, through groups." },
    LOG_ON_ACTIVITY: {
      support: "PREVIEW",
      note: "Sign-ins that the consolidated log has; NetDocuments does not list its names.",
    },
    USER_GOVERNANCE: {
      support: "PARTIAL",
      note: "Administration of cabinets can be taken. NetDocuments cannot suspend: it removes members, and their groups with them.",
    },
    VIEW_APP_PERMISSIONS: { support: "NOT_SUPPORTED_BY_PROVIDER" },
    REVOKE_APP_PERMISSIONS: { support: "NOT_SUPPORTED_BY_PROVIDER" },
    SECURITY_POSTURE: {
      note: "Settings of sign-in and secured links cannot be read: people, groups and cabinets are judged.",
    },
    DLP_BACKLOG_SCAN: { support: "NOT_SUPPORTED", note: "Documents are not read." },
    DLP_NEAR_REAL_TIME_SCAN: { support: "NOT_SUPPORTED" },
    SHARING_CONTROL: { support: "NOT_SUPPORTED" },
    FILE_GOVERNANCE: { support: "NOT_SUPPORTED" },
    SENSITIVITY_LABELS: { support: "NOT_SUPPORTED_BY_PROVIDER" },
  },
} as const satisfies Manifest;
