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
- You are **super admin**. Choose the account in whose name Gatehouse acts: a super admin, or one with a custom role that may read users, groups, roles, reports and alerts (and change users, for actions).
- In a Google Cloud project enable the Admin SDK API and the Alert Center API (and, for files and posture, the Drive, Drive Labels and Cloud Identity APIs); create a service account with a JSON key. It needs no role in the project.
- In *Admin console > Security > Access and data control > API controls > Domain-wide delegation* enter the client ID of the service account with these scopes, each with \`https://www.googleapis.com/auth/\` before it. To read:
  \`admin.directory.user.readonly admin.directory.group.readonly admin.directory.rolemanagement.readonly admin.directory.customer.readonly admin.directory.domain.readonly admin.reports.audit.readonly apps.alerts\`.
  Apps that people let in, and for actions: \`admin.directory.user.security\`; and for actions \`admin.directory.user admin.directory.rolemanagement\`.
  Files and their labels: \`drive.readonly drive.labels.readonly\`, and for actions on files \`drive\`. Posture: \`cloud-identity.policies.readonly admin.directory.orgunit.readonly\`, which Google answers super admins only.
  Scopes that are not granted switch off only what needs them.
- The logs of Drive, rules, context-aware access and some others have records in certain editions only.
`.trim(),
  settings: {
    serviceAccountKey: { label: "Service account key", help: "The whole JSON file.", secret: true, multiline: true },
    adminEmail: {
      label: "Administrator's e-mail",
      help: "The service account acts in this person's name.",
      pattern: /[^\s@]+@[^\s@]+\.[^\s@]+/,
      example: "admin@example.com",
    },
    mailLog: {
      label: "Read the Gmail log",
      help: "It holds a record of each message that Gmail handles: many more than all other logs together.",
      options: ["off", "on"],
      default: "off",
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
  // 2,400 a minute for a person and project, and other programs of the customer may use the same project.
  rateLimits: [
    { match: "admin.googleapis.com", perMinute: 1800, defaultWaitSeconds: 30, concurrency: 6 },
    // The Policy API refuses more than about one call a second.
    { match: "cloudidentity.googleapis.com", perMinute: 50, defaultWaitSeconds: 30, concurrency: 1 },
  ],
  streams: {
    USERS: { everySeconds: 3600, scopes: [scopes.readUsers] },
    GROUPS: { everySeconds: 3600, scopes: [scopes.readGroups] },
    PRIVILEGES: { everySeconds: 3600, scopes: [scopes.readRoles] },
    ACTIVITIES: {
      everySeconds: 60,
      providerDelay: "PT3H",
      retroactivePeriod: "P7D",
      scopes: [scopes.audit],
      categories: ["LOG_ON", "USER", "ADMIN"],
    },
    FILES: {
      everySeconds: 43_200,
      feedEverySeconds: 60,
      realTime: true,
      scopes: [scopes.readUsers, scopes.readDrive],
    },
    POSTURE: { everySeconds: 86_400, scopes: [scopes.readUsers] },
    OAUTH_APPS: { everySeconds: 43_200, scopes: [scopes.readUsers, scopes.userSecurity] },
  },
  actions: {
    SUSPEND_USER: {
      scopes: [scopes.writeUsers],
      endsSessions: true,
      undo: "UNSUSPEND_USER",
      note: "Ends the sessions as well. The person's files stay, and shared links to them go on working.",
    },
    UNSUSPEND_USER: {
      scopes: [scopes.writeUsers],
      undo: "SUSPEND_USER",
      note: "A suspension by Google itself, for abuse, cannot be lifted here.",
    },
    REQUIRE_SIGN_IN_AGAIN: {
      scopes: [scopes.userSecurity],
      note: 'Ends the sessions in browsers and on devices. With the parameter {"tokens": true} the access of apps, app passwords and backup codes end as well.',
    },
    RESET_PASSWORD: {
      scopes: [scopes.writeUsers],
      note: 'A new password must be chosen at the next sign-in. With the parameter {"method": "reset"} the old one stops working at once, and an admin has to hand out another. Not for people who sign in through another identity provider.',
    },
    REVOKE_ADMIN_PRIVILEGES: {
      scopes: [scopes.writeUsers, scopes.writeRoles],
      note: "Takes super admin rights and the roles assigned to the account. Roles that come from a group stay.",
    },
    REVOKE_APP: {
      scopes: [scopes.readUsers, scopes.userSecurity],
      note: "Takes the app's access from everybody. People can let it in again: Google has no API that blocks an app, the Admin console does.",
    },
    REVOKE_APP_FOR_USER: { scopes: [scopes.userSecurity] },
    ...fileActions,
  },
  optionalScopes: [
    { purpose: "the name and the domains of the organisation", scopes: [scopes.customer, scopes.domains] },
    { purpose: "alerts of the Alert Center", scopes: [scopes.alerts] },
    { purpose: "posture checks of settings", scopes: [scopes.orgUnits, scopes.policies] },
    { purpose: "labels of files", scopes: [scopes.labels] },
  ],
  webhooks: "registered",
  capabilities: {
    USER_ACTIVITY: { note: "Activity in Drive needs a Business or Enterprise edition." },
    VIEW_APP_PERMISSIONS: {
      note: "Apps that people let in. Domain-wide delegation is in no API: who granted it is in the admin log.",
    },
    REVOKE_APP_PERMISSIONS: { note: "Google has no API that blocks an app." },
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
