import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "egnyte",
  name: "Egnyte",
  description: "Accounts, groups, roles, the audit log, and sharing settings of one Egnyte domain.",
  docs: "https://developers.egnyte.com/",
  lifecycle: "AVAILABLE",
  authorization: "OAUTH2_AUTHORIZATION_CODE",
  prerequisites: `
- You are an Egnyte **administrator**, and the plan includes audit reporting.
- At developers.egnyte.com request an API key of the type *Public API* with the scopes \`Egnyte.user\`, \`Egnyte.group\` and \`Egnyte.audit\`, and for posture checks
  \`Egnyte.link\`, \`Egnyte.filesystem\` and \`Egnyte.permission\`. Register Gatehouse's redirect address (https). Egnyte has to approve a new key before it works.
- A key has **1,000 calls a day**. That is enough for about 3,000 accounts and 100 groups; for more ask api-support@egnyte.com for a larger allowance.
`.trim(),
  settings: {
    domain: {
      label: "Egnyte domain",
      help: "The name in https://NAME.egnyte.com.",
      pattern: /[a-z0-9][a-z0-9-]{0,62}/i,
      example: "acme",
    },
    clientId: { label: "API key" },
    clientSecret: { label: "API secret", secret: true },
  },
  hosts: ["{domain}.egnyte.com"],
  // https://developers.egnyte.com/docs/read/Best_Practices
  rateLimits: [
    {
      match: "*.egnyte.com/pubapi/v2/audit",
      perMinute: 10,
      concurrency: 1,
      remaining: "x-ratelimit-remaining-hour",
      // The answer names no end of its hour.
      defaultWaitSeconds: 300,
    },
    {
      match: "*.egnyte.com",
      perSecond: 2,
      concurrency: 1,
      usage: { used: "x-accesstoken-quota-current", allowed: "x-accesstoken-quota-allotted", restSeconds: 3600 },
      resetAt: "x-quota-reset",
    },
  ],
  streams: {
    USERS: { everySeconds: 21_600, scopes: ["Egnyte.user"] },
    GROUPS: { everySeconds: 43_200, scopes: ["Egnyte.group"] },
    PRIVILEGES: { everySeconds: 21_600, scopes: ["Egnyte.user"] },
    ACTIVITIES: {
      everySeconds: 600,
      providerDelay: "PT10M",
      // The stream reaches back seven days; one of them is left for a first read that takes hours.
      retroactivePeriod: "P6D",
      scopes: ["Egnyte.audit"],
      categories: ["LOG_ON", "USER", "ADMIN"],
    },
    POSTURE: { everySeconds: 86_400, scopes: ["Egnyte.user"] },
  },
  actions: {
    SUSPEND_USER: {
      scopes: ["Egnyte.user"],
      undo: "UNSUSPEND_USER",
      note: "Disables the account. Files that are on the person's devices, and links that were sent out, stay.",
    },
    UNSUSPEND_USER: {
      scopes: ["Egnyte.user"],
      undo: "SUSPEND_USER",
      note: "Enables the account, which takes a licence. One that Egnyte locked after failed sign-ins is unlocked in Egnyte itself.",
    },
    REVOKE_ADMIN_PRIVILEGES: {
      scopes: ["Egnyte.user"],
      note: "Makes an administrator a power user, which takes a licence. A role that a power user holds is taken away in Egnyte itself.",
    },
  },
  optionalScopes: [
    {
      purpose: "posture checks of links and folders",
      scopes: ["Egnyte.link", "Egnyte.filesystem", "Egnyte.permission"],
    },
  ],
  capabilities: {
    LIST_PRIVILEGES: { note: "User types, and the roles of power users." },
    LOG_ON_ACTIVITY: { note: "The plan must include audit reporting." },
    USER_ACTIVITY: { note: "The plan must include audit reporting." },
    ADMIN_ACTIVITY: { note: "The plan must include audit reporting." },
    USER_GOVERNANCE: { note: "Egnyte lets no app end sessions or reset a password." },
    VIEW_APP_PERMISSIONS: { support: "NOT_SUPPORTED_BY_PROVIDER", note: "No call lists the apps of other people." },
    REVOKE_APP_PERMISSIONS: { support: "NOT_SUPPORTED_BY_PROVIDER" },
    DLP_BACKLOG_SCAN: {
      support: "NOT_SUPPORTED",
      note: "A listing takes a call a folder, and Egnyte allows 1,000 calls a day.",
    },
    DLP_NEAR_REAL_TIME_SCAN: { support: "NOT_SUPPORTED" },
    SHARING_CONTROL: { support: "NOT_SUPPORTED", note: "Links and permissions of top folders are posture checks." },
    FILE_GOVERNANCE: { support: "NOT_SUPPORTED" },
    SENSITIVITY_LABELS: { support: "NOT_SUPPORTED" },
  },
} as const satisfies Manifest;
