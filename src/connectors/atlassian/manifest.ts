import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "atlassian",
  name: "Atlassian",
  description:
    "Accounts, groups, roles, API tokens, policies and the audit log of one Atlassian organization: Jira, Confluence and the admin hub.",
  docs: "https://developer.atlassian.com/cloud/admin/",
  lifecycle: "AVAILABLE",
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
  rateLimit: {
    remaining: "x-ratelimit-remaining",
    resetAt: "x-ratelimit-reset",
    concurrency: 4,
    defaultWaitSeconds: 60,
  },
  streams: {
    USERS: { everySeconds: 3600, scopes: ["read:directories:admin"] },
    GROUPS: { everySeconds: 3600, scopes: ["read:groups:admin", "read:directories:admin"] },
    PRIVILEGES: { everySeconds: 3600, scopes: ["read:directories:admin"] },
    ACTIVITIES: {
      everySeconds: 60,
      providerDelay: "PT10M",
      retroactivePeriod: "P30D",
      scopes: ["read:events:admin"],
      categories: ["LOG_ON", "USER", "ADMIN"],
    },
    OAUTH_APPS: { everySeconds: 43_200, scopes: ["read:tokens:admin"] },
    POSTURE: { everySeconds: 86_400, scopes: ["read:directories:admin", "read:policies:admin", "read:tokens:admin"] },
  },
  actions: {
    SUSPEND_USER: {
      scopes: ["read:directories:admin", "write:directories:admin"],
      undo: "UNSUSPEND_USER",
      note: "Takes access to the organization's sites. The Atlassian account itself stays, and may be used elsewhere.",
    },
    UNSUSPEND_USER: { scopes: ["read:directories:admin", "write:directories:admin"], undo: "SUSPEND_USER" },
    REVOKE_ADMIN_PRIVILEGES: {
      scopes: ["read:directories:admin", "write:directories:admin"],
      note: "Takes the role of organization admin. It may take half a minute to apply.",
    },
    REVOKE_APP_FOR_USER: { scopes: ["delete:tokens:admin"], note: "Deletes one API token of a managed account." },
  },
  capabilities: {
    LIST_ACCOUNTS: {
      note: "Accounts of the organization's directories. Of accounts that it does not manage some details stay hidden.",
    },
    LOG_ON_ACTIVITY: { note: "Needs Atlassian Guard." },
    USER_ACTIVITY: { note: "Needs Atlassian Guard." },
    ADMIN_ACTIVITY: { note: "Needs Atlassian Guard." },
    VIEW_APP_PERMISSIONS: { note: "API tokens of managed accounts. Apps that people authorised are in no list." },
    SECURITY_POSTURE: { note: "Authentication policies cannot be read: what they achieve is judged." },
    DLP_BACKLOG_SCAN: { support: "NOT_SUPPORTED", note: "Attachments of Jira and Confluence are not read." },
    DLP_NEAR_REAL_TIME_SCAN: { support: "NOT_SUPPORTED" },
    SHARING_CONTROL: { support: "NOT_SUPPORTED" },
    FILE_GOVERNANCE: { support: "NOT_SUPPORTED" },
    SENSITIVITY_LABELS: { support: "NOT_SUPPORTED" },
  },
} as const satisfies Manifest;
