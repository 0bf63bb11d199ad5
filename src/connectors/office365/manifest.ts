import type { Manifest } from "#src/connector-kit/contract/manifest.ts";
import { graphLimits, hostsOf } from "../_microsoft/clouds.ts";
import { appSettings } from "../_microsoft/token.ts";
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
  rateLimits: [...graphLimits, ...fileLimits],
  streams: {
    USERS: { everySeconds: 3600, scopes: ["User.Read.All"], when: of("users_groups") },
    GROUPS: { everySeconds: 3600, scopes: ["GroupMember.Read.All"], when: of("users_groups") },
    ...fileStreams,
  },
  actions: { ...fileActions },
  optionalScopes: [...fileScopes],
  webhooks: "registered",
  capabilities: {
    LOG_ON_ACTIVITY: { note: "Component: Azure AD sign-in events." },
    USER_ACTIVITY: { note: "Component: Office 365 activities." },
    ADMIN_ACTIVITY: { note: "Component: Azure AD management events." },
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
