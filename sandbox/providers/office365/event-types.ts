import { EventMix } from "../../kit/event-mix.ts";
import type { SignInKind } from "../_microsoft/sign-ins.ts";

export type ContentType =
  | "Audit.AzureActiveDirectory"
  | "Audit.Exchange"
  | "Audit.SharePoint"
  | "Audit.General"
  | "DLP.All";

/** A kind of event: what it is called, and in which log it stands. */
export interface EventType {
  type: string;
  /** How frequent; 0: only when asked for. */
  weight: number;
  signIn?: SignInKind;
  /** Of an audit of the directory: its category, and whether the person acts on the own account. */
  audit?: { category: string; target: "user" | "self" | "group" | "role" | "app" | "policy"; operation: string };
  /** Of a record of the unified audit log. */
  unified?: { content: ContentType; recordType: number; workload: string; shape: Shape };
}

export type Shape = "file" | "sharing" | "site" | "mailbox" | "cmdlet" | "teams" | "item" | "signIn" | "alert" | "dlp";

export const signInType = "Sign-in activity";

const signIns: EventType[] = [
  { type: signInType, weight: 22, signIn: "interactiveUser" },
  { type: signInType, weight: 9, signIn: "nonInteractiveUser" },
  { type: signInType, weight: 6, signIn: "servicePrincipal" },
  { type: signInType, weight: 2, signIn: "managedIdentity" },
];

const audits = (
  [
    ["Add user", 1, "UserManagement", "user", "Add"],
    ["Delete user", 1, "UserManagement", "user", "Delete"],
    ["Update user", 4, "UserManagement", "user", "Update"],
    ["Disable account", 1, "UserManagement", "user", "Update"],
    ["Enable account", 1, "UserManagement", "user", "Update"],
    ["Reset user password", 1, "UserManagement", "user", "Update"],
    ["Change user password", 2, "UserManagement", "self", "Update"],
    ["User registered security info", 2, "UserManagement", "self", "Add"],
    ["Disable Strong Authentication", 1, "UserManagement", "user", "Update"],
    ["Add member to group", 3, "GroupManagement", "group", "Assign"],
    ["Remove member from group", 1, "GroupManagement", "group", "Unassign"],
    ["Add member to role", 1, "RoleManagement", "role", "Assign"],
    ["Consent to application", 1, "ApplicationManagement", "app", "Assign"],
    ["Add service principal", 1, "ApplicationManagement", "app", "Add"],
    ["Add app role assignment to service principal", 1, "ApplicationManagement", "app", "Assign"],
    ["Update conditional access policy", 1, "Policy", "policy", "Update"],
    ["Set federation settings on domain", 0, "DirectoryManagement", "policy", "Update"],
  ] as const
).map(
  ([type, weight, category, target, operation]): EventType => ({
    ...{ type, weight },
    audit: { category, target, operation },
  }),
);

const unified = (
  [
    ["FileAccessed", 10, "Audit.SharePoint", 6, "OneDrive", "file"],
    ["FileDownloaded", 8, "Audit.SharePoint", 6, "SharePoint", "file"],
    ["FileUploaded", 5, "Audit.SharePoint", 6, "OneDrive", "file"],
    ["FileModified", 6, "Audit.SharePoint", 6, "SharePoint", "file"],
    ["FileRecycled", 2, "Audit.SharePoint", 6, "SharePoint", "file"],
    ["SharingSet", 2, "Audit.SharePoint", 14, "OneDrive", "sharing"],
    ["AnonymousLinkCreated", 1, "Audit.SharePoint", 14, "OneDrive", "sharing"],
    ["SiteCollectionAdminAdded", 1, "Audit.SharePoint", 14, "SharePoint", "site"],
    ["MailItemsAccessed", 5, "Audit.Exchange", 50, "Exchange", "mailbox"],
    ["Send", 4, "Audit.Exchange", 2, "Exchange", "mailbox"],
    ["SendAs", 1, "Audit.Exchange", 2, "Exchange", "mailbox"],
    ["HardDelete", 1, "Audit.Exchange", 3, "Exchange", "mailbox"],
    ["MailboxLogin", 1, "Audit.Exchange", 2, "Exchange", "mailbox"],
    ["New-InboxRule", 1, "Audit.Exchange", 1, "Exchange", "cmdlet"],
    ["Set-Mailbox", 1, "Audit.Exchange", 1, "Exchange", "cmdlet"],
    ["Add-MailboxPermission", 1, "Audit.Exchange", 1, "Exchange", "cmdlet"],
    ["MessageSent", 5, "Audit.General", 25, "MicrosoftTeams", "teams"],
    ["MemberAdded", 1, "Audit.General", 25, "MicrosoftTeams", "teams"],
    ["TeamsTenantSettingChanged", 1, "Audit.General", 57, "MicrosoftTeams", "teams"],
    ["ViewReport", 2, "Audit.General", 20, "PowerBI", "item"],
    ["CreateFlow", 1, "Audit.General", 30, "MicrosoftFlow", "item"],
    ["FileVisited", 1, "Audit.General", 22, "Yammer", "item"],
    ["Retrieve", 1, "Audit.General", 21, "CRM", "item"],
    ["Set-CsTenantFederationConfiguration", 1, "Audit.General", 23, "SkypeForBusiness", "cmdlet"],
    ["SensitivityLabelApplied", 1, "Audit.General", 83, "Office", "item"],
    ["AlertTriggered", 1, "Audit.General", 40, "SecurityComplianceCenter", "alert"],
    ["DlpRuleMatch", 1, "DLP.All", 11, "SharePoint", "dlp"],
    ["UserLoggedIn", 0, "Audit.AzureActiveDirectory", 15, "AzureActiveDirectory", "signIn"],
    ["UserLoginFailed", 0, "Audit.AzureActiveDirectory", 15, "AzureActiveDirectory", "signIn"],
  ] as const
).map(
  ([type, weight, content, recordType, workload, shape]): EventType => ({
    ...{ type, weight },
    unified: { content, recordType, workload, shape },
  }),
);

const types: readonly EventType[] = [...signIns, ...audits, ...unified];

export const mix = new EventMix(types, ({ weight }) => weight);

/** By name; a type that is not listed is an audit of the directory. */
export function typeNamed(name: string): EventType {
  return (
    types.find(({ type }) => type === name) ?? {
      ...{ type: name, weight: 0 },
      audit: { category: "DirectoryManagement", target: "policy", operation: "Update" },
    }
  );
}
