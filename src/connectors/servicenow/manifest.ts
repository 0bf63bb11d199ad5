import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

const read = <const T extends string>(table: T) => `read ${table}` as const;

export const manifest = {
  slug: "servicenow",
  name: "ServiceNow",
  description:
    "Accounts, groups, roles, sign-ins, record changes, exports, attachments, OAuth apps and security settings of one ServiceNow instance.",
  docs: "https://www.servicenow.com/docs/r/api-reference/rest-apis/c_TableAPI.html",
  lifecycle: "AVAILABLE",
  authorization: "OAUTH2_CLIENT_CREDENTIALS",
  prerequisites: `
Development, test and production are instances of their own, and each is connected by itself. An admin creates an integration user for Gatehouse, sets its **time zone to GMT** (times in queries are taken in it), and chooses how Gatehouse signs in:

- \`clientCredentials\` (recommended): set the system property \`glide.oauth.inbound.client.credential.grant_type.enabled\` to true, and create an OAuth client with the auth scope \`useraccount\` whose *OAuth application user* is the integration user.
- \`oauth\`: create an OAuth client with Gatehouse's redirect address; sign in as the integration user. Its refresh token ends after the client's *Refresh Token Lifespan*, and an admin then connects again.
- \`basic\`: user name and password, with the role \`snc_basic_auth_api_access\` where ServiceNow restricts basic authentication.

The user needs the role **admin**, or read access to the tables that Gatehouse names as missing. Only actions need \`user_admin\`, \`oauth_admin\` or \`admin\`. Changes of records are logged for tables whose dictionary entry has *Audit* on.
`.trim(),
  settings: {
    mode: {
      label: "Sign-in mode",
      help: "An OAuth client of its own, the consent of a person, or user name and password.",
      options: ["clientCredentials", "oauth", "basic"],
      default: "clientCredentials",
    },
    host: {
      label: "Instance host",
      help: "Host or address of the instance. Custom domains are fine.",
      pattern: /(https:\/\/)?[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*\/?/i,
      example: "acme.service-now.com",
    },
    clientId: { label: "Client ID", required: false, example: "0123456789abcdef0123456789abcdef" },
    clientSecret: { label: "Client secret", required: false, secret: true },
    username: { label: "User name", help: "For basic authentication.", required: false },
    password: { label: "Password", help: "For basic authentication.", required: false, secret: true },
    refreshTokenDays: {
      label: "Life of refresh tokens",
      help: "For the consent of a person: the client's Refresh Token Lifespan in days. ServiceNow's default is 100; 90 leaves ten of them to connect again.",
      pattern: /[1-9]\d{0,3}/,
      example: "100",
      default: "90",
    },
    transactions: {
      label: "Transactions",
      help: "What is read of the transaction log: exports and downloads, everything, or nothing.",
      options: ["exports", "all", "off"],
      default: "exports",
    },
    suspension: {
      label: "Suspending an account",
      help: "`lockOut` ends the sessions of the user as well; `deactivate` keeps the account from being assigned work.",
      options: ["lockOut", "deactivate"],
      default: "lockOut",
    },
  },
  hosts: ["{host}"],
  // The instance runs four calls of an account at once, and queues the rest.
  rateLimit: { concurrency: 2, resetAt: "x-ratelimit-reset" },
  streams: {
    USERS: { everySeconds: 3600, scopes: [read("sys_user")] },
    GROUPS: { everySeconds: 3600, scopes: [read("sys_user_group"), read("sys_user_grmember")] },
    PRIVILEGES: { everySeconds: 3600, scopes: [read("sys_user_role"), read("sys_user_has_role")] },
    ACTIVITIES: {
      everySeconds: 60,
      providerDelay: "PT5M",
      retroactivePeriod: "P7D",
      scopes: [read("sysevent"), read("sys_audit"), read("sys_audit_delete")],
      categories: ["LOG_ON", "USER", "ADMIN"],
    },
    FILES: {
      everySeconds: 43_200,
      feedEverySeconds: 60,
      parts: true,
      realTime: true,
      scopes: [read("sys_attachment")],
    },
    OAUTH_APPS: { everySeconds: 21_600, scopes: [read("oauth_entity"), read("oauth_credential")] },
    POSTURE: { everySeconds: 86_400, scopes: [read("sys_properties")] },
  },
  actions: {
    SUSPEND_USER: {
      scopes: [read("sys_user"), "user_admin"],
      undo: "UNSUSPEND_USER",
      note: "Locks the account out, which also ends its sessions, or deactivates it, as the settings have it.",
    },
    UNSUSPEND_USER: { scopes: [read("sys_user"), "user_admin"], undo: "SUSPEND_USER" },
    RESET_PASSWORD: {
      scopes: [read("sys_user"), "user_admin"],
      note: "The user has to choose a new password at the next sign-in. Without effect for people who sign in through single sign-on.",
    },
    REVOKE_ADMIN_PRIVILEGES: {
      scopes: [read("sys_user"), read("sys_user_has_role"), "admin"],
      note: "Takes administrative roles away that were given to the user directly. Those that come from a group have to be taken from the group.",
    },
    REVOKE_APP: {
      scopes: [read("oauth_entity"), read("oauth_credential"), "oauth_admin"],
      note: "Deletes all tokens of the client. People can allow it again: ban it as well.",
    },
    REVOKE_APP_FOR_USER: { scopes: [read("oauth_entity"), read("oauth_credential"), "oauth_admin"] },
    BAN_APP: {
      scopes: [read("oauth_entity"), "oauth_admin"],
      undo: "UNBAN_APP",
      note: "Deactivates the OAuth client: it gets no more tokens. Those that it has live on until they end; revoke them as well.",
    },
    UNBAN_APP: { scopes: [read("oauth_entity"), "oauth_admin"], undo: "BAN_APP" },
  },
  optionalScopes: [
    {
      purpose: "exports and downloads",
      scopes: [read("syslog_transaction")],
      when: ({ transactions }) => transactions !== "off",
    },
    { purpose: "impersonations", scopes: [read("sys_user_impersonation_history")] },
    { purpose: "access to knowledge articles", scopes: [read("kb_knowledge"), read("kb_uc_can_read_mtom")] },
    { purpose: "posture", scopes: [read("multi_factor_criteria"), read("sysevent_script_action")] },
  ],
  capabilities: {
    LOG_ON_ACTIVITY: { note: "Sign-ins of the event queue; ServiceNow keeps it for about a week." },
    USER_ACTIVITY: { support: "PARTIAL", note: "Audited tables, exports and downloads." },
    ADMIN_ACTIVITY: {
      support: "PARTIAL",
      note: "Audited tables, direct grants of roles, deletions and impersonations.",
    },
    VIEW_APP_PERMISSIONS: { note: "The auth scopes of the tokens that an OAuth client has." },
    DLP_BACKLOG_SCAN: { note: "Attachments." },
    DLP_NEAR_REAL_TIME_SCAN: { note: "New attachments are asked for every minute." },
    SHARING_CONTROL: { support: "NOT_APPLICABLE", note: "Attachments are not shared: access follows the record." },
    FILE_GOVERNANCE: { support: "NOT_SUPPORTED", note: "An attachment can only be deleted for ever." },
    SENSITIVITY_LABELS: { support: "NOT_SUPPORTED_BY_PROVIDER" },
  },
} as const satisfies Manifest;
