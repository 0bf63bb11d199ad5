import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "zendesk",
  name: "Zendesk",
  description: "Agents, roles and the audit log of one Zendesk account.",
  docs: "https://developer.zendesk.com/api-reference/",
  lifecycle: "PREVIEW",
  authorization: "OAUTH2_AUTHORIZATION_CODE",
  prerequisites: `
- You are **admin** of an **Enterprise** plan: other plans have no audit log API.
- In *Admin Center > Apps and integrations > APIs > OAuth clients* create a confidential client with Gatehouse's redirect address.
- The refresh token ends after 30 days without use.
`.trim(),
  settings: {
    subdomain: {
      label: "Subdomain",
      help: "The name in https://NAME.zendesk.com.",
      pattern: /[a-z0-9][a-z0-9-]{0,62}/i,
      example: "acme",
    },
    clientId: { label: "Unique identifier", help: "Of the OAuth client." },
    clientSecret: { label: "Client secret", secret: true },
  },
  hosts: ["{subdomain}.zendesk.com"],
  rateLimit: { remaining: "x-rate-limit-remaining" },
  streams: {},
  capabilities: {
    LIST_ACCOUNTS: {},
    LIST_PRIVILEGES: {},
    LOG_ON_ACTIVITY: { note: "Enterprise plan." },
    USER_ACTIVITY: { note: "Enterprise plan." },
    ADMIN_ACTIVITY: { note: "Enterprise plan." },
  },
} as const satisfies Manifest;
