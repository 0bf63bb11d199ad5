import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "workplace",
  name: "Workplace by Meta",
  description:
    "Members, groups, administrators and the security log of one Workplace community. Meta shut Workplace down.",
  docs: "https://developers.facebook.com/docs/workplace/",
  lifecycle: "RETIRED",
  authorization: "OAUTH2_AUTHORIZATION_CODE",
  prerequisites: `
**Meta ended Workplace.** Normal use stopped on 31 August 2025, communities could be read and exported until 31 May 2026, and on 1 June 2026 access ended and all data was deleted. Nothing can be connected any more; what was collected earlier stays readable.

While Workplace ran, this was needed:

- You are **System Administrator** of the community, on a plan with the security log (Advanced or Enterprise).
- Either a **custom integration** (*Admin Panel > Integrations*) added to **All groups**, with the permissions *Manage accounts*, *Manage work profiles*, *Read work profile*, *Read group membership*, *Read security logs* and, for actions, *Log out users*. Copy its access token (shown once), app ID and app secret.
- Or a **third-party app**: fill in its app ID and app secret only. In the dialog choose the right organization and **All groups**, then *Add to Workplace*.
- One app for each community: Workplace sends an app's security log to one address only.
- Only activities after the moment of connecting arrive. Disconnect here before deleting the app in Workplace.
`.trim(),
  settings: {
    accessToken: {
      label: "Access token",
      help: "Of a custom integration. Leave empty to install a third-party app in the browser.",
      secret: true,
      required: false,
    },
    appId: {
      label: "App ID",
      help: "Needed for activities, and to install a third-party app.",
      required: false,
      pattern: /\d{5,25}/,
      example: "504221034567890",
    },
    appSecret: {
      label: "App secret",
      help: "Proves every call to the Graph API, and the signature of what Workplace sends. Needed with the app ID.",
      secret: true,
      required: false,
    },
  },
  hosts: ["graph.workplace.com", "graph.facebook.com", "scim.workplace.com", "work.workplace.com"],
  rateLimit: { concurrency: 2, defaultWaitSeconds: 60 },
  streams: {
    USERS: { everySeconds: 3600, scopes: ["Manage accounts"] },
    GROUPS: { everySeconds: 3600, scopes: ["Read group membership"] },
    PRIVILEGES: { everySeconds: 3600, scopes: ["Read work profile"] },
    ACTIVITIES: {
      everySeconds: 3600,
      realTime: true,
      retroactivePeriod: "PT0S",
      scopes: ["Read security logs"],
      categories: ["LOG_ON", "USER", "ADMIN"],
    },
    POSTURE: { everySeconds: 86_400, scopes: [] },
  },
  actions: {
    SUSPEND_USER: {
      scopes: ["Manage accounts"],
      endsSessions: true,
      undo: "UNSUSPEND_USER",
      note: "Deactivates the account and signs the person out.",
    },
    UNSUSPEND_USER: { scopes: ["Manage accounts"], undo: "SUSPEND_USER" },
    REQUIRE_SIGN_IN_AGAIN: { scopes: ["Log out users"], note: "Signs the person out of all devices." },
  },
  webhooks: "registered",
  capabilities: {
    LIST_ACCOUNTS: { note: "The provider shut the product down." },
    LIST_PRIVILEGES: { note: "Administrators of the community; Workplace does not tell their roles." },
    LOG_ON_ACTIVITY: { note: "From the moment of connecting on; needs the app secret." },
    USER_ACTIVITY: { note: "From the moment of connecting on; needs the app secret." },
    ADMIN_ACTIVITY: { note: "From the moment of connecting on; needs the app secret." },
    VIEW_APP_PERMISSIONS: { support: "NOT_SUPPORTED_BY_PROVIDER" },
    REVOKE_APP_PERMISSIONS: { support: "NOT_SUPPORTED_BY_PROVIDER" },
    SECURITY_POSTURE: { support: "PREVIEW" },
  },
} as const satisfies Manifest;
