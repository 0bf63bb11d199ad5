import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "docusign",
  name: "DocuSign",
  description: "Members and monitored events of the accounts in one DocuSign organization.",
  docs: "https://developers.docusign.com/docs/monitor-api/",
  lifecycle: "PREVIEW",
  authorization: "OAUTH2_JWT_BEARER",
  prerequisites: `
- You are **organization administrator** and account administrator of each account.
- The accounts belong to an organization, and **DocuSign Monitor** is part of the plan: it is bought separately.
- At least one claimed domain: only its users are monitored.
- Create an integration key with an RSA key pair, take it through *Go-Live*, and give consent once for the scopes \`signature\`, \`impersonation\`, \`organization_read\` and \`user_read\`.
`.trim(),
  settings: {
    environment: { label: "Environment", options: ["production", "demo"], default: "production" },
    integrationKey: {
      label: "Integration key",
      pattern: /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i,
      example: "5a0c9d51-8f3e-4f2b-b7a8-90c1d2e3f405",
    },
    userId: {
      label: "API user ID",
      help: "The user the integration acts as.",
      pattern: /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i,
      example: "fc8d7d8c-1f0e-4a57-9c3f-6b0f4d2e8a11",
    },
    privateKey: { label: "RSA private key", help: "The whole PEM text.", secret: true, multiline: true },
  },
  hosts: ["account.docusign.com", "account-d.docusign.com", "*.docusign.net"],
  streams: {},
  capabilities: {
    LIST_ACCOUNTS: {},
    LOG_ON_ACTIVITY: { note: "Needs DocuSign Monitor." },
    USER_ACTIVITY: { note: "Needs DocuSign Monitor." },
    ADMIN_ACTIVITY: { note: "Needs DocuSign Monitor." },
    SECURITY_POSTURE: { note: "As a preview." },
  },
} as const satisfies Manifest;
