import type { Manifest } from "#src/connector-kit/contract/manifest.ts";
import { appSettings, auditScopes } from "../_microsoft/app-settings.ts";
import { activityLimits, graphLimits, hostsOf } from "../_microsoft/clouds.ts";
import { of } from "./components.ts";
import { fileActions, fileHosts, fileLimits, fileScopes, fileSettings, fileStreams } from "./manifest-files.ts";

export const manifest = {
  slug: "office365",
  name: "Microsoft 365",
  description:
    "Directory, sign-ins, audit records, files and app permissions of one Microsoft 365 tenant. One connection only.",
  docs: "https://learn.microsoft.com/en-us/graph/api/overview",
  lifecycle: "PREVIEW",
  directory: true,
  authorization: "OAUTH2_CLIENT_CREDENTIALS",
  prerequisites: `
- You are **Global Administrator** or **Privileged Role Administrator**.
- The **unified audit log** is switched on in Microsoft Purview; after switching it on, wait up to an hour.
- Register an application, grant it the application permissions of the components you choose, and give **admin consent**.
- Choose components. *Azure AD users and groups* is needed by all others.
- Sign-in logs read through Microsoft Graph need Microsoft Entra ID P1 or P2. Recommendations need a licence of the service they are about.
`.trim(),
  multiInstance: false,
  settings: { ...appSettings, ...fileSettings },
  components: {
    users_groups: {
      label: "Azure AD users and groups",
      description: "Accounts and groups of the directory. Every other component needs it.",
    },
    management_events: {
      label: "Azure AD management events",
      description: "What administrators do in the directory.",
      requires: ["users_groups"],
    },
    signin_events: {
      label: "Azure AD sign-in events",
      description: "All sign-ins and sign-outs.",
      requires: ["users_groups"],
    },
    aad_apps: {
      label: "Azure AD apps",
      description: "OAuth apps registered in the directory and what they may do.",
      requires: ["users_groups"],
    },
    o365_activities: {
      label: "Office 365 activities",
      description: "What people do in Exchange, SharePoint, OneDrive, Teams and the other services.",
      requires: ["users_groups"],
    },
    o365_files: {
      label: "Office 365 files",
      description: "Files in OneDrive and SharePoint, and who can reach them.",
      requires: ["users_groups"],
    },
  },
  hosts: [...hostsOf("login", "graph", "activity"), ...fileHosts],
  rateLimit: { defaultWaitSeconds: 30, concurrency: 4 },
  rateLimits: [...graphLimits, ...activityLimits, ...fileLimits],
  streams: {
    USERS: { everySeconds: 3600, scopes: ["User.Read.All"], when: of("users_groups") },
    GROUPS: { everySeconds: 3600, scopes: ["GroupMember.Read.All"], when: of("users_groups") },
    PRIVILEGES: {
      everySeconds: 3600,
      scopes: ["RoleManagement.Read.Directory", "GroupMember.Read.All"],
      when: of("users_groups"),
    },
    // Permissions are those of the parts: see streams/activities.ts.
    ACTIVITIES: {
      everySeconds: 120,
      providerDelay: "PT90M",
      retroactivePeriod: "P7D",
      scopes: [],
      categories: ["LOG_ON", "USER", "ADMIN"],
      when: of("management_events", "signin_events", "o365_activities"),
    },
    OAUTH_APPS: {
      everySeconds: 43_200,
      scopes: ["Application.Read.All", "DelegatedPermissionGrant.Read.All"],
      when: of("aad_apps"),
    },
    ...fileStreams,
  },
  actions: {
    CONFIRM_USER_COMPROMISED: {
      scopes: ["IdentityRiskyUser.ReadWrite.All"],
      when: of("users_groups"),
      note: "Sets the user's risk to high, which risk policies of conditional access act on. Needs Microsoft Entra ID P2.",
    },
    SUSPEND_USER: {
      scopes: ["User.Read.All", "User.EnableDisableAccount.All"],
      undo: "UNSUSPEND_USER",
      when: of("users_groups"),
      note: "Disables the account. Tokens that were given go on for up to an hour: require signing in again as well. For administrators the application also needs a directory role. Accounts that are synchronised from a directory of your own are enabled again by the next synchronisation.",
    },
    UNSUSPEND_USER: {
      scopes: ["User.Read.All", "User.EnableDisableAccount.All"],
      undo: "SUSPEND_USER",
      when: of("users_groups"),
    },
    REQUIRE_SIGN_IN_AGAIN: {
      scopes: ["User.RevokeSessions.All"],
      when: of("users_groups"),
      note: "Invalidates refresh tokens and browser sessions, within a few minutes. Has no effect on guests, who sign in at their own organisation.",
    },
    RESET_PASSWORD: {
      scopes: ["User-PasswordProfile.ReadWrite.All"],
      when: of("users_groups"),
      note: "The user must choose a new password at the next sign-in. Not for accounts whose password lives in another directory.",
    },
    REVOKE_ADMIN_PRIVILEGES: {
      scopes: ["RoleManagement.ReadWrite.Directory"],
      when: of("users_groups"),
      note: "Takes away the directory roles assigned to the account itself. Roles that come from a group, and roles that the account may activate, stay.",
    },
    REVOKE_APP: {
      scopes: ["Application.Read.All", "DelegatedPermissionGrant.ReadWrite.All", "AppRoleAssignment.ReadWrite.All"],
      when: of("aad_apps"),
      note: "Takes away every delegated and application permission. People can consent again: ban the app to stop that.",
    },
    REVOKE_APP_FOR_USER: {
      scopes: ["DelegatedPermissionGrant.ReadWrite.All"],
      when: of("aad_apps"),
      note: "Takes away what this user consented to. What an administrator consented to for everybody stays.",
    },
    BAN_APP: {
      scopes: ["Application.ReadWrite.All"],
      undo: "UNBAN_APP",
      when: of("aad_apps"),
      note: "Nobody can sign in to the app, and it gets no more tokens. Its permissions stay.",
    },
    UNBAN_APP: { scopes: ["Application.ReadWrite.All"], undo: "BAN_APP", when: of("aad_apps") },
    ...fileActions,
  },
  optionalScopes: [
    { purpose: "the name and the domains of the tenant", scopes: ["Organization.Read.All"] },
    {
      purpose: "sign-ins and audits of the directory, and when people and apps were last used",
      scopes: auditScopes,
      when: of("management_events", "signin_events"),
    },
    { purpose: "the unified audit log", scopes: ["ActivityFeed.Read"], when: of("o365_activities", "signin_events") },
    { purpose: "matches of rules against data loss", scopes: ["ActivityFeed.ReadDlp"], when: of("o365_activities") },
    ...fileScopes,
  ],
  webhooks: "registered",
  capabilities: {
    LIST_ACCOUNTS: { note: "The time of the last sign-in needs Microsoft Entra ID P1 or P2." },
    LIST_PRIVILEGES: { note: "Roles that can be activated need Microsoft Entra ID P2." },
    LOG_ON_ACTIVITY: {
      note: "Component: Azure AD sign-in events. Without Microsoft Entra ID P1 or P2 sign-ins of people come from the audit log, later and with less in them.",
    },
    USER_ACTIVITY: { note: "Component: Office 365 activities." },
    ADMIN_ACTIVITY: { note: "Components: Azure AD management events, Office 365 activities." },
    USER_GOVERNANCE: { note: "Confirming a compromise needs Microsoft Entra ID P2." },
    VIEW_APP_PERMISSIONS: { note: "Component: Azure AD apps." },
    REVOKE_APP_PERMISSIONS: { note: "Component: Azure AD apps." },
    SECURITY_POSTURE: { note: "Needs a licence of each service looked at." },
    DLP_BACKLOG_SCAN: { note: "Component: Office 365 files." },
    DLP_NEAR_REAL_TIME_SCAN: { note: "Component: Office 365 files." },
    SHARING_CONTROL: { note: "Component: Office 365 files." },
    FILE_GOVERNANCE: { note: "Component: Office 365 files." },
    SENSITIVITY_LABELS: { note: "Component: Office 365 files. Assigning labels is a metered call." },
  },
} as const satisfies Manifest;
