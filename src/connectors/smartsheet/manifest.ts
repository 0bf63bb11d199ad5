import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "smartsheet",
  name: "Smartsheet",
  description: "Accounts, roles and reported events of one Smartsheet plan.",
  docs: "https://developers.smartsheet.com/api/smartsheet/openapi",
  lifecycle: "PREVIEW",
  authorization: "API_TOKEN",
  prerequisites: `
- You are **System Admin** of a Business or Enterprise plan.
- Activities need **Event Reporting**, a paid add-on of Enterprise and Advanced Work Management.
- Under *Apps & Integrations > API Access* create an access token. It carries your rights and lives until it is revoked.
`.trim(),
  settings: {
    region: {
      label: "Region",
      help: "Tokens of one region do not work in another.",
      options: ["us", "eu", "au", "gov"],
      default: "us",
    },
    token: { label: "API access token", secret: true },
  },
  hosts: ["api.smartsheet.com", "api.smartsheet.eu", "api.smartsheet.au", "api.smartsheetgov.com"],
  streams: {},
  capabilities: {
    LIST_ACCOUNTS: {},
    LIST_PRIVILEGES: { note: "System admin, group admin, licensed user, resource viewer." },
    USER_ACTIVITY: { note: "Needs the Event Reporting add-on." },
    ADMIN_ACTIVITY: { note: "Needs the Event Reporting add-on." },
  },
} as const satisfies Manifest;
