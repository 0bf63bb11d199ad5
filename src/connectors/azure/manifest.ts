import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "azure",
  name: "Microsoft Azure",
  description:
    "Directory accounts, groups and sign-ins behind Azure subscriptions. Only one connection, which cannot be enabled again once it is disabled.",
  docs: "https://learn.microsoft.com/en-us/rest/api/azure/",
  lifecycle: "PREVIEW",
  authorization: "OAUTH2_CLIENT_CREDENTIALS",
  prerequisites: `
- You are **Global Administrator** or **Security Administrator** in Microsoft Entra ID.
- Register an application, grant it the application permissions \`User.Read.All\`, \`GroupMember.Read.All\`, \`Organization.Read.All\` and \`AuditLog.Read.All\`, and give **admin consent**.
- Give the application the Azure role **Reader** on the root management group or on each subscription.
- Sign-in logs need Microsoft Entra ID P1 or P2.
- Think before you disable this connection: **it cannot be enabled again**.
`.trim(),
  multiInstance: false,
  reenable: false,
  settings: {
    tenantId: {
      label: "Directory (tenant) ID",
      pattern: /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i,
      example: "7d3c1b52-0f5e-4f0a-9c84-2b6f1f9a5e10",
    },
    clientId: {
      label: "Application (client) ID",
      pattern: /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i,
      example: "c0ffee00-1234-4abc-8def-0123456789ab",
    },
    clientSecret: { label: "Client secret", help: "The secret's value, not its ID.", secret: true },
  },
  hosts: ["login.microsoftonline.com", "graph.microsoft.com", "management.azure.com"],
  streams: {},
  capabilities: {
    LIST_ACCOUNTS: {},
    LIST_GROUPS: {},
    LOG_ON_ACTIVITY: { note: "Needs Microsoft Entra ID P1 or P2." },
    REVOKE_APP_PERMISSIONS: { support: "NOT_SUPPORTED_BY_PROVIDER" },
  },
} as const satisfies Manifest;
