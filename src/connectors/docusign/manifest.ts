import type { Manifest, Settings } from "#src/connector-kit/contract/manifest.ts";

const guid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

const isOn = ({ actions }: Settings): boolean => actions === "on";

export const manifest = {
  slug: "docusign",
  name: "DocuSign",
  description:
    "Members, groups, permission profiles, monitored events and security settings of the accounts in one DocuSign organization.",
  docs: "https://developers.docusign.com/docs/monitor-api/",
  lifecycle: "PREVIEW",
  authorization: "OAUTH2_JWT_BEARER",
  prerequisites: `
- Gatehouse acts as one user, who is **organization administrator** and account administrator of each account: accounts that this user is no member of are not read.
- The accounts belong to an organization. Activities need **DocuSign Monitor**, which is bought separately, and at least one claimed domain: only its users are monitored.
- Create an integration key in *Apps and Keys* and, for production, take it through *Go-Live*. Then choose how Gatehouse signs in:
  - \`jwt\` (recommended): add an RSA key pair, and open \`https://account.docusign.com/oauth/auth?response_type=code&client_id=KEY&redirect_uri=URI&scope=signature impersonation user_read identity_provider_read domain_read\` once as that user; add \`user_write\` for actions.
  - \`oauth\`: add a secret key and Gatehouse's redirect URI; the user consents in the browser, and once a month at the latest again if nothing was read meanwhile.
`.trim(),
  settings: {
    environment: { label: "Environment", options: ["production", "demo"], default: "production" },
    mode: {
      label: "Sign-in mode",
      help: "An RSA key of the integration, or the consent of the user in the browser.",
      options: ["jwt", "oauth"],
      default: "jwt",
    },
    integrationKey: { label: "Integration key", pattern: guid, example: "5a0c9d51-8f3e-4f2b-b7a8-90c1d2e3f405" },
    userId: {
      label: "API user ID",
      help: "The user the integration acts as; for jwt.",
      required: false,
      pattern: guid,
      example: "fc8d7d8c-1f0e-4a57-9c3f-6b0f4d2e8a11",
    },
    privateKey: {
      label: "RSA private key",
      help: "The whole PEM text; for jwt.",
      required: false,
      secret: true,
      multiline: true,
    },
    secretKey: { label: "Secret key", help: "Of the integration; for oauth.", required: false, secret: true },
    organizationId: {
      label: "Organization ID",
      help: "Where the user belongs to accounts of several organizations.",
      required: false,
      pattern: guid,
      example: "7e8743ed-2c5f-4f6e-9d0b-1a2b3c4d5e6f",
    },
    actions: {
      label: "Actions",
      help: "`on` asks for the scope user_write as well, with which memberships are closed and passwords reset.",
      options: ["off", "on"],
      default: "off",
    },
  },
  hosts: ["account.docusign.com", "account-d.docusign.com", "*.docusign.net"],
  rateLimit: { concurrency: 2, defaultWaitSeconds: 60 },
  rateLimits: [
    { match: "lens.docusign.net", concurrency: 1 },
    { match: "lens-d.docusign.net", concurrency: 1 },
  ],
  streams: {
    USERS: { everySeconds: 3600, scopes: ["signature"] },
    GROUPS: { everySeconds: 4 * 3600, scopes: ["signature"] },
    PRIVILEGES: { everySeconds: 4 * 3600, scopes: ["signature"] },
    ACTIVITIES: {
      everySeconds: 300,
      providerDelay: "PT5M",
      retroactivePeriod: "P7D",
      fullListing: false,
      scopes: ["signature"],
      categories: ["LOG_ON", "USER", "ADMIN"],
    },
    POSTURE: { everySeconds: 86_400, scopes: ["signature"] },
  },
  actions: {
    SUSPEND_USER: {
      scopes: ["user_read", "user_write"],
      undo: "UNSUSPEND_USER",
      when: isOn,
      note: "Closes the memberships in all accounts of the organization; what the person has sent stays and goes on.",
    },
    UNSUSPEND_USER: { scopes: ["user_read", "user_write"], undo: "SUSPEND_USER", when: isOn },
    RESET_PASSWORD: {
      scopes: ["user_read", "user_write"],
      when: isOn,
      note: "The person must choose a new password at the next sign-in; sessions go on.",
    },
  },
  optionalScopes: [
    { scopes: ["user_read"], purpose: "people without any open membership, and how administrators sign in" },
    { scopes: ["identity_provider_read", "domain_read"], purpose: "posture checks of single sign-on and domains" },
  ],
  capabilities: {
    LIST_ACCOUNTS: { note: "Of the accounts that the API user is a member of." },
    LIST_PRIVILEGES: {
      note: "Permission profiles and account administrators; organization administrators are not listed by any call.",
    },
    LOG_ON_ACTIVITY: { note: "Needs DocuSign Monitor." },
    USER_ACTIVITY: { note: "Needs DocuSign Monitor." },
    ADMIN_ACTIVITY: { note: "Needs DocuSign Monitor." },
    USER_GOVERNANCE: { note: "With `actions` switched on." },
    VIEW_APP_PERMISSIONS: {
      support: "NOT_SUPPORTED_BY_PROVIDER",
      note: "No call lists the apps that people consented to.",
    },
    REVOKE_APP_PERMISSIONS: { support: "NOT_SUPPORTED_BY_PROVIDER" },
    SECURITY_POSTURE: { support: "PREVIEW" },
  },
} as const satisfies Manifest;
