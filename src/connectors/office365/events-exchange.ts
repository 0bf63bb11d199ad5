import type { EventTable } from "#src/connector-kit/vocabulary.ts";

/**
 * What is done in mailboxes.
 * Source: https://learn.microsoft.com/en-us/purview/audit-log-activities#exchange-mailbox-activities
 */
export const mailboxEvents: EventTable = {
  MailItemsAccessed: "{actor} read messages[ in {mailbox}]",
  Send: "{actor} sent a message[: {target}]",
  SendAs: "{actor} sent a message as {mailbox}[: {target}]",
  SendOnBehalf: "{actor} sent a message on behalf of {mailbox}[: {target}]",
  Create: "{actor} created an item[ in {mailbox}][: {target}]",
  Update: "{actor} changed a message[ in {mailbox}][: {target}]",
  Copy: "{actor} copied messages[ in {mailbox}][: {target}]",
  Move: "{actor} moved messages[ in {mailbox}][: {target}]",
  MoveToDeletedItems: "{actor} moved messages to the deleted items[ of {mailbox}][: {target}]",
  SoftDelete: "{actor} deleted messages[ in {mailbox}][: {target}]",
  HardDelete: "{actor} permanently deleted messages[ in {mailbox}][: {target}]",
  ApplyRecordLabel: "{actor} marked a message as a record[ in {mailbox}]",
  FolderBind: "{actor} read a folder[ of {mailbox}]",
  MessageBind: "{actor} read a message[ of {mailbox}]",
  UpdateInboxRules: "{actor} changed the inbox rules[ of {mailbox}]",
  UpdateCalendarDelegation: "{actor} changed who may act in the calendar[ of {mailbox}]",
  "(AddFolderPermissions|UpdateFolderPermissions|RemoveFolderPermissions|ModifyFolderPermissions)":
    "{actor} changed the permissions of a folder[ of {mailbox}]",
  "(SearchQueryInitiatedExchange|SearchQueryInitiatedSharePoint)": "{actor} searched[ in {mailbox}]",
  AttachmentAccess: "{actor} read an attachment[ in {mailbox}]",
};

/** Cmdlets of Exchange and of Security & Compliance whose meaning is worth a sentence; the others are named as they were run. */
export const cmdlets: EventTable = {
  "New-InboxRule": "{actor} created an inbox rule[: {rule}][ that {does}]",
  "Set-InboxRule": "{actor} changed an inbox rule[: {rule}][ that {does}]",
  "Enable-InboxRule": "{actor} switched on an inbox rule[: {target}]",
  "Disable-InboxRule": "{actor} switched off an inbox rule[: {target}]",
  "Remove-InboxRule": "{actor} removed an inbox rule[: {target}]",
  "Add-MailboxPermission": "{actor} gave {person} access to the mailbox {target}",
  "Remove-MailboxPermission": "{actor} took access to the mailbox {target} from {person}",
  "(Add-MailboxFolderPermission|Set-MailboxFolderPermission)": "{actor} gave {person} access to the folder {target}",
  "Add-RecipientPermission": "{actor} let {person} send as {target}",
  "Remove-RecipientPermission": "{actor} took the right to send as {target} from {person}",
  "Set-Mailbox": "{actor} changed the mailbox {target}[: {properties}]",
  "New-Mailbox": "{actor} created the mailbox {target}",
  "Remove-Mailbox": "{actor} deleted the mailbox {target}",
  "(New-TransportRule|Set-TransportRule|Enable-TransportRule|Disable-TransportRule|Remove-TransportRule)":
    "{actor} changed the mail flow rule {target}",
  "Set-AdminAuditLogConfig": "{actor} changed the settings of the audit log[: {properties}]",
  "Set-MailboxAuditBypassAssociation": "{actor} changed whether actions of {target} are audited",
  "(New-ManagementRoleAssignment|Add-RoleGroupMember)":
    "{actor} gave {person} an administrator role of {service}[: {target}]",
  "(Remove-ManagementRoleAssignment|Remove-RoleGroupMember)":
    "{actor} took an administrator role of {service} from {person}[: {target}]",
  "(New-ComplianceSearch|Start-ComplianceSearch|New-ComplianceSearchAction)":
    "{actor} searched the content of the organisation[: {target}]",
  "(Set-AntiPhishPolicy|Set-SafeLinksPolicy|Set-SafeAttachmentPolicy|Set-MalwareFilterPolicy|Set-HostedContentFilterPolicy|Disable-AntiPhishRule|Disable-SafeLinksRule|Disable-SafeAttachmentRule|Disable-MalwareFilterRule|Remove-AntiPhishPolicy|Remove-SafeLinksPolicy|Remove-SafeAttachmentPolicy|Remove-MalwareFilterPolicy)":
    "{actor} changed the protection of mail: {words}[ ({target})]",
};
