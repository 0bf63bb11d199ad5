import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "egnyte",
  name: "Egnyte",
  description: "Accounts, roles and the audit stream of one Egnyte domain.",
  docs: "https://developers.egnyte.com/",
  lifecycle: "PREVIEW",
  authorization: "OAUTH2_AUTHORIZATION_CODE",
  prerequisites: `
- You are an Egnyte **administrator**, and the plan includes audit reporting.
- At developers.egnyte.com request an API key with the scopes \`Egnyte.user\`, \`Egnyte.group\`, \`Egnyte.audit\` and \`Egnyte.permission\`, and register Gatehouse's redirect address (https).
- The audit stream reaches back seven days.
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
  streams: {},
  capabilities: {
    LIST_ACCOUNTS: {},
    LIST_PRIVILEGES: { note: "User types and roles." },
    LOG_ON_ACTIVITY: { note: "The plan must include audit reporting." },
    USER_ACTIVITY: { note: "The plan must include audit reporting." },
    ADMIN_ACTIVITY: { note: "The plan must include audit reporting." },
  },
} as const satisfies Manifest;
