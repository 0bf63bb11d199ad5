import type { Manifest } from "#src/connector-kit/contract/manifest.ts";
import { fileActions } from "./drive/action-facts.ts";
import { scopes } from "./scopes.ts";

export const manifest = {
  slug: "google-workspace",
  name: "Google Workspace",
  description:
    "Accounts, groups, admin roles, audit reports, Drive files and connected apps of one Google Workspace customer.",
  docs: "https://developers.google.com/workspace/admin",
  lifecycle: "AVAILABLE",
  directory: true,
  authorization: "OAUTH2_JWT_BEARER",
  prerequisites: `
- You are **super admin**, with the Drive service switched on for your account.
- In a Google Cloud project enable the Admin SDK, Drive, Alert Center, Cloud Identity and Groups Settings APIs; create a service account with a JSON key.
- In *Admin console > Security > API controls > Domain-wide delegation* add the service account's numeric client ID with the read-only Directory, Reports and Drive scopes, and the writing ones for the actions you want.
- Drive activity needs a Business or Enterprise edition.
`.trim(),
  settings: {
    serviceAccountKey: { label: "Service account key", help: "The whole JSON file.", secret: true, multiline: true },
    adminEmail: {
      label: "Super admin e-mail",
      help: "The service account acts in this person's name.",
      pattern: /[^\s@]+@[^\s@]+\.[^\s@]+/,
      example: "admin@example.com",
    },
  },
  hosts: [
    "oauth2.googleapis.com",
    "admin.googleapis.com",
    "www.googleapis.com",
    "alertcenter.googleapis.com",
    "cloudidentity.googleapis.com",
    "drivelabels.googleapis.com",
  ],
  rateLimit: { defaultWaitSeconds: 30, concurrency: 6 },
  // The Policy API refuses more than about one call a second.
  rateLimits: [{ match: "cloudidentity.googleapis.com", perMinute: 50, concurrency: 1 }],
  streams: {
    USERS: { everySeconds: 3600, scopes: [scopes.readUsers] },
    FILES: {
      everySeconds: 43_200,
      feedEverySeconds: 60,
      realTime: true,
      scopes: [scopes.readUsers, scopes.readDrive],
    },
    POSTURE: { everySeconds: 86_400, scopes: [scopes.readUsers] },
  },
  actions: {
    ...fileActions,
  },
  optionalScopes: [
    { purpose: "the name and the domains of the organisation", scopes: [scopes.customer, scopes.domains] },
    { purpose: "posture checks of settings", scopes: [scopes.orgUnits, scopes.policies] },
    { purpose: "labels of files", scopes: [scopes.labels] },
  ],
  webhooks: "registered",
  capabilities: {
    DLP_BACKLOG_SCAN: {
      note: "What belongs to people who are suspended is out of reach: nobody may act in their name.",
    },
    DLP_NEAR_REAL_TIME_SCAN: {
      note: "Changes come by push channels of a thousand drives, and within minutes for all others.",
    },
    SECURITY_POSTURE: { note: "Settings are shown to super admins only." },
    SENSITIVITY_LABELS: { note: "Labels of Drive, in editions that have them." },
  },
} as const satisfies Manifest;
