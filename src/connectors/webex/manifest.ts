import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

const readingSpaces = [
  "spark-admin:people_read",
  "spark-compliance:memberships_read",
  "spark-compliance:rooms_read",
  "spark-compliance:messages_read",
] as const;

/** The scope of each log; a log that is denied does not hold up the others. */
export const auditScope = "audit:events_read";
export const complianceScope = "spark-compliance:events_read";

export const manifest = {
  slug: "webex",
  name: "Cisco Webex",
  description:
    "Accounts, groups, roles and licences, audit and compliance events, integrations, files in spaces and meeting settings of one Webex organization.",
  docs: "https://developer.webex.com/docs/api/getting-started",
  lifecycle: "AVAILABLE",
  authorization: "OAUTH2_AUTHORIZATION_CODE",
  prerequisites: `
Two roles of Control Hub see different things: a **Full Administrator** the accounts, the audit log and the settings, a **Compliance Officer**
what is written and shared in spaces. Give one account both, or connect Webex twice, once with each. Nobody can make themselves Compliance Officer.
At developer.webex.com create one of these, with the scopes listed below:

- \`integration\`: an *Integration* with Gatehouse's redirect URI; the account consents in the browser.
- \`serviceApp\`: a *Service App*, which an administrator authorizes in Control Hub under *Apps > Service Apps*; paste the refresh token that it gets there.

The log of everybody's sign-ins needs **Pro Pack** and *Organization Settings > User authentication data* switched on.
`.trim(),
  settings: {
    mode: {
      label: "Sign-in mode",
      help: "The consent of a person, or a Service App, which outlives them.",
      options: ["integration", "serviceApp"],
      default: "integration",
    },
    clientId: { label: "Client ID", pattern: /[A-Za-z0-9]{8,128}/, example: "C80exampleclientid" },
    clientSecret: { label: "Client secret", secret: true },
    refreshToken: {
      label: "Refresh token of the Service App",
      help: "Only for a Service App.",
      required: false,
      secret: true,
    },
  },
  hosts: ["webexapis.com"],
  rateLimit: { defaultWaitSeconds: 60, concurrency: 4 },
  streams: {
    USERS: { everySeconds: 3600, scopes: ["spark-admin:people_read"] },
    GROUPS: { everySeconds: 3600, scopes: ["identity:groups_read"] },
    PRIVILEGES: {
      everySeconds: 3600,
      scopes: ["spark-admin:people_read", "spark-admin:roles_read", "spark-admin:licenses_read"],
    },
    ACTIVITIES: {
      everySeconds: 60,
      retroactivePeriod: "P30D",
      // Each log has a scope of its own, see `optionalScopes`: with one of them there are activities.
      scopes: [],
      categories: ["LOG_ON", "USER", "ADMIN"],
    },
    FILES: {
      parts: true,
      everySeconds: 43_200,
      feedEverySeconds: 60,
      retroactivePeriod: "P7D",
      realTime: true,
      scopes: readingSpaces,
    },
    OAUTH_APPS: { everySeconds: 86_400, scopes: ["spark-admin:people_read", "identity:tokens_read"] },
    POSTURE: {
      everySeconds: 86_400,
      scopes: [
        "spark-admin:people_read",
        "spark-admin:roles_read",
        "spark-admin:licenses_read",
        "meeting:admin_config_read",
      ],
    },
  },
  actions: {
    SUSPEND_USER: {
      scopes: ["spark-admin:people_read", "spark-admin:people_write"],
      undo: "UNSUSPEND_USER",
      note: "The account can no longer sign in. Accounts that a directory synchronises are switched off there.",
    },
    UNSUSPEND_USER: { scopes: ["spark-admin:people_read", "spark-admin:people_write"], undo: "SUSPEND_USER" },
    REQUIRE_SIGN_IN_AGAIN: {
      scopes: ["identity:tokens_read", "identity:tokens_write"],
      note: "Revokes every authorization of the account. Integrations that the person uses have to be allowed again.",
    },
    REVOKE_ADMIN_PRIVILEGES: {
      scopes: ["spark-admin:people_read", "spark-admin:people_write", "spark-admin:roles_read"],
      note: "Takes all administrator roles, and that of Compliance Officer. Webex keeps the last Full Administrator.",
    },
    REVOKE_APP: {
      scopes: ["identity:tokens_write"],
      note: "Ends what people allowed the integration; they can allow it again. Webex bans integrations in Control Hub only.",
    },
    REVOKE_APP_FOR_USER: { scopes: ["identity:tokens_read", "identity:tokens_write"] },
    TRASH_FILE: {
      scopes: ["spark-compliance:messages_write"],
      note: "Permanent: Webex has no trash. The whole message is deleted, with its text and all its files.",
    },
    REMOVE_EXTERNAL_USERS: {
      scopes: ["spark-compliance:memberships_read", "spark-compliance:memberships_write"],
      undo: "RESTORE_FILE",
      note: "Takes people of other organizations out of the space, and with that from all its files and messages.",
    },
    REMOVE_COLLABORATOR: {
      scopes: ["spark-compliance:memberships_read", "spark-compliance:memberships_write"],
      undo: "RESTORE_FILE",
      note: "Takes the person out of the space, and with that from all its files and messages.",
    },
    RESTORE_FILE: {
      scopes: ["spark-compliance:memberships_read", "spark-compliance:memberships_write"],
      note: "Adds the people again who were taken out of the space. A deleted message does not come back.",
    },
  },
  optionalScopes: [
    {
      purpose: "the account that Gatehouse signs in with, and its organization's name",
      scopes: ["spark:people_read", "spark-admin:organizations_read"],
    },
    { purpose: "administrators' actions and sign-ins", scopes: [auditScope] },
    { purpose: "what people do in spaces, and changes of files", scopes: [complianceScope] },
    { purpose: "encrypted content", scopes: ["spark:kms"] },
    { purpose: "webhooks", scopes: ["spark-compliance:webhooks_read", "spark-compliance:webhooks_write"] },
  ],
  webhooks: "registered",
  capabilities: {
    LIST_PRIVILEGES: { note: "Roles of administrators, and licences." },
    LOG_ON_ACTIVITY: { note: "Sign-ins of people who are no administrators need Pro Pack." },
    USER_ACTIVITY: { note: "Needs a Compliance Officer." },
    USER_GOVERNANCE: { note: "Webex takes no password resets by its API." },
    VIEW_APP_PERMISSIONS: { note: "Webex does not state the scopes of an integration." },
    DLP_BACKLOG_SCAN: { note: "Needs a Compliance Officer." },
    DLP_NEAR_REAL_TIME_SCAN: {
      note: "Compliance events every minute; at once where the organization has real-time file DLP switched on.",
    },
    SHARING_CONTROL: { note: "People are taken out of spaces: files are shared by being in one." },
    FILE_GOVERNANCE: { note: "Deletion is permanent." },
    SENSITIVITY_LABELS: { support: "NOT_APPLICABLE" },
  },
} as const satisfies Manifest;
