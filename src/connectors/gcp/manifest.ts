import type { Manifest } from "#src/connector-kit/contract/manifest.ts";
import { groupsReader, permissions, policyWriting } from "./scopes.ts";

export const manifest = {
  slug: "gcp",
  name: "Google Cloud Platform",
  description:
    "Principals, groups and IAM roles, audit logs, service account keys, and security settings of one Google Cloud organization.",
  docs: "https://cloud.google.com/logging/docs/reference/v2/rest",
  lifecycle: "AVAILABLE",
  authorization: "OAUTH2_JWT_BEARER",
  prerequisites: `
- You may grant roles on the **organization** and create a project.
- In a project of its own create a service account with a JSON key, and enable the Cloud Logging, Resource Manager, IAM, Cloud Asset, Cloud Identity, Organization Policy and Security Command Center APIs there. All calls count against this project's quotas.
- On the organization grant it, for reading, \`roles/browser\`, \`roles/cloudasset.viewer\`, \`roles/logging.viewer\`, \`roles/logging.privateLogViewer\` (data access logs), \`roles/iam.securityReviewer\`, \`roles/orgpolicy.policyViewer\` and \`roles/securitycenter.findingsViewer\`. For actions also \`roles/iam.serviceAccountAdmin\`, \`roles/iam.serviceAccountKeyAdmin\` and \`roles/resourcemanager.organizationAdmin\` with \`roles/resourcemanager.folderIamAdmin\` and \`roles/resourcemanager.projectIamAdmin\`. What is not granted switches off only what needs it.
- For the members of groups, assign the service account the role **Groups Reader** in the Google Admin console (*Account > Admin roles*).
- Google Cloud keeps no directory of people. Connect **Google Workspace** as well: it has their names, states and sign-ins, and suspends them. Without it, people are known as far as IAM policies, groups and logs name them.
- With more than about 50 projects, route the audit logs of the organization to one log bucket (an aggregated sink) and enter its view.
`.trim(),
  dependsOn: ["google-workspace"],
  standalone: true,
  settings: {
    organizationId: { label: "Organization ID", pattern: /\d{6,20}/, example: "123456789012" },
    serviceAccountKey: { label: "Service account key", help: "The whole JSON file.", secret: true, multiline: true },
    logView: {
      label: "Log view",
      help: "A view of the log bucket in which an aggregated sink collects the audit logs of the organization and all its projects. Without it, each project's own logs are read.",
      required: false,
      pattern:
        /(projects|folders|organizations)\/[a-z0-9:.-]+\/locations\/[a-z0-9-]+\/buckets\/[\w.-]+\/views\/[\w.-]+/,
      example: "projects/acme-logs/locations/global/buckets/audit/views/_AllLogs",
    },
  },
  hosts: [
    "oauth2.googleapis.com",
    "cloudasset.googleapis.com",
    "cloudidentity.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "iam.googleapis.com",
    "logging.googleapis.com",
    "orgpolicy.googleapis.com",
    "securitycenter.googleapis.com",
  ],
  rateLimit: { defaultWaitSeconds: 30, concurrency: 4 },
  rateLimits: [
    { match: "logging.googleapis.com", perMinute: 55, concurrency: 2, defaultWaitSeconds: 60 },
    { match: "cloudasset.googleapis.com", perMinute: 90, concurrency: 2, defaultWaitSeconds: 60 },
  ],
  streams: {
    USERS: { everySeconds: 3600, scopes: [permissions.assets, permissions.policies] },
    GROUPS: { everySeconds: 3600, scopes: [permissions.policies, groupsReader] },
    PRIVILEGES: { everySeconds: 3600, scopes: [permissions.policies] },
    ACTIVITIES: {
      everySeconds: 60,
      parts: true,
      providerDelay: "PT5M",
      retroactivePeriod: "P7D",
      scopes: [permissions.logs, permissions.resources],
      categories: ["LOG_ON", "USER", "ADMIN"],
    },
    OAUTH_APPS: { everySeconds: 43_200, scopes: [permissions.assets] },
    POSTURE: { everySeconds: 86_400, scopes: [permissions.assets] },
  },
  actions: {
    SUSPEND_USER: {
      scopes: [permissions.readAccount, permissions.disableAccount],
      accounts: ["SERVICE"],
      undo: "UNSUSPEND_USER",
      note: "Disables a service account. Its access tokens may live for up to an hour more. People are suspended in Google Workspace.",
    },
    UNSUSPEND_USER: { scopes: [permissions.readAccount, permissions.enableAccount], undo: "SUSPEND_USER" },
    REVOKE_ADMIN_PRIVILEGES: {
      scopes: [permissions.policies, ...policyWriting],
      undo: "REVOKE_ADMIN_PRIVILEGES",
      note: "Takes the account out of the bindings of Owner, Editor and roles of administrators on the organization, its folders and its projects; undoing it puts the same bindings back, conditions included. What comes through a group stays, which the result of the action states.",
    },
    BAN_APP: {
      scopes: [permissions.readKey, permissions.disableKey],
      undo: "UNBAN_APP",
      note: "Disables a service account key. Whatever uses it stops working once its access tokens have expired, within an hour.",
    },
    UNBAN_APP: { scopes: [permissions.readKey, permissions.enableKey], undo: "BAN_APP" },
    REVOKE_APP: {
      scopes: [permissions.deleteKey],
      note: "Deletes a service account key, which cannot be undone: ban it to disable it instead.",
    },
  },
  optionalScopes: [
    { purpose: "data access logs", scopes: [permissions.privateLogs] },
    {
      purpose: "checks of the organization's policies, sinks and findings",
      scopes: [permissions.organizationPolicy, permissions.orgPolicies, permissions.sinks, permissions.findings],
    },
  ],
  capabilities: {
    LIST_ACCOUNTS: {
      note: "Service accounts, and people as IAM policies and their groups name them. Names and states of people come with a Google Workspace connection.",
    },
    LIST_GROUPS: { note: "Groups that hold roles. Their members need the role Groups Reader." },
    LIST_PRIVILEGES: { note: "Roles on every resource with a policy. Roles held through groups need Groups Reader." },
    LOG_ON_ACTIVITY: {
      note: "Tokens of service accounts. Sign-ins of people, if Google Workspace shares its data with Google Cloud; else through a Google Workspace connection.",
    },
    USER_ACTIVITY: { note: "Reading data needs data access logs, which are off by default but for BigQuery." },
    USER_GOVERNANCE: { note: "Service accounts, and IAM roles of all. People are suspended through Google Workspace." },
    VIEW_APP_PERMISSIONS: { note: "Service account keys that people made." },
    REVOKE_APP_PERMISSIONS: { note: "Service account keys: disabled, enabled again, deleted." },
    SECURITY_POSTURE: {
      note: "CIS Google Cloud Platform Foundation Benchmark, where it concerns identity, logging and public exposure; findings of Security Command Center where it is active.",
    },
  },
} as const satisfies Manifest;
