/** Objects of Real-Time Event Monitoring, and their fields that are asked for beside the common ones. */
export interface Store {
  object: string;
  fields: readonly string[];
}

const common = ["EventIdentifier", "EventDate", "UserId", "Username"];
const session = ["SourceIp", "SessionKey", "LoginKey"];

const store = (object: string, names: string): Store => ({
  object,
  fields: [...common, ...session, ...names.split(" ").filter(Boolean)],
});

/** `LoginEvent` is left out: sign-ins stand in the login history. */
export const stores: readonly Store[] = [
  store("LogoutEvent", ""),
  store("LoginAsEvent", "DelegatedUsername Application Browser TargetUrl"),
  store("IdentityVerificationEvent", "Activity Policy Status VerificationMethod"),
  store("ApiEvent", "Application Client ConnectedAppId Operation QueriedEntities RowsProcessed UserAgent"),
  store("BulkApiResultEventStore", "Query"),
  store("ReportEvent", "ReportId Name Operation ExportFileFormat QueriedEntities RowsProcessed"),
  store("ListViewEvent", "ListViewId Name QueriedEntities RowsProcessed"),
  store("UriEvent", "Operation QueriedEntities RecordId Name"),
  store("LightningUriEvent", "Operation QueriedEntities RecordId PageUrl"),
  store("FileEventStore", "FileAction DocumentId FileName FileType ContentSize VersionId"),
  store("PermissionSetEventStore", "Operation PermissionType PermissionList ParentIdList ParentNameList UserCount"),
  store("ApiAnomalyEventStore", "Score Summary SecurityEventData Operation QueriedEntities UserAgent"),
  store("ReportAnomalyEventStore", "Score Summary SecurityEventData Report"),
  // Nobody has signed in yet, or another session is meant.
  {
    object: "CredentialStuffingEventStore",
    fields: [...common, "SourceIp", "Score", "Summary", "LoginUrl", "UserAgent"],
  },
  { object: "SessionHijackingEventStore", fields: [...common, "Score", "Summary", "SecurityEventData", "CurrentIp"] },
];
