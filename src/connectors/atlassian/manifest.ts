import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "atlassian",
  name: "Atlassian",
  description:
    "Managed accounts and the organization audit log of Atlassian Cloud: Jira, Confluence and the admin hub.",
  docs: "https://developer.atlassian.com/cloud/admin/",
  lifecycle: "PREVIEW",
  authorization: "API_TOKEN",
  prerequisites: `
- You are an **organization admin** at admin.atlassian.com.
- At least one **verified domain**: accounts of other domains, and what they do, stay invisible.
- **Atlassian Guard Standard** or better for the audit log.
- Under *Organization settings > API keys*, create a key **without scopes** and note the organization ID shown with it. A key lives one year at most and must then be replaced by hand.
`.trim(),
  settings: {
    organizationId: {
      label: "Organization ID",
      help: "Shown once with the key, and part of the admin.atlassian.com address.",
      pattern: /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i,
      example: "3f6e1d0a-58b2-4c7d-9a41-7c2f0e9b6d13",
    },
    apiKey: { label: "API key", help: "Made by an organization admin, without scopes.", secret: true },
  },
  hosts: ["api.atlassian.com"],
  streams: {},
  capabilities: {
    LIST_ACCOUNTS: { note: "Managed accounts of verified domains." },
    LOG_ON_ACTIVITY: { note: "Needs Atlassian Guard." },
    USER_ACTIVITY: { note: "Needs Atlassian Guard." },
    ADMIN_ACTIVITY: { note: "Needs Atlassian Guard." },
  },
} as const satisfies Manifest;
