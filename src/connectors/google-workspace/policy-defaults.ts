import type { Json } from "#src/connector-kit/record.ts";

/**
 * What holds where nobody has changed a setting, for those that the Policy API then leaves out. A setting that is not here is unknown then.
 * Source: https://cloud.google.com/identity/docs/concepts/policy-api-concepts#default_field_values
 */
export const settingDefaults: Readonly<Record<string, Json>> = {
  "calendar.external_invitations": { warnOnInvite: true },
  "calendar.primary_calendar_max_allowed_external_sharing": { maxAllowedExternalSharing: "EXTERNAL_FREE_BUSY_ONLY" },
  "calendar.secondary_calendar_max_allowed_external_sharing": {
    maxAllowedExternalSharing: "EXTERNAL_ALL_INFO_READ_ONLY",
  },
  "chat.chat_history": { allowUserModification: true, historyOnByDefault: false },
  "chat.external_chat_restriction": { allowExternalChat: false, externalChatRestriction: "NO_RESTRICTION" },
  "drive_and_docs.drive_sdk": { enableDriveSdkApiAccess: true },
  "drive_and_docs.external_sharing": {
    accessCheckerSuggestions: "RECIPIENTS_OR_AUDIENCE_OR_PUBLIC",
    allowNonGoogleInvites: true,
    allowNonGoogleInvitesInAllowlistedDomains: false,
    allowPublishingFiles: true,
    allowReceivingExternalFiles: true,
    allowReceivingFilesOutsideAllowlistedDomains: true,
    allowedPartiesForDistributingContent: "ALL_ELIGIBLE_USERS",
    externalSharingMode: "ALLOWED",
    warnForExternalSharing: true,
    warnForSharingOutsideAllowlistedDomains: true,
  },
  "drive_and_docs.general_access_default": { defaultFileAccess: "LINK_SHARING_PRIVATE" },
  "gmail.auto_forwarding": { enableAutoForwarding: true },
  "gmail.email_spam_filter_ip_allowlist": { allowedIpAddresses: [] },
  "gmail.links_and_external_images": {
    applyFutureSettingsAutomatically: true,
    enableAggressiveWarningsOnUntrustedLinks: false,
  },
  "gmail.spoofing_and_authentication": { applyFutureSettingsAutomatically: true },
  "gmail.workspace_sync_for_outlook": { enableGoogleWorkspaceSyncForMicrosoftOutlook: true },
  "groups_for_business.groups_sharing": {
    collaborationCapability: "DOMAIN_USERS_ONLY",
    createGroupsAccessLevel: "USERS_IN_DOMAIN",
    newGroupsAreHidden: false,
    ownersCanAllowExternalMembers: false,
    ownersCanAllowIncomingMailFromPublic: true,
    ownersCanHideGroups: false,
    viewTopicsDefaultAccessLevel: "DOMAIN_USERS",
  },
  "security.less_secure_apps": { allowLessSecureApps: false },
  "security.super_admin_account_recovery": { enableAccountRecovery: false },
  "security.two_step_verification_device_trust": { allowTrustingDevice: true },
  "security.two_step_verification_enforcement_factor": { allowedSignInFactorSet: "ALL" },
  "security.two_step_verification_enrollment": { allowEnrollment: true },
  "security.user_account_recovery": { enableAccountRecovery: false },
  "workspace_marketplace.apps_access_options": { accessLevel: "ALLOW_ALL", allowAllInternalApps: false },
};
