import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

/** The toggle of an app's configuration that lets it act for the owner of a file. */
export const asUserScope = "as-user";

export const manifest = {
  slug: "box",
  name: "Box",
  description:
    "Accounts, groups, events, files with their sharing and classification, and settings of one Box enterprise.",
  docs: "https://developer.box.com/reference/",
  lifecycle: "AVAILABLE",
  authorization: "OAUTH2_CLIENT_CREDENTIALS",
  prerequisites: `
You are an **admin**, or a **co-admin** who may run reports. In the developer console create a Custom App and choose how Gatehouse signs in:

- \`clientCredentials\` (recommended): *Server Authentication (Client Credentials Grant)*, access level *App + Enterprise Access*.
- \`jwt\`: *Server Authentication (with JWT)*, access level *App + Enterprise Access*; generate a key pair and keep the settings file.
- \`oauth\`: *User Authentication (OAuth 2.0)*; Gatehouse then acts as the admin who consents.

Tick the application scopes *Manage users*, *Manage groups*, *Manage enterprise properties* and *Read all files and folders*
(*Read and write all files and folders* for actions on files, *Manage webhooks* to watch folders), and the advanced feature
*Make API calls using the as-user header*. What is not ticked switches off only what needs it.
Authorize a server app in *Admin Console > Apps*, again after every change. The **enterprise ID** is under *Admin Console > Account & Billing*.
`.trim(),
  settings: {
    mode: {
      label: "Sign-in mode",
      help: "A server app with a secret or with a key, or the consent of an admin.",
      options: ["clientCredentials", "jwt", "oauth"],
      default: "clientCredentials",
    },
    clientId: { label: "Client ID", required: false, pattern: /[A-Za-z0-9]{8,64}/, example: "l0ndr6exampleclientid" },
    clientSecret: { label: "Client secret", required: false, secret: true },
    enterpriseId: {
      label: "Enterprise ID",
      help: "For client credentials; the settings file of a JWT app names it.",
      required: false,
      pattern: /\d{1,20}/,
      example: "770001234",
    },
    jwtCredential: {
      label: "Settings file of the JWT app",
      help: "The whole JSON file that the developer console offers when it generates a key pair.",
      required: false,
      secret: true,
      multiline: true,
    },
    watchedFolders: {
      label: "Watched folders",
      help: "Ids of folders whose changes Box reports at once, separated by commas. The account that Gatehouse signs in with must be able to open them. Everything else is noticed within a minute or two.",
      required: false,
      pattern: /\d{1,20}(\s*,\s*\d{1,20}){0,199}/,
      example: "167913508968, 167913508969",
    },
    webhookPrimaryKey: {
      label: "Primary signature key",
      help: "Of the app's webhooks: developer console > Webhooks > Manage signature keys.",
      required: false,
      secret: true,
    },
    webhookSecondaryKey: { label: "Secondary signature key", required: false, secret: true },
  },
  // What is downloaded comes from hosts of Box's content network.
  hosts: ["api.box.com", "account.box.com", "*.boxcloud.com"],
  rateLimit: { defaultWaitSeconds: 60, concurrency: 4 },
  rateLimits: [{ match: "api.box.com", perMinute: 800, concurrency: 4 }],
  streams: {
    USERS: { everySeconds: 3600, scopes: ["manage_managed_users"] },
    GROUPS: { everySeconds: 3600, scopes: ["manage_groups"] },
    PRIVILEGES: { everySeconds: 3600, scopes: ["manage_managed_users", "manage_groups"] },
    ACTIVITIES: {
      everySeconds: 60,
      retroactivePeriod: "P14D",
      scopes: ["manage_enterprise_properties"],
      categories: ["LOG_ON", "USER", "ADMIN"],
    },
    FILES: {
      parts: true,
      everySeconds: 43_200,
      feedEverySeconds: 60,
      realTime: true,
      scopes: ["root_readonly", "manage_managed_users", asUserScope],
    },
    POSTURE: { everySeconds: 86_400, scopes: ["manage_enterprise_properties"] },
  },
  actions: {
    SUSPEND_USER: {
      scopes: ["manage_managed_users"],
      undo: "UNSUSPEND_USER",
      note: "Sets the account to inactive. What it shared stays shared.",
    },
    UNSUSPEND_USER: { scopes: ["manage_managed_users"], undo: "SUSPEND_USER" },
    REQUIRE_SIGN_IN_AGAIN: {
      scopes: ["manage_managed_users"],
      note: "Ends the sessions in browsers, apps and devices; Box works on it for a while.",
    },
    RESET_PASSWORD: {
      scopes: ["manage_managed_users"],
      note: "The user must choose a new password at the next sign-in. Without effect for people who sign in through single sign-on.",
    },
    REVOKE_ADMIN_PRIVILEGES: {
      scopes: ["manage_managed_users"],
      note: "Makes a co-admin an ordinary user. The main administrator stays one until Box Support names another.",
    },
    QUARANTINE_FILE: {
      scopes: ["root_readwrite", asUserScope],
      undo: "RESTORE_FILE",
      note: "Removes link and collaborators, and moves the item to the folder “Gatehouse quarantine” of its owner, whom it stays accessible to.",
    },
    RESTORE_FILE: {
      scopes: ["root_readwrite", asUserScope],
      note: "A link that was removed comes back with another address. One with a password has to be made by hand.",
    },
    TRASH_FILE: {
      scopes: ["root_readwrite", asUserScope],
      undo: "RESTORE_FILE",
      note: "Box deletes what is in the trash permanently after 30 days, or as the admin has set.",
    },
    REMOVE_PUBLIC_SHARING: {
      scopes: ["root_readwrite", asUserScope],
      undo: "RESTORE_FILE",
      note: "The link of the item itself. A link of a folder above it is removed there.",
    },
    REDUCE_PUBLIC_ACCESS: { scopes: ["root_readwrite", asUserScope], undo: "RESTORE_FILE" },
    SET_SHARED_LINK_ACCESS: {
      scopes: ["root_readwrite", asUserScope],
      undo: "RESTORE_FILE",
      note: "Audience PUBLIC, INTERNAL, or PRIVATE for people who have access already. Makes a link where there is none.",
    },
    EXPIRE_SHARED_LINK: { scopes: ["root_readwrite", asUserScope], undo: "RESTORE_FILE" },
    REMOVE_COLLABORATOR: {
      scopes: ["root_readwrite", asUserScope],
      undo: "RESTORE_FILE",
      note: "Of the item itself. Who has access through a folder above it is removed there.",
    },
    REMOVE_EXTERNAL_USERS: {
      scopes: ["root_readwrite", "manage_managed_users", asUserScope],
      undo: "RESTORE_FILE",
      note: "Accounts of other enterprises, and invitations to other domains than the owner's.",
    },
    MAKE_PRIVATE: {
      scopes: ["root_readwrite", asUserScope],
      undo: "RESTORE_FILE",
      note: "Link and collaborators of the item itself. What comes from a folder above it stays.",
    },
    TRANSFER_FILE_OWNERSHIP: {
      scopes: ["root_readwrite", "manage_managed_users", asUserScope],
      undo: "TRANSFER_FILE_OWNERSHIP",
      note: "Moves the item to the root of the new owner: in Box everything in a folder belongs to the folder's owner.",
    },
    APPLY_LABEL: {
      scopes: ["root_readwrite", asUserScope],
      undo: "REMOVE_LABEL",
      note: "A classification that the enterprise has defined. It replaces the present one.",
    },
    REMOVE_LABEL: { scopes: ["root_readwrite", asUserScope], undo: "APPLY_LABEL" },
  },
  optionalScopes: [
    {
      purpose: "webhooks of watched folders",
      scopes: ["manage_webhook"],
      when: ({ watchedFolders }) => Boolean(watchedFolders),
    },
  ],
  webhooks: "registered",
  capabilities: {
    LIST_PRIVILEGES: {
      note: "Administrator, co-administrators and group administrators. Box does not show what a co-admin may do.",
    },
    VIEW_APP_PERMISSIONS: {
      support: "NOT_SUPPORTED_BY_PROVIDER",
      note: "No call lists the apps that users allowed; they appear as activities.",
    },
    REVOKE_APP_PERMISSIONS: {
      support: "NOT_SUPPORTED_BY_PROVIDER",
      note: "No call revokes the apps that users allowed.",
    },
    DLP_NEAR_REAL_TIME_SCAN: {
      note: "Changes come with the event stream every minute, and at once for watched folders.",
    },
    FILE_GOVERNANCE: { note: "Only managed users' content: what belongs to other enterprises is out of reach." },
    SENSITIVITY_LABELS: { note: "Box classifications." },
  },
} as const satisfies Manifest;
