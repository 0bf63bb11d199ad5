import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "netdocuments",
  name: "NetDocuments",
  description: "Members, rights and the activity logs of one NetDocuments repository.",
  docs: "https://support.netdocuments.com/s/article/REST-API",
  lifecycle: "PREVIEW",
  authorization: "OAUTH2_CLIENT_CREDENTIALS",
  prerequisites: `
- You are **repository administrator**.
- Register a REST application (confidential) in the NetDocuments partner portal and have it enabled for your repository.
- Use a service account of its own for each repository.
- The logs reach back 90 days.
`.trim(),
  settings: {
    region: { label: "Region", options: ["us", "eu", "au", "de", "can"], default: "us" },
    repositoryId: { label: "Repository ID", pattern: /CA-[0-9A-Z]{8}/, example: "CA-1A2B3C4D" },
    clientId: { label: "Client ID", pattern: /AP-[0-9A-Z]{8}/, example: "AP-9Z8Y7X6W" },
    clientSecret: { label: "Client secret", secret: true },
  },
  hosts: [
    "api.vault.netvoyage.com",
    "api.eu.netdocuments.com",
    "api.au.netdocuments.com",
    "api.de.netdocuments.com",
    "api.can.netdocuments.com",
  ],
  streams: {},
  capabilities: {
    LIST_ACCOUNTS: {},
    LIST_PRIVILEGES: {},
    USER_ACTIVITY: {},
    ADMIN_ACTIVITY: {},
  },
} as const satisfies Manifest;
