import type { ActivityAction } from "#src/connector-kit/contract/kinds.ts";
import { inWords } from "#src/connector-kit/event-names.ts";
import { defineVocabulary, type EventTable } from "#src/connector-kit/vocabulary.ts";

/**
 * Types of event log files (`Login`) and of real-time objects (`LoginEvent`, `FileEventStore`), in the same sentences. {about} is what the event
 * names: a report, an object, an address; {detail} how it was done.
 * Sources: https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_supportedeventtypes.htm,
 * https://developer.salesforce.com/docs/atlas.en-us.platform_events.meta/platform_events/platform_events_objects_monitoring.htm
 */
const signIns: EventTable = {
  LoginHistory: "{actor} signed in[ through {app}][ as {user}]",
  "(Login|LoginEvent|LoginEventStream|LoginEventLog)": "{actor} signed in[ through {app}]",
  "(Logout|LogoutEvent|LogoutEventStream|LogoutEventLog)": "{actor} signed out",
  "(LoginAs|LoginAsEvent|LoginAsEventStream)": "{actor} acted as {user}",
  "(IdentityVerificationEvent|IdentityVerification)": "{actor} had to prove the identity[ ({detail})]",
  "(IdentityProviderEventStore|IdentityProviderEvent)": "{actor} signed in to a service provider[: {about}]",
  CredentialStuffingEventStore: "Salesforce saw stolen passwords being tried for {actor}[: {about}]",
  "(CredentialStuffingEvent|CredentialStuffing)": "Salesforce saw stolen passwords being tried for {actor}[: {about}]",
  "(SessionHijackingEventStore|SessionHijackingEvent|SessionHijacking)":
    "Salesforce saw the session of {actor} being used elsewhere[: {about}]",
  "(GuestUserAnomalyEventStore|GuestUserAnomalyEvent)": "Salesforce saw an unusual access by a guest[: {about}]",
  MobileEmailEvent: "{actor} used e-mail in the mobile app",
  OAuthTokenRefreshFailed: "An app of {actor} failed to renew its token[: {app}]",
};

const inApps: EventTable = {
  "(API|SoapApi)": "{actor} called the SOAP API[ ({detail})][ on {about}]",
  "(RestApi|ApexRestApi)": "{actor} called the REST API[ ({detail})][ on {about}]",
  "(BulkApi|BulkApi2|BulkApiRequest)": "{actor} ran a bulk job[ ({detail})][ on {about}]",
  "(BulkApiResultEventStore|BulkApiResultEvent)":
    "{actor} downloaded the results of a bulk job[ ({detail})][ on {about}]",
  ApiTotalUsage: "{actor} called an API[ ({detail})][ on {about}]",
  "(ApiEvent|ApiEventStream)": "{actor} read data through an API[ ({detail})][ of {about}]",
  "(CompositeApi|CompositeApiSubrequest)": "{actor} called the composite API[ on {about}]",
  "(ApiAnomalyEventStore|ApiAnomalyEvent|ApiAnomaly)": "Salesforce saw an unusual use of the API by {actor}[: {about}]",
  "(ReportAnomalyEventStore|ReportAnomalyEvent|ReportAnomaly)":
    "Salesforce saw an unusual use of reports by {actor}[: {about}]",
  ConnectedAppUsageEventStore: "{actor} used the app {app}[ ({detail})]",
  ConnectedAppUsage: "{actor} used the app {app}[ ({detail})]",
  "(Report|ReportEvent|ReportEventStream)": "{actor} ran a report[: {about}][ ({detail})]",
  ReportExport: "{actor} exported a report[: {about}]",
  MultiblockReport: "{actor} ran a joined report[: {about}]",
  AsyncReportRun: "A report ran on schedule for {actor}[: {about}]",
  Dashboard: "{actor} viewed a dashboard[: {about}]",
  "(ListViewEvent|ListViewEventStream)": "{actor} viewed a list view[: {about}]",
  ContentTransfer: "{actor} transferred a file[ ({detail})][: {about}]",
  "(FileEventStore|FileEvent)": "{actor} used a file[ ({detail})][: {about}]",
  ContentDistribution: "{actor} used a public link of a file[ ({detail})][: {about}]",
  ContentDocumentLink: "{actor} changed who a file is shared with[ ({detail})][: {about}]",
  DocumentAttachmentDownloads: "{actor} downloaded an attachment[: {about}]",
  WaveDownload: "{actor} downloaded from CRM Analytics[: {about}]",
  "(WaveChange|WaveInteraction)": "{actor} used CRM Analytics[: {about}]",
  "(URI|UriEvent|UriEventStream)": "{actor} viewed a page[: {about}]",
  "(LightningPageView|LightningUriEvent|LightningUriEventStream)": "{actor} viewed a page[: {about}]",
  "(LightningInteraction|LightningLogger|Console|AuraRequest)": "{actor} used a page[: {about}]",
  LightningError: "A page showed {actor} an error[: {about}]",
  "(VisualforceRequest|Sites)": "{actor} viewed a page[: {about}]",
  "(Search|SearchClick)": "{actor} searched[ for {about}]",
  KnowledgeArticleView: "{actor} read a knowledge article[: {about}]",
  "(DatabaseSave|DatabaseSaveEvent)": "{actor} changed records[ ({detail})][: {about}]",
  "(UniqueQuery|UniqueQueryEventLog)": "{actor} queried data[: {about}]",
  InsufficientAccess: "{actor} was refused access to a record[: {about}]",
  "(ApexExecution|ApexCallout|ApexSoap|ApexTrigger|ApexInline)": "Apex code ran for {actor}[: {about}]",
  "Apex Execution": "Apex code ran for {actor}[: {about}]",
  ApexUnexpectedException: "Apex code failed for {actor}[: {about}]",
  ConcurrentLongRunningApexLimit: "A long request of {actor} was ended[: {about}]",
  "(ContinuationCallout|ContinuationCalloutSummary|NamedCredential)":
    "Apex code called another system for {actor}[: {about}]",
  "(ExternalCrossOrgCallout|ExternalCustomApexCallout|ExternalDataSourceCallout|ExternalODataCallout)":
    "External data was read for {actor}[: {about}]",
  "(FlowExecution|InvocableAction|QueuedExecution|TimeBasedWorkflow)": "An automation ran for {actor}[: {about}]",
  "(OneCommerceUsage|Pricing)": "{actor} used Commerce[: {about}]",
  "(InsecureExternalAssets|BlockedRedirect|HostnameRedirects|CorsViolation|CspViolation)":
    "A page of {actor} led outside ({words})[: {about}]",
  "(LightningPerformance|WavePerformance|UiTelemetryNavigationTiming|UiTelemetryResourceTiming|UITelemetryResourceTiming)":
    "The speed of a page of {actor} was measured",
};

const setUp: EventTable = {
  "(PermissionUpdate|PermissionSetEventStore|PermissionSetEvent)":
    "{actor} changed permissions[ ({detail})][: {about}]",
  "(GroupMembership|GroupMembershipEventStore)": "{actor} changed the members of a group[ ({detail})][: {about}]",
  PackageInstall: "{actor} installed a package[: {about}]",
  "(MetadataApiOperation|ChangeSetOperation)": "{actor} read or deployed metadata[ ({detail})][: {about}]",
  Sandbox: "{actor} copied a sandbox[: {about}]",
  PlatformEncryption: "{actor} used an encryption key[ ({detail})]",
  TransactionSecurity: "A transaction security policy acted on {actor}[: {about}]",
  "Audit Trail": "{actor} changed a record[: {about}]",
};

/** Types that report what was refused or went wrong. */
export const failures: ReadonlySet<string> = new Set([
  ...["InsufficientAccess", "OAuthTokenRefreshFailed", "CorsViolation", "CspViolation", "BlockedRedirect"],
  ...["ApexUnexpectedException", "LightningError", "ConcurrentLongRunningApexLimit"],
]);

/** Of a file, what was done with it: `VersionDownloadAction` in log files, `UI_DOWNLOAD` in real-time events. */
export function actionWith(detail: string | null | undefined): ActivityAction | null {
  const [, word] = /(download|upload|preview)/i.exec(detail ?? "") ?? [];
  if (word === undefined) return null;
  return /download/i.test(word) ? "DOWNLOAD" : /upload/i.test(word) ? "UPLOAD" : "READ";
}

/** What measures the speed of pages and code, and not what people do. */
export const telemetry: readonly string[] = [
  ...["ApexTrigger", "LightningPerformance", "LightningLogger", "QueuedExecution", "WavePerformance"],
  ...["UiTelemetryNavigationTiming", "UiTelemetryResourceTiming", "UITelemetryResourceTiming"],
];

export const vocabulary = defineVocabulary({
  tables: [
    { category: "LOG_ON", events: signIns },
    { category: "USER", events: inApps },
    { category: "ADMIN", events: setUp },
  ],
  failures: {
    LoginHistory: "{actor} failed to sign in[ through {app}][: {reason}]",
    Login: "{actor} failed to sign in[ through {app}][: {reason}]",
    LoginEvent: "{actor} failed to sign in[ through {app}][: {reason}]",
  },
  guess: (eventType) => `{actor} did “${inWords(eventType.replace(/EventStore$|Event$/, ""))}”[: {about}]`,
});
