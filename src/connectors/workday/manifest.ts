import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

const host = "[a-z0-9-]+(?:\\.[a-z0-9-]+)*\\.(?:my)?workday\\.com";

export const manifest = {
  slug: "workday",
  name: "Workday",
  description: "Workers and their accounts, the user activity log and the sign-ons of one Workday tenant.",
  docs: "https://community.workday.com/sites/default/files/file-hosting/restapi/index.html",
  lifecycle: "AVAILABLE",
  directory: true,
  authorization: "OAUTH2_AUTHORIZATION_CODE",
  prerequisites: `
A **Workday administrator** prepares the tenant, in this order:

1. *Edit Tenant Setup - System*: tick **Enable User Activity Logging**. *Edit Tenant Setup - Security*: tick **OAuth 2.0 Clients Enabled**.
2. Create an **Integration System User** (exempt from password expiry, allowed to sign in through the UI) in a security group with these domain policies, then run *Activate Pending Security Policy Changes*:

| functional area | domain | integration permission | for |
|---|---|---|---|
| System | System Auditing | Get | activities and sign-ons |
| Staffing | Worker Data: Public Worker Reports | Get | accounts |
| System | Workday Accounts | Get, and Put for actions | user names, whether accounts are disabled, actions on accounts |

3. *Register API Client*: grant type **Authorization Code Grant**, access token type **Bearer**, Gatehouse's redirect address, **Non-Expiring Refresh Tokens**, scopes **Staffing** and **System**. Copy the five values below.

To connect **without a browser**, use *Register API Client for Integrations* and *Manage Refresh Tokens for Integrations* instead, and fill in the refresh token.

After connecting, activities of the last seven days are read first.
`.trim(),
  settings: {
    restEndpoint: {
      label: "Workday REST API endpoint",
      help: "As shown after registering the API client. Its last part names the tenant.",
      pattern: new RegExp(`https://${host}/ccx/api/[\\w.-]+(?:/[\\w.-]+)*/?`, "i"),
      example: "https://wd5-services1.myworkday.com/ccx/api/v1/acme",
    },
    tokenEndpoint: {
      label: "Token endpoint",
      pattern: new RegExp(`https://${host}/ccx/oauth2/[\\w.-]+/token/?`, "i"),
      example: "https://wd5-services1.myworkday.com/ccx/oauth2/acme/token",
    },
    authorizationEndpoint: {
      label: "Authorization endpoint",
      help: "Not needed with a refresh token.",
      required: false,
      pattern: new RegExp(`https://${host}/[\\w.-]+/authorize/?`, "i"),
      example: "https://wd5.myworkday.com/acme/authorize",
    },
    clientId: { label: "Client ID" },
    clientSecret: { label: "Client secret", secret: true },
    refreshToken: {
      label: "Refresh token",
      help: "Only to connect without a browser: made with Manage Refresh Tokens for Integrations.",
      required: false,
      secret: true,
    },
    integrationUser: {
      label: "Integration System User",
      help: "User name the API client acts as. With it, our own reading of the log is left out of the activities.",
      required: false,
      pattern: /[^\s@]{1,200}/,
      example: "ISU_Gatehouse",
    },
    internalSignOns: {
      label: "Internal sign-ons",
      help: "Workday's own sign-ons (address Workday Internal, type Trusted): keep or drop.",
      options: ["keep", "drop"],
      default: "keep",
    },
    accountActions: {
      label: "Actions on accounts",
      help: "Let Gatehouse disable accounts and ask for new passwords. Needs Put on the domain Workday Accounts.",
      options: ["off", "on"],
      default: "off",
    },
  },
  hosts: ["*.myworkday.com", "*.workday.com"],
  // Workday publishes no limits; about ten calls a second and tenant were seen to work.
  rateLimit: { concurrency: 1, defaultWaitSeconds: 60 },
  streams: {
    USERS: { everySeconds: 3600, scopes: ["Worker Data: Public Worker Reports"] },
    ACTIVITIES: {
      everySeconds: 60,
      providerDelay: "PT5M",
      retroactivePeriod: "P7D",
      scopes: ["System Auditing"],
      categories: ["LOG_ON", "USER", "ADMIN"],
    },
    POSTURE: { everySeconds: 86_400, scopes: [] },
  },
  actions: {
    SUSPEND_USER: {
      scopes: ["Workday Accounts"],
      undo: "UNSUSPEND_USER",
      note: "Disables the Workday account; the employment does not change. Off unless switched on in the settings.",
    },
    UNSUSPEND_USER: {
      scopes: ["Workday Accounts"],
      undo: "SUSPEND_USER",
      note: "Enables the Workday account again. Off unless switched on in the settings.",
    },
    RESET_PASSWORD: {
      scopes: ["Workday Accounts"],
      note: "The person must choose a new password at the next sign-in. Without effect on those who sign in by SAML. Off unless switched on in the settings.",
    },
  },
  capabilities: {
    LIST_GROUPS: { support: "NOT_SUPPORTED_BY_PROVIDER" },
    LIST_PRIVILEGES: { support: "NOT_SUPPORTED_BY_PROVIDER" },
    LOG_ON_ACTIVITY: { note: "From Workday's SOAP API." },
    USER_ACTIVITY: { note: "User Activity Logging must be enabled in the tenant." },
    ADMIN_ACTIVITY: { support: "PARTIAL", note: "Recognised among user activities by the name of the task." },
    USER_GOVERNANCE: { support: "PARTIAL", note: "Opt-in: switch on actions on accounts in the settings." },
    VIEW_APP_PERMISSIONS: { support: "NOT_APPLICABLE" },
    REVOKE_APP_PERMISSIONS: { support: "NOT_APPLICABLE" },
    SECURITY_POSTURE: {
      support: "PARTIAL",
      note: "Judged from sign-ons, accounts and the log: Workday offers no way to read its security settings.",
    },
    DLP_BACKLOG_SCAN: { support: "NOT_SUPPORTED_BY_PROVIDER" },
    DLP_NEAR_REAL_TIME_SCAN: { support: "NOT_SUPPORTED_BY_PROVIDER" },
    SHARING_CONTROL: { support: "NOT_SUPPORTED_BY_PROVIDER" },
    FILE_GOVERNANCE: { support: "NOT_SUPPORTED_BY_PROVIDER" },
  },
} as const satisfies Manifest;
