import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "onelogin",
  name: "OneLogin",
  description: "Accounts, privileges and events of one OneLogin account.",
  docs: "https://developers.onelogin.com/api-docs/2/getting-started/dev-overview",
  lifecycle: "PREVIEW",
  directory: true,
  authorization: "OAUTH2_CLIENT_CREDENTIALS",
  prerequisites: `
- You are **account owner** or **administrator** (super user) on a plan with API access.
- Under *Administration > Developers > API Credentials* create a pair with the scope **Read All**.
- The pair dies with the account that made it: use one that stays.
`.trim(),
  settings: {
    subdomain: {
      label: "Subdomain",
      help: "The name in https://NAME.onelogin.com.",
      pattern: /[a-z0-9][a-z0-9-]{0,62}/i,
      example: "acme",
    },
    clientId: {
      label: "Client ID",
      pattern: /[0-9a-f]{64}/i,
      example: "9f2c61d0b7e84a359f2c61d0b7e84a359f2c61d0b7e84a359f2c61d0b7e84a35",
    },
    clientSecret: { label: "Client secret", secret: true },
  },
  hosts: ["{subdomain}.onelogin.com"],
  rateLimit: { remaining: "x-ratelimit-remaining", resetAt: "x-ratelimit-reset", resetUnit: "seconds-from-now" },
  streams: {},
  capabilities: { LIST_ACCOUNTS: {}, LIST_PRIVILEGES: {}, LOG_ON_ACTIVITY: {}, USER_ACTIVITY: {}, ADMIN_ACTIVITY: {} },
} as const satisfies Manifest;
