import type { Manifest } from "#src/connector-kit/contract/manifest.ts";
import { appSettings } from "../_microsoft/app-settings.ts";
import { graphLimits, hostsOf } from "../_microsoft/clouds.ts";

export const manifest = {
  slug: "azure",
  name: "Microsoft Azure",
  description:
    "Directory accounts, groups and sign-ins behind Azure subscriptions, the activity log, Azure roles and the security settings of subscriptions. Only one connection, which cannot be enabled again once it is disabled.",
  docs: "https://learn.microsoft.com/en-us/rest/api/azure/",
  lifecycle: "AVAILABLE",
  authorization: "OAUTH2_CLIENT_CREDENTIALS",
  prerequisites: `
- You are **Global Administrator** or **Privileged Role Administrator** in Microsoft Entra ID, to give admin consent, and **Owner** or **User Access Administrator** of the root management group, or of each subscription.
- Register an application with a client secret or a certificate, and grant it the application permissions of Microsoft Graph \`Directory.Read.All\`, \`AuditLog.Read.All\` (sign-ins) and \`Policy.Read.All\` (posture of the directory).
- Give the application the Azure role **Reader** on the root management group, or on each subscription to be read. The log of what happens above subscriptions needs **Reader** at the scope \`/\`.
- For actions: give it **Role Based Access Control Administrator** at the same place. Nothing else writes.
- Sign-in logs need Microsoft Entra ID P1 or P2; assessments and the secure score need Microsoft Defender for Cloud.
- Think before you disable this connection: **it cannot be enabled again**.
`.trim(),
  multiInstance: false,
  reenable: false,
  settings: appSettings,
  hosts: hostsOf("login", "graph", "resources"),
  rateLimit: { defaultWaitSeconds: 30, concurrency: 4 },
  rateLimits: graphLimits,
  streams: {
    USERS: { everySeconds: 3600, scopes: ["Directory.Read.All", "Reader"] },
    GROUPS: { everySeconds: 3600, scopes: ["Directory.Read.All"] },
    PRIVILEGES: { everySeconds: 3600, parts: true, scopes: ["Directory.Read.All", "Reader"] },
    ACTIVITIES: {
      everySeconds: 300,
      parts: true,
      providerDelay: "PT20M",
      retroactivePeriod: "P90D",
      scopes: ["Reader"],
      categories: ["LOG_ON", "USER", "ADMIN"],
    },
    POSTURE: { everySeconds: 86_400, scopes: ["Reader"] },
  },
  actions: {
    REVOKE_ADMIN_PRIVILEGES: {
      scopes: ["Reader", "Role Based Access Control Administrator"],
      undo: "REVOKE_ADMIN_PRIVILEGES",
      note: "Removes the privileged Azure roles that were assigned to the account itself, on every scope. Roles that come from a group stay, and so do roles of the directory. Undone, the same assignments are made again.",
    },
  },
  optionalScopes: [
    { purpose: "sign-ins", scopes: ["AuditLog.Read.All"] },
    { purpose: "checks of the directory", scopes: ["Policy.Read.All"] },
  ],
  capabilities: {
    LOG_ON_ACTIVITY: { note: "Needs Microsoft Entra ID P1 or P2." },
    USER_ACTIVITY: {
      note: "Operations on resources, in the activity log. What is read, and data within resources, is not in it.",
    },
    ADMIN_ACTIVITY: {
      note: "Roles, policies, networks, keys and logging, in the activity log. The directory's own audits are read by Microsoft 365.",
    },
    USER_GOVERNANCE: { note: "Azure roles only: accounts are suspended by Microsoft 365." },
    REVOKE_APP_PERMISSIONS: { support: "NOT_SUPPORTED_BY_PROVIDER" },
    SECURITY_POSTURE: {
      note: "CIS Microsoft Azure Foundations Benchmark 3.0.0: identity, logging and public exposure.",
    },
  },
} as const satisfies Manifest;
