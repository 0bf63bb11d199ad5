import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "zoom",
  name: "Zoom",
  description: "Security settings of one Zoom account.",
  docs: "https://developers.zoom.us/docs/api/",
  lifecycle: "PREVIEW",
  authorization: "OAUTH2_CLIENT_CREDENTIALS",
  prerequisites: `
- You are **account owner** or an admin who may create Server-to-Server OAuth apps, on a Pro plan or higher.
- In the Zoom App Marketplace create a **Server-to-Server OAuth** app with \`account:read:settings:admin\`, \`user:read:user:admin\` and \`role:read:list_roles:admin\`, and activate it.
`.trim(),
  settings: {
    accountId: { label: "Account ID", help: "Shown with the app's credentials." },
    clientId: { label: "Client ID" },
    clientSecret: { label: "Client secret", secret: true },
    cloud: { label: "Cloud", options: ["commercial", "government"], default: "commercial" },
  },
  hosts: ["api.zoom.us", "zoom.us", "api.zoomgov.com", "zoomgov.com"],
  streams: {},
  capabilities: { SECURITY_POSTURE: { note: "As a preview." } },
} as const satisfies Manifest;
