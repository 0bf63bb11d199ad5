import type { EventTable } from "#src/connector-kit/vocabulary.ts";

/**
 * What people do in Teams, Yammer, Power Platform and the others.
 * Sources: https://learn.microsoft.com/en-us/purview/audit-teams-audit-log-events,
 * https://learn.microsoft.com/en-us/fabric/admin/operation-list
 */
export const serviceEvents: EventTable = {
  MessageSent: "{actor} sent a message in {place}",
  MessageCreatedHasLink: "{actor} sent a message with a link in {place}",
  MessageUpdated: "{actor} edited a message in {place}",
  MessageEditedHasLink: "{actor} edited a message with a link in {place}",
  MessageDeleted: "{actor} deleted a message in {place}",
  MessageRead: "{actor} read a message in {place}",
  "(MessagesListed|MessagesExported|MessageHostedContentsListed|MessageHostedContentRead|RecordingExported|TranscriptsExported)":
    "{actor} read out messages of {place}",
  ReactedToMessage: "{actor} reacted to a message in {place}",
  ChatCreated: "{actor} began a chat[ with {people}]",
  ChatRetrieved: "{actor} read a chat",
  ChatUpdated: "{actor} changed a chat",
  MeetingDetail: "{actor} held a meeting",
  MeetingParticipantDetail: "{actor} took part in a meeting",
  TeamCreated: "{actor} created the team {team}",
  TeamDeleted: "{actor} deleted the team {team}",
  ChannelAdded: "{actor} created a channel in the team {team}",
  ChannelDeleted: "{actor} deleted a channel of the team {team}",
  MemberAdded: "{actor} gave {people} access to {place}",
  MemberRemoved: "{actor} took access to {place} from {people}",
  FileVisited: "{actor} viewed {target} in {service}",
  FileUpdateDescription: "{actor} described {target} in {service}",
  "(MessageViewed|ThreadViewed)": "{actor} read a message in {service}",
  "(ViewReport|ViewDashboard|ViewDataflow|ViewTile|ViewUsageMetrics)": "{actor} viewed {target} in {service}",
  "(ExportReport|ExportArtifact|ExportTile|DownloadReport|ExportDataflow)": "{actor} exported {target} from {service}",
  "(ShareReport|ShareDashboard|ShareDataset)": "{actor} shared {target} in {service}",
  PublishToWebReport: "{actor} published {target} on the web",
  CreateFlow: "{actor} created a flow[: {target}]",
  EditFlow: "{actor} changed a flow[: {target}]",
  DeleteFlow: "{actor} deleted a flow[: {target}]",
  ShareFlow: "{actor} shared a flow[: {target}]",
  UnshareFlow: "{actor} stopped sharing a flow[: {target}]",
  DlpRuleMatch: "{target} of {actor} matched a rule against data loss[: {policy}]",
  DlpRuleUndo: "{actor} overrode or undid a rule against data loss for {target}[: {policy}]",
  DlpInfo: "{target} of {actor} was looked at by a rule against data loss",
  AlertTriggered: "An alert was raised: {alert}",
  AlertEntityGenerated: "An alert names evidence: {alert}",
  AlertUpdated: "An alert changed: {alert}",
  TIMailData: "A harmful message was found[ for {person}][: {subject}]",
  TIUrlClickData: "{actor} clicked a link in a message",
  AtpDetection: "A harmful file was found[: {target}]",
  AirInvestigationData: "An automated investigation went on",
  QuarantineReleaseMessage: "{actor} released a message from quarantine",
  QuarantinePreview: "{actor} previewed a message in quarantine",
  QuarantineDelete: "{actor} deleted a message from quarantine",
  CopilotInteraction: "{actor} used Copilot",
  AIAppInteraction: "{actor} used an AI app[: {target}]",
};

/** What changes a team's rights or the service for everybody. */
export const serviceAdminEvents: EventTable = {
  "COMPLIANCEMANAGER-SCORECHANGE": "The compliance score changed[: {target}]",
  MemberRoleChanged: "{actor} changed the role of {people} in {place}",
  TeamSettingChanged: "{actor} changed a setting of the team {team}[: {setting}]",
  ChannelSettingChanged: "{actor} changed a setting of a channel in the team {team}[: {setting}]",
  TeamsTenantSettingChanged: "{actor} changed a setting of Teams[: {setting}]",
  "(AppInstalled|AppUninstalled|AppUpgraded|AppPublishedToCatalog|AppUpdatedInCatalog|AppDeletedFromCatalog)":
    "{actor} {did} an app of Teams[: {target}]",
  "(UpdatedAdminFeatureSwitch|UpdateCapacityAdmin|ChangeGatewayAdministrators|AddGatewayUser|CreateGateway|DeleteGateway|UpdateWorkspaceAccess)":
    "{actor} changed the administration of {service}: {change}[ ({target})]",
  "(NetworkSecurityConfigurationUpdated|NetworkConfigurationUpdated|NetworkUserSuspended|NetworkUserUnsuspended|SoftDeleteSettingsUpdated|DataExport|ProcessProfileFields|SupervisorAdminToggled|UsagePolicyAcceptance)":
    "{actor} changed the administration of {service}: {change}",
};

export const signIns: EventTable = {
  UserLoggedIn: "{actor} signed in[ to {target}]",
  UserLoginFailed: "{actor} failed to sign in[ to {target}][: {reason}]",
  UserLoggedOff: "{actor} signed out",
  TeamsSessionStarted: "{actor} signed in to Teams",
  SignInEvent: "{actor} signed in to {service}",
  MailboxLogin: "{actor} signed in to {mailbox}",
  ForeignRealmIndexLogonInitialAuthUsingADFSFederatedToken: "{actor} signed in by federation",
  "(PasswordLogonInitialAuthUsingPassword|PasswordLogonInitialAuthUsingADFSFederatedToken|PasswordLogonCookieCopyUsingDAToken)":
    "{actor} signed in by password",
};

export const signInFailures: Readonly<Record<string, string>> = {
  UserLoggedIn: "{actor} failed to sign in[ to {target}][: {reason}]",
};
