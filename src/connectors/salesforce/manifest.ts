import type { Manifest } from "#src/connector-kit/contract/manifest.ts";
import { realTimePermission } from "./permission-names.ts";

const fileScopes = ["View All Data", "Query All Files", "Modify All Data"];

export const manifest = {
  slug: "salesforce",
  name: "Salesforce",
  description:
    "Accounts, roles, permission sets, sign-ins, set-up changes, event logs, connected apps, files and security settings of one Salesforce org.",
  docs: "https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/",
  lifecycle: "AVAILABLE",
  authorization: "OAUTH2_CLIENT_CREDENTIALS",
  prerequisites: `
Each sandbox is an org of its own and is connected by itself. An admin creates a user for Gatehouse and an **External Client App** (*Setup > External Client App Manager*) with the OAuth scopes *Manage user data via APIs (api)* and *Perform requests at any time (refresh_token, offline_access)*, and chooses how Gatehouse signs in:

- \`clientCredentials\` (recommended): enable the *Client Credentials Flow* and name the user under *Run As*.
- \`jwt\`: upload a certificate, pre-authorize the user, and give Gatehouse the private key.
- \`oauth\`: Gatehouse acts as the admin who consents in the browser.

The user needs a permission set with *API Enabled* and what it is to read: *View Setup and Configuration* (groups, permissions, set-up changes, settings), *Manage Users* (accounts, sign-ins; suspending), *View Event Log Files* (what people do), *Customize Application* (connected apps), *View All Data* and *Query All Files* (files). Only actions on files need *Modify All Data*. What is not given switches off only what needs it.

What people do inside the app (reports, exports, API use) is recorded with **Salesforce Shield** or the **Event Monitoring** add-on only.
`.trim(),
  settings: {
    mode: {
      label: "Sign-in mode",
      help: "An app with a secret or with a key, or the consent of an admin.",
      options: ["clientCredentials", "jwt", "oauth"],
      default: "clientCredentials",
    },
    domain: {
      label: "My Domain host",
      help: "Of production or of a sandbox, without https://.",
      pattern: /[a-z0-9][a-z0-9-]*(\.(sandbox|develop|scratch|demo|trailblaze))?\.my\.salesforce\.(com|mil)/i,
      example: "acme.my.salesforce.com",
    },
    clientId: { label: "Consumer key" },
    clientSecret: { label: "Consumer secret", required: false, secret: true },
    username: {
      label: "User name",
      help: "For a key: the user that Gatehouse acts as.",
      required: false,
      example: "gatehouse@acme.example",
    },
    privateKey: {
      label: "Private key",
      help: "PEM or JWK, of the certificate that the app has.",
      required: false,
      secret: true,
      multiline: true,
    },
    realTimeEvents: {
      label: "Real-Time Event Monitoring",
      help: "On where Event Manager stores the events: they are then read within minutes, and the event log files that hold the same are left out.",
      options: ["off", "on"],
      default: "off",
    },
    eventLogFiles: {
      label: "Event log files",
      help: "Which event types are read: `security` leaves out what measures the speed of pages and code.",
      options: ["security", "all"],
      default: "security",
    },
    suspension: {
      label: "Suspending an account",
      help: "`freeze` keeps the user from signing in and is undone at once; `deactivate` also frees the licence.",
      options: ["freeze", "deactivate"],
      default: "freeze",
    },
    quarantineUser: {
      label: "Quarantine user",
      help: "User name of who owns quarantined files. Without it files are not quarantined.",
      required: false,
      example: "quarantine@acme.example",
    },
  },
  hosts: ["{domain}", "{extra.instanceUrl}"],
  // A tenth of the calls of 24 hours is left to the customer's other programs.
  rateLimit: {
    defaultWaitSeconds: 900,
    concurrency: 4,
    usage: { header: "sforce-limit-info", pattern: /api-usage=(\d+)\/(\d+)/, restSeconds: 900 },
  },
  streams: {
    USERS: { everySeconds: 3600, scopes: ["Manage Users"] },
    GROUPS: { everySeconds: 3600, scopes: ["View Setup and Configuration"] },
    PRIVILEGES: { everySeconds: 3600, scopes: ["View Setup and Configuration"] },
    ACTIVITIES: {
      everySeconds: 300,
      providerDelay: "PT6H",
      retroactivePeriod: "P30D",
      scopes: ["Manage Users", "View Setup and Configuration"],
      categories: ["LOG_ON", "USER", "ADMIN"],
    },
    FILES: {
      everySeconds: 43_200,
      feedEverySeconds: 300,
      parts: true,
      realTime: true,
      scopes: ["View All Data", "Query All Files"],
    },
    OAUTH_APPS: { everySeconds: 21_600, scopes: ["Customize Application"] },
    POSTURE: { everySeconds: 86_400, scopes: ["View Setup and Configuration"] },
  },
  actions: {
    SUSPEND_USER: {
      scopes: ["Manage Users"],
      undo: "UNSUSPEND_USER",
      note: "Freezes the account, or deactivates it, as the settings say. Sessions go on until they end: require signing in again as well.",
    },
    UNSUSPEND_USER: { scopes: ["Manage Users"], undo: "SUSPEND_USER" },
    REQUIRE_SIGN_IN_AGAIN: { scopes: ["Manage Users"], note: "Ends all sessions of the user, those of apps included." },
    RESET_PASSWORD: {
      scopes: ["Reset User Passwords and Unlock Users"],
      note: "The old password ends, and Salesforce mails the user a link. Without effect for people who sign in through single sign-on.",
    },
    REVOKE_ADMIN_PRIVILEGES: {
      scopes: ["Assign Permission Sets", "View Setup and Configuration"],
      note: "Takes permission sets and groups with Modify All Data or Manage Users away. A profile that grants these has to be changed by hand.",
    },
    REVOKE_APP: {
      scopes: ["Customize Application"],
      note: "Revokes every token. Users can allow the app again: Salesforce blocks an app in Setup only.",
    },
    REVOKE_APP_FOR_USER: { scopes: ["Customize Application"] },
    QUARANTINE_FILE: {
      scopes: fileScopes,
      undo: "RESTORE_FILE",
      note: "Removes public links and shares, and makes the quarantine user the owner.",
      when: ({ quarantineUser }) => Boolean(quarantineUser),
    },
    RESTORE_FILE: {
      scopes: fileScopes,
      note: "The reversal of another action: owner, shares and public links of before. A public link comes back with another address; one with a password gets a new password.",
    },
    TRASH_FILE: {
      scopes: fileScopes,
      note: "Salesforce keeps it in the recycle bin for 15 days; it is restored there.",
    },
    REMOVE_PUBLIC_SHARING: { scopes: fileScopes, undo: "RESTORE_FILE" },
    EXPIRE_SHARED_LINK: { scopes: fileScopes, undo: "RESTORE_FILE" },
    REMOVE_COLLABORATOR: { scopes: fileScopes, undo: "RESTORE_FILE" },
    REMOVE_EXTERNAL_USERS: {
      scopes: fileScopes,
      undo: "RESTORE_FILE",
      note: "Users of portals and communities that the file is shared with directly.",
    },
    MAKE_PRIVATE: {
      scopes: fileScopes,
      undo: "RESTORE_FILE",
      note: "Public links, users, groups, libraries and records: only the owner is left.",
    },
    TRANSFER_FILE_OWNERSHIP: { scopes: fileScopes, undo: "TRANSFER_FILE_OWNERSHIP" },
  },
  optionalScopes: [
    { purpose: "event log files", scopes: ["View Event Log Files"] },
    {
      purpose: "Real-Time Event Monitoring",
      scopes: [realTimePermission],
      when: ({ realTimeEvents }) => realTimeEvents === "on",
    },
  ],
  capabilities: {
    LIST_GROUPS: { note: "Public groups, queues and roles." },
    LIST_PRIVILEGES: { note: "Profiles, permission sets and permission set groups." },
    USER_ACTIVITY: { note: "With Salesforce Shield or Event Monitoring." },
    VIEW_APP_PERMISSIONS: { note: "Salesforce does not state which scopes an app was given." },
    REVOKE_APP_PERMISSIONS: { note: "Tokens; an app is blocked in Setup only." },
    DLP_NEAR_REAL_TIME_SCAN: { note: "Changes are asked for every five minutes." },
    FILE_GOVERNANCE: { note: "A trashed file is restored from the recycle bin in Salesforce." },
    SENSITIVITY_LABELS: { support: "NOT_SUPPORTED", note: "Files have no classification." },
  },
} as const satisfies Manifest;
