/** What the manifest states of files and posture. */
import type { ActionFact, OptionalScopes, SettingFact, StreamFact } from "#src/connector-kit/contract/manifest.ts";
import type { RateLimitRule } from "#src/platform/http/rate-limit.ts";
import { hostsOf } from "../_microsoft/clouds.ts";
import { of } from "./components.ts";

const when = of("o365_files");
/** Reads all sites, their drives and what they hold: Files.Read.All would add nothing. */
const reading = ["Sites.Read.All"] as const;
const writing = ["Files.ReadWrite.All"] as const;

export const fileSettings = {
  sensitivityLabels: {
    label: "Sensitivity labels of files",
    help: "read: the label of each Office file and PDF, which takes a call for each. skip: files are listed without labels.",
    options: ["read", "skip"],
    default: "read",
  },
} as const satisfies Record<string, SettingFact>;

/** What is downloaded comes from SharePoint itself, as does the progress of labels. */
export const fileHosts = ["*.sharepoint.com", "*.sharepoint.us", "*.sharepoint-mil.us"] as const;

/**
 * SharePoint counts units: 1,250 a minute in the smallest tenants, of which a call of permissions takes five and one of changes one. It answers
 * with a time to come back.
 * Source: https://learn.microsoft.com/en-us/sharepoint/dev/general-development/how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online
 */
export const fileLimits: readonly RateLimitRule[] = hostsOf("graph").flatMap((host): RateLimitRule[] => [
  { match: `${host}/v1.0/drives`, concurrency: 4, perMinute: 600, defaultWaitSeconds: 30 },
  { match: `${host}/v1.0/sites`, concurrency: 4, perMinute: 600, defaultWaitSeconds: 30 },
]);

export const fileStreams = {
  FILES: { everySeconds: 43_200, feedEverySeconds: 120, realTime: true, scopes: reading, when },
  POSTURE: { everySeconds: 86_400, scopes: ["Policy.Read.All"] },
} as const satisfies Record<string, StreamFact>;

export const fileActions = {
  QUARANTINE_FILE: {
    ...{ scopes: writing, when, undo: "RESTORE_FILE" },
    note: "Removes the item's own links and grants, and moves it to the folder “Gatehouse quarantine” of its drive, which administrators of the site alone can open; in a OneDrive its owner is one of them.",
  },
  RESTORE_FILE: {
    ...{ scopes: writing, when },
    note: "Out of the quarantine; as a reversal also with links and people. A link comes back with another address. What groups of the site had is given back in SharePoint, as is what lies in a recycle bin.",
  },
  TRASH_FILE: {
    ...{ scopes: writing, when },
    note: 'To the recycle bin of the site, for 93 days; Microsoft Graph cannot restore from there. Parameter {"permanently": true} leaves nothing in it.',
  },
  REMOVE_PUBLIC_SHARING: {
    ...{ scopes: writing, when, undo: "RESTORE_FILE" },
    note: "Links for anybody of the item itself. One of a folder above it is removed there.",
  },
  REDUCE_PUBLIC_ACCESS: {
    ...{ scopes: writing, when, undo: "RESTORE_FILE" },
    note: "A link for anybody is replaced by one for the organisation, with another address.",
  },
  SET_SHARED_LINK_ACCESS: {
    ...{ scopes: writing, when, undo: "RESTORE_FILE" },
    note: "Audience PUBLIC, INTERNAL, or PRIVATE for named people only. Links get another address.",
  },
  EXPIRE_SHARED_LINK: {
    ...{ scopes: writing, when, undo: "RESTORE_FILE" },
    note: "Links for anybody. One for the organisation can only be ended at once.",
  },
  REMOVE_COLLABORATOR: {
    ...{ scopes: writing, when, undo: "RESTORE_FILE" },
    note: "Of the item itself. Who has access through a folder above it, or through the site, is removed there.",
  },
  REMOVE_EXTERNAL_USERS: {
    ...{ scopes: writing, when, undo: "RESTORE_FILE" },
    note: "Guests, and addresses outside of the tenant's verified domains.",
  },
  MAKE_PRIVATE: {
    ...{ scopes: writing, when, undo: "RESTORE_FILE" },
    note: "What the item itself grants. Who has access through a folder above it, or through the site, keeps it.",
  },
  INHERIT_PARENT_PERMISSIONS: {
    ...{ scopes: writing, when, undo: "RESTORE_FILE" },
    note: "Removes what the item grants beyond its folder. An item whose inheritance was broken stays so until it is restored in SharePoint.",
  },
  APPLY_LABEL: {
    ...{ scopes: writing, when, undo: "REMOVE_LABEL" },
    note: "By name or id. Microsoft charges for each label that an application assigns: metered APIs must be enabled for it.",
  },
  REMOVE_LABEL: { scopes: writing, when, undo: "APPLY_LABEL", note: "A metered call, as is applying one." },
} as const satisfies Record<string, ActionFact>;

export const fileScopes: readonly OptionalScopes[] = [
  { purpose: "all permissions of files, those of sites included", scopes: ["Sites.FullControl.All"], when },
  { purpose: "names of sensitivity labels", scopes: ["SensitivityLabels.Read.All"] },
  { purpose: "change notifications of files", scopes: writing, when },
  {
    purpose: "posture of SharePoint, Secure Score, applications, groups and domains",
    scopes: [
      ...["SharePointTenantSettings.Read.All", "SecurityEvents.Read.All", "Application.Read.All"],
      ...["GroupSettings.Read.All", "Domain.Read.All", "OnPremDirectorySynchronization.Read.All"],
    ],
  },
  {
    purpose: "posture of administrators and of sign-in",
    scopes: ["RoleManagement.Read.Directory", "AuditLog.Read.All", "IdentityRiskyUser.Read.All"],
  },
];
