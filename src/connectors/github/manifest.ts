import type { Manifest, Settings } from "#src/connector-kit/contract/manifest.ts";

/** A GitHub App cannot reach the enterprise. */
const reachesEnterprise = ({ enterprise, mode }: Settings) => Boolean(enterprise) && mode !== "app";

export const manifest = {
  slug: "github",
  name: "GitHub",
  description:
    "Members, teams, roles, the audit log, app and token access, and security settings of one GitHub organization.",
  docs: "https://docs.github.com/en/enterprise-cloud@latest/rest",
  lifecycle: "AVAILABLE",
  authorization: "OAUTH2_AUTHORIZATION_CODE",
  prerequisites: `
- The organization is on **GitHub Enterprise Cloud**: other plans have no audit log API.
- You are an **owner** of the organization; an **enterprise owner** as well when you fill in the enterprise.
- One instance is one organization. Connect each organization of an enterprise by itself.

Choose how Gatehouse signs in:

| mode | set up at GitHub | gives |
|---|---|---|
| \`oauth\` | An OAuth app with Gatehouse's address \`/oauth/callback/github\` as callback; the organization must allow it under *Third-party access*. | Everything but fine-grained tokens. |
| \`app\` | A GitHub App installed on all repositories, with the organization permissions Administration (read), Members (write), Webhooks (write), Personal access tokens (write) and Custom organization roles (read), and the repository permissions Metadata (read) and Administration (read). | Higher limits and fine-grained tokens; nothing of the enterprise. |
| \`pat\` | A classic personal access token with \`admin:org\`, \`read:audit_log\`, \`admin:org_hook\`, \`read:user\`, \`user:email\`, for checks of repositories \`repo\`, and for the enterprise \`admin:enterprise\`. | Everything but fine-grained tokens; the only mode that reads the audit log of the enterprise. |

- With SAML single sign-on, authorize the token for the organization.
- With an IP allow list, add the address of Gatehouse.
- IP addresses appear in activities only when *Disclose actor IP addresses* is switched on in the audit log settings.
`.trim(),
  settings: {
    mode: {
      label: "Sign-in mode",
      help: "OAuth app, GitHub App installation, or personal access token (classic).",
      options: ["oauth", "app", "pat"],
      default: "oauth",
    },
    org: {
      label: "Organization",
      help: "Its login, as in github.com/acme.",
      pattern: /[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}[A-Za-z0-9])?/,
      example: "acme",
    },
    enterprise: {
      label: "Enterprise",
      help: "Its slug, as in github.com/enterprises/acme-corp. Adds licence data, suspending managed users and uninstalling apps.",
      required: false,
      pattern: /[A-Za-z0-9][A-Za-z0-9_-]{0,99}/,
      example: "acme-corp",
    },
    auditLog: {
      label: "Audit log",
      help: "enterprise also has the sign-ins of managed users; it needs the pat mode and the enterprise. Events of other organizations are left out.",
      options: ["organization", "enterprise"],
      default: "organization",
    },
    repositories: {
      label: "Look at repositories",
      help: "For the checks of branch protection and public repositories. GitHub has no read-only scope for that: with an OAuth app the consent then includes repo, full access to code.",
      options: ["no", "yes"],
      default: "no",
    },
    clientId: {
      label: "OAuth app: client ID",
      required: false,
      pattern: /[A-Za-z0-9._-]{8,64}/,
      example: "Ov23liExample0123",
    },
    clientSecret: { label: "OAuth app: client secret", required: false, secret: true },
    appId: {
      label: "GitHub App: app ID",
      required: false,
      pattern: /\d{1,15}|[A-Za-z0-9._-]{8,64}/,
      example: "123456",
    },
    installationId: {
      label: "GitHub App: installation ID",
      help: "The number at the end of the installation's address.",
      required: false,
      pattern: /\d{1,15}/,
      example: "50123456",
    },
    privateKey: { label: "GitHub App: private key (PEM)", required: false, secret: true, multiline: true },
    token: { label: "Personal access token", required: false, secret: true },
    host: {
      label: "Host",
      help: "Only with data residency: the enterprise's own host.",
      default: "github.com",
      pattern: /github\.com|[a-z0-9-]+\.ghe\.com/,
      example: "acme.ghe.com",
    },
  },
  hosts: ["{host}", "api.{host}"],
  rateLimit: {
    remaining: "x-ratelimit-remaining",
    resetAt: "x-ratelimit-reset",
    resetUnit: "epoch-seconds",
    defaultWaitSeconds: 60,
    concurrency: 4,
  },
  streams: {
    USERS: { everySeconds: 3600, realTime: true, scopes: ["admin:org"] },
    GROUPS: { everySeconds: 3600, realTime: true, scopes: ["admin:org"] },
    PRIVILEGES: { everySeconds: 3600, scopes: ["admin:org"] },
    ACTIVITIES: {
      everySeconds: 60,
      realTime: true,
      retroactivePeriod: "P7D",
      scopes: ["read:audit_log"],
      categories: ["LOG_ON", "USER", "ADMIN"],
    },
    OAUTH_APPS: { everySeconds: 43_200, scopes: ["admin:org"] },
    POSTURE: { everySeconds: 86_400, scopes: ["admin:org"] },
  },
  actions: {
    SUSPEND_USER: {
      scopes: ["admin:enterprise"],
      when: reachesEnterprise,
      undo: "UNSUSPEND_USER",
      note: "Only for managed users of an enterprise (SCIM). An identity provider that still provisions the user will undo it. In other organizations GitHub cannot suspend: removing the membership would destroy private forks, so Gatehouse does not pass it off as that.",
    },
    UNSUSPEND_USER: {
      scopes: ["admin:enterprise"],
      when: reachesEnterprise,
      undo: "SUSPEND_USER",
      note: "Only for managed users of an enterprise (SCIM).",
    },
    REQUIRE_SIGN_IN_AGAIN: {
      scopes: ["admin:org"],
      note: "Withdraws the single sign-on authorization of the person's tokens and SSH keys for this organization; they must authorize them again. Browser sessions go on: GitHub has no API to end them.",
    },
    REVOKE_ADMIN_PRIVILEGES: {
      scopes: ["admin:org"],
      note: "Makes an owner an ordinary member and takes directly assigned administrative organization roles away. Roles that come from a team stay.",
    },
    REVOKE_APP: {
      scopes: ["admin:org"],
      note: "Revokes a fine-grained token, withdraws the authorization of a classic token or SSH key, or uninstalls a GitHub App (this last one needs the enterprise and admin:enterprise; it cannot be undone here).",
    },
    REVOKE_APP_FOR_USER: {
      scopes: ["admin:org"],
      note: "Tokens and keys only: an installed GitHub App belongs to the organization.",
    },
  },
  optionalScopes: [
    { purpose: "webhooks", scopes: ["admin:org_hook"] },
    { purpose: "names and e-mail addresses of members", scopes: ["read:user", "user:email"] },
    { purpose: "checks of repositories", scopes: ["repo"], when: ({ repositories }) => repositories === "yes" },
  ],
  webhooks: "registered",
  capabilities: {
    LOG_ON_ACTIVITY: {
      support: "PARTIAL",
      note: "GitHub logs sign-ins only with SAML single sign-on or managed users.",
    },
    USER_ACTIVITY: { note: "Git events are kept by GitHub for seven days, all others for 180." },
    USER_GOVERNANCE: {
      support: "PARTIAL",
      note: "Suspending needs an enterprise with managed users; passwords and browser sessions are out of reach.",
    },
    VIEW_APP_PERMISSIONS: {
      note: "Installed GitHub Apps; authorized classic tokens and SSH keys (with SAML); fine-grained tokens (mode app). GitHub has no list of the OAuth apps members use.",
    },
    REVOKE_APP_PERMISSIONS: { support: "PARTIAL", note: "Tokens and keys; installed apps with the enterprise." },
    SECURITY_POSTURE: {
      note: "CIS GitHub Benchmark 1.2.0. Branch protection is looked at for the 100 repositories pushed to last.",
    },
  },
} as const satisfies Manifest;
