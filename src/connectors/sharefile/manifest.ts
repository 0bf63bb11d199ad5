import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "sharefile",
  name: "Citrix ShareFile",
  description: "Security settings of one ShareFile account (today Progress ShareFile).",
  docs: "https://api.sharefile.com/",
  lifecycle: "PREVIEW",
  authorization: "OAUTH2_AUTHORIZATION_CODE",
  prerequisites: `
- You sign in as an **employee with admin rights** on account policies, on a plan with API access.
- Request an API key at api.sharefile.com with Gatehouse's redirect address; it must match to the letter.
`.trim(),
  settings: {
    subdomain: {
      label: "Subdomain",
      help: "The name in https://NAME.sharefile.com.",
      pattern: /[a-z0-9][a-z0-9-]{0,62}/i,
      example: "acme",
    },
    clientId: { label: "Client ID" },
    clientSecret: { label: "Client secret", secret: true },
  },
  hosts: ["{subdomain}.sharefile.com", "{subdomain}.sf-api.com", "{subdomain}.sharefile.eu", "{subdomain}.sf-api.eu"],
  streams: {},
  capabilities: { SECURITY_POSTURE: { note: "As a preview." } },
} as const satisfies Manifest;
