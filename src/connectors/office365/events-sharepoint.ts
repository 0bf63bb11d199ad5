import type { EventTable } from "#src/connector-kit/vocabulary.ts";

/**
 * What people do with files, pages, lists and links in SharePoint and OneDrive.
 * Source: https://learn.microsoft.com/en-us/purview/audit-log-activities#file-and-page-activities
 */
export const fileEvents: EventTable = {
  "(FileAccessed|FileAccessedExtended|FileViewed|FileFetched)": "{actor} viewed {target}",
  FilePreviewed: "{actor} previewed {target}",
  FileDownloaded: "{actor} downloaded {target}",
  FileUploaded: "{actor} uploaded {target}",
  "(FileModified|FileModifiedExtended)": "{actor} changed {target}",
  "(FileDeleted|FolderDeleted)": "{actor} deleted {target}",
  "(FileRecycled|FolderRecycled)": "{actor} moved {target} to the recycle bin",
  "(FileDeletedFirstStageRecycleBin|FolderDeletedFirstStageRecycleBin)":
    "{actor} deleted {target} from the recycle bin",
  "(FileDeletedSecondStageRecycleBin|FolderDeletedSecondStageRecycleBin)":
    "{actor} deleted {target} from the second-stage recycle bin",
  "(FileRestored|FolderRestored)": "{actor} restored {target}",
  "(FileMoved|FolderMoved)": "{actor} moved {target}",
  "(FileCopied|FolderCopied)": "{actor} copied {target}",
  "(FileRenamed|FolderRenamed)": "{actor} renamed {target}",
  FolderCreated: "{actor} created the folder {target}",
  FolderModified: "{actor} changed the folder {target}",
  "(FileSyncDownloadedFull|FileSyncDownloadedPartial)": "{actor} downloaded {target} by synchronisation",
  "(FileSyncUploadedFull|FileSyncUploadedPartial)": "{actor} uploaded {target} by synchronisation",
  FileCheckedIn: "{actor} checked in {target}",
  FileCheckedOut: "{actor} checked out {target}",
  FileCheckOutDiscarded: "{actor} discarded the check-out of {target}",
  FileMalwareDetected: "Malware was found in {target}",
  "(FileVersionsAllDeleted|FileVersionsAllRecycled)": "{actor} deleted all versions of {target}",
  FileVersionsAllMinorsRecycled: "{actor} deleted all minor versions of {target}",
  "(FileVersionDeleted|FileVersionRecycled)": "{actor} deleted a version of {target}",
  "(PageViewed|PageViewedExtended|ClientViewSignaled)": "{actor} viewed the page {target}",
  PagePrefetched: "The page {target} was loaded for {actor} in advance",
  SearchQueryPerformed: "{actor} searched in {service}",
  SearchViewed: "{actor} viewed results of a search in {service}",
  DocumentSensitivityMismatchDetected: "{target} has a higher sensitivity label than its site",
  "(FileSensitivityLabelApplied|SensitivityLabelApplied)": "{actor} applied a sensitivity label to {target}",
  "(FileSensitivityLabelChanged|SensitivityLabelUpdated)": "{actor} changed the sensitivity label of {target}",
  "(FileSensitivityLabelRemoved|SensitivityLabelRemoved)": "{actor} removed the sensitivity label from {target}",
  SensitivityLabeledFileOpened: "{actor} viewed {target}, which has a sensitivity label",
  SensitivityLabeledFileRenamed: "{actor} renamed {target}, which has a sensitivity label",
  ComplianceSettingChanged: "{actor} changed the retention label of {target}",
  LockRecord: "{actor} locked the record {target}",
  UnlockRecord: "{actor} unlocked the record {target}",
  RecordDelete: "{actor} deleted the record {target}",
  SharingSet: "{actor} shared {target}[ with {person}]",
  SharingRevoked: "{actor} stopped sharing {target}[ with {person}]",
  SharingInheritanceBroken: "{actor} changed the permissions of {target}, which no longer inherits them",
  SharingInheritanceReset: "{actor} restored inherited permissions of {target}",
  "(SharingInvitationCreated|AccessInvitationCreated)": "{actor} shared {target} with {person} by invitation",
  "(SharingInvitationAccepted|AccessInvitationAccepted)": "{actor} accepted the invitation to {target}",
  "(SharingInvitationBlocked|SharingInvitationRevoked|SharingInvitationUpdated|AccessInvitationExpired|AccessInvitationRevoked|AccessInvitationUpdated)":
    "{actor}: the invitation to {target} was {change}[ ({person})]",
  AnonymousLinkCreated: "{actor} shared {target} by a link that anyone can use",
  AnonymousLinkUpdated: "{actor} changed a link to {target} that anyone can use",
  AnonymousLinkRemoved: "{actor} stopped sharing {target} by a link that anyone could use",
  AnonymousLinkUsed: "{actor} viewed {target} by a link that anyone can use",
  CompanyLinkCreated: "{actor} shared {target} by a link for the organisation",
  CompanyLinkRemoved: "{actor} stopped sharing {target} by a link for the organisation",
  CompanyLinkUsed: "{actor} viewed {target} by a link for the organisation",
  "(SecureLinkCreated|SharedLinkCreated)": "{actor} shared {target} by a link for certain people",
  SecureLinkUpdated: "{actor} changed a link to {target} for certain people",
  "(SecureLinkDeleted|SharedLinkDisabled)": "{actor} stopped sharing {target} by a link for certain people",
  SecureLinkUsed: "{actor} viewed {target} by a link for certain people",
  AddedToSecureLink: "{actor} shared {target} with {person} by a link",
  RemovedFromSecureLink: "{actor} stopped sharing {target} with {person} by a link",
  AccessRequestCreated: "{actor} asked for access to {target}",
  "(AccessRequestAccepted|AccessRequestApproved)": "{actor} granted access to {target}[ to {person}]",
  "(AccessRequestDenied|AccessRequestRejected)": "{actor} refused access to {target}[ to {person}]",
  AccessRequestUpdated: "{actor} changed a request for access to {target}",
  SiteAdminChangeRequest: "{actor} asked to become an administrator of {target}",
  ManagedSyncClientAllowed: "{actor} began to synchronise {target}",
  UnmanagedSyncClientBlocked: "{actor} was kept from synchronising {target} with an unmanaged computer",
  SyncGetChanges: "{actor} synchronised {target}",
};

/**
 * What changes a site or the whole of SharePoint.
 * Source: https://learn.microsoft.com/en-us/purview/audit-log-activities#site-administration-activities
 */
export const siteEvents: EventTable = {
  SiteCollectionAdminAdded: "{actor} made {person} an administrator of the site {target}",
  SiteCollectionAdminRemoved: "{actor} took the rights of an administrator of the site {target} from {person}",
  SiteCollectionCreated: "{actor} created the site {target}",
  SiteCollectionQuotaModified: "{actor} changed the quota of the site {target}",
  "(SiteDeleted|SitePermanentlyDeleted)": "{actor} deleted the site {target}",
  SiteRestored: "{actor} restored the site {target}",
  SiteRenamed: "{actor} renamed the site {target}",
  "(AddedToGroup|UserAddedToGroup)": "{actor} added {person} to a group of {target}",
  "(RemovedFromGroup|UserRemovedFromGroup)": "{actor} removed {person} from a group of {target}",
  GroupAdded: "{actor} created a group of {target}",
  GroupRemoved: "{actor} deleted a group of {target}",
  GroupUpdated: "{actor} changed a group of {target}",
  "(PermissionLevelAdded|PermissionLevelModified|PermissionLevelRemoved|PermissionLevelsInheritanceBroken|SitePermissionsModified|WebRequestAccessModified|WebMembersCanShareModified)":
    "{actor} changed the permissions of {target}",
  SharingPolicyChanged: "{actor} changed the sharing policy of SharePoint[: {properties}]",
  DeviceAccessPolicyChanged: "{actor} changed the policy for unmanaged devices",
  NetworkAccessPolicyChanged: "{actor} changed the policy for network locations",
  "(ExemptUserAgentSet|CustomizeExemptUsers)": "{actor} changed the list of exempt user agents",
  "(SendToConnectionAdded|SendToConnectionRemoved|AllowedDataLocationAdded|AllowedDataLocationDeleted|GeoAdminAdded|GeoAdminDeleted|GeoQuotaAllocated|HostSiteSet|SiteGeoMoveScheduled|SiteGeoMoveCompleted|SiteGeoMoveCancelled|HubSiteJoined|HubSiteUnjoined|HubSiteRegistered|HubSiteUnregistered|HubSiteOrphanHubDeleted|AllowGroupCreationSet|PreviewModeEnabledSet|LegacyWorkflowEnabledSet|OfficeOnDemandSet|PeopleResultsScopeSet|NewsFeedEnabledSet|AppCatalogCreated|FeatureActivated|FeatureDeactivated|MaxQuotaModified|MaxResourceUsageModified|MySitePublicEnabledSet|SearchCenterUrlSet|SecondaryMySiteOwnerSet|CreateSSOApplication|DeleteSSOApplication|UpdateSSOApplication|SSOGroupCredentialsSet|SSOUserCredentialsSet|TenantWideThemeCreated|TenantWideThemeDeleted|TenantWideThemeUpdated|UpdateDisableSiteBranding|CollaborationTypeModified|AuditPolicyRemoved|AuditPolicyUpdate|ContainerTypeCreated|ContainerTypeDeleted|ContainerTypeOwnersUpdated|ContainerTypeUpdated|AdministratorAddedToTermStore|AdministratorDeletedFromTermStore|DelegateModified|DelegateRemoved|SecurityCategoryModified|SecurityGroupModified|PWASettingsModified)":
    "{actor} changed the settings of SharePoint: {change}[ ({target})]",
};
