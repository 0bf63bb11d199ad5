import { accountTypesDescribed, describedEnum } from "./described-enum.ts";

export const ConnectorLifecycle = describedEnum("ConnectorLifecycle", "Whether an app can be connected.", {
  AVAILABLE: "Can be connected.",
  PREVIEW: "Listed with its facts; its code is not there yet, so it cannot be connected.",
  RETIRED: "The provider shut the product down; connecting fails with PROVIDER_RETIRED except against the sandbox.",
});

export const AuthorizationKind = describedEnum("AuthorizationKind", "How Gatehouse proves itself to an app.", {
  OAUTH2_AUTHORIZATION_CODE: "A person consents in a browser.",
  OAUTH2_CLIENT_CREDENTIALS: "A client id with a secret or a signed assertion.",
  OAUTH2_JWT_BEARER: "A signed assertion in the name of an account.",
  API_TOKEN: "A token that an admin pastes.",
  AWS_ASSUME_ROLE: "A role in the customer's AWS account.",
});

export const CapabilityKind = describedEnum("CapabilityKind", "What a connector may be able to do.", {
  LIST_ACCOUNTS: "Lists the accounts of the app.",
  LIST_GROUPS: "Lists groups and their members.",
  LIST_PRIVILEGES: "Lists roles and privileges and who holds them.",
  LOG_ON_ACTIVITY: "Reads sign-ins, sign-outs and failed attempts.",
  USER_ACTIVITY: "Reads what users do.",
  ADMIN_ACTIVITY: "Reads what admins change.",
  USER_GOVERNANCE: "Acts on accounts: suspend, sign out, reset.",
  VIEW_APP_PERMISSIONS: "Lists third-party apps, tokens and what they may do.",
  REVOKE_APP_PERMISSIONS: "Takes permissions away from third-party apps.",
  SECURITY_POSTURE: "Checks security settings and recommends.",
  DLP_BACKLOG_SCAN: "Reads the files that are there.",
  DLP_NEAR_REAL_TIME_SCAN: "Reads files as they change.",
  SHARING_CONTROL: "Changes who files are shared with.",
  FILE_GOVERNANCE: "Acts on files: quarantine, trash, restore.",
  SENSITIVITY_LABELS: "Applies and removes sensitivity labels.",
});

export const CapabilitySupport = describedEnum(
  "CapabilitySupport",
  "How far a capability goes: computed from what the code really does.",
  {
    SUPPORTED: "Works.",
    PARTIAL: "Works in part; the note says which.",
    PREVIEW: "Works, and may still change.",
    NOT_SUPPORTED: "Gatehouse does not do it.",
    NOT_SUPPORTED_BY_PROVIDER: "The app's API does not allow it.",
    NOT_APPLICABLE: "The app has no such thing.",
  },
);

export const InstanceStatus = describedEnum("InstanceStatus", "Where the connection of a tenant stands.", {
  AWAITING_AUTHORIZATION: "A person must open the authorization URL and consent.",
  CONNECTING: "The consent is given; the credential is being proved.",
  CONNECTED: "Scans run.",
  ERROR: "Something an admin must act on; `statusReason` says what.",
  DISABLED: "Switched off by an admin; nothing is read.",
  DISCONNECTED: "Ended for good; the credential is erased.",
});

export const WebhookState = describedEnum("WebhookState", "How an app sends its events to Gatehouse.", {
  NONE: "No webhook is set up; everything is read on schedule.",
  REGISTERED: "Gatehouse registered its address at the app.",
  MANUAL: "An admin enters address and secret at the app; createWebhookSecret returns both.",
});

export const ScanStream = describedEnum("ScanStream", "One kind of record that is read page by page.", {
  USERS: "Accounts.",
  GROUPS: "Groups and their members.",
  PRIVILEGES: "Roles and privileges and who holds them.",
  ACTIVITIES: "What actors did.",
  FILES: "Files and how they are shared.",
  OAUTH_APPS: "Third-party apps, tokens and grants.",
  POSTURE: "Security settings, for posture checks.",
});

export const ScanMode = describedEnum("ScanMode", "How much of a stream a scan reads.", {
  FULL: "All of it, or all of a span.",
  INCREMENTAL: "What is new since the last scan.",
  REAL_TIME: "What the app pushes.",
});

export const ScanStatus = describedEnum("ScanStatus", "Where a scan stands.", {
  QUEUED: "Waits for a worker, or for its next try.",
  RUNNING: "Reads.",
  THROTTLED: "Waits for the app's rate limit, until `throttledUntil`.",
  SUCCEEDED: "Caught up.",
  FAILED: "Ended by an error; what was stored so far stays.",
  CANCELLED: "Ended by hand, or because its instance was disabled, failed or disconnected.",
});

export const HealthState = describedEnum("HealthState", "Whether what is shown can be trusted to be complete.", {
  HEALTHY: "Every stream was read recently.",
  DEGRADED: "A stream is throttled, failed once, or lacks a scope; or the webhook could not be registered.",
  STALE: "A stream has not been read for much longer than its period, or nothing was found for much longer than usual.",
  FAILING: "A stream fails again and again, or the connection is broken.",
});

export const UserStatus = describedEnum("UserStatus", "The state of an account in its app.", {
  ACTIVE: "May sign in.",
  INVITED: "Invited or staged; has not signed in yet.",
  SUSPENDED: "Suspended; can be restored.",
  DISABLED: "Deactivated.",
  DELETED: "No longer there.",
  UNKNOWN: "The app does not say; also accounts seen only as actors.",
});

export const AccountType = describedEnum("AccountType", "Who stands behind an account.", accountTypesDescribed);

export const ActivityCategory = describedEnum("ActivityCategory", "What kind of thing was done.", {
  LOG_ON: "Sign-in, sign-out, a failed attempt.",
  USER: "Ordinary use.",
  ADMIN: "A change of settings, accounts, rights or apps.",
});

export const ActivityOutcome = describedEnum("ActivityOutcome", "Whether it worked.", {
  SUCCESS: "It was done.",
  FAILURE: "It was refused or failed.",
  UNKNOWN: "The app does not say.",
});

export const IpCategory = describedEnum("IpCategory", "What is known of an IP address.", {
  ADMINISTRATIVE: "Of your administrators.",
  CLOUD_PROVIDER: "Of a cloud provider.",
  CORPORATE: "Of your offices.",
  RISKY: "Known for attacks or anonymity.",
  VPN: "Of your VPN.",
  OTHER: "Nothing particular.",
});

export const Involvement = describedEnum(
  "Involvement",
  "Whether userIds, userDomains and groupIds speak of who did it, whom it was done to, or either.",
  {
    ACTOR: "Who did it.",
    TARGET: "Whom it was done to.",
    ANY: "Either.",
  },
);

export const ActivityGrouping = describedEnum("ActivityGrouping", "What activities are counted by.", {
  CATEGORY: "Category.",
  EVENT_TYPE: "Event type, as the app calls it.",
  USER: "Account; the key is its id.",
  INSTANCE: "Instance; the key is its id.",
  COUNTRY: "Country, ISO 3166-1 alpha-2; empty when unknown.",
  IP_ADDRESS: "IP address; empty when unknown.",
  OUTCOME: "Outcome.",
  TIME: "Time, in steps of `interval`.",
});

export const PermissionLevel = describedEnum("PermissionLevel", "How much harm an app's permissions could do.", {
  LOW: "Reads little.",
  MEDIUM: "Reads much, or writes a little.",
  HIGH: "Writes, administers, or reads everything.",
});

export const OAuthAppState = describedEnum("OAuthAppState", "What was decided about an app.", {
  UNDETERMINED: "Nothing yet.",
  APPROVED: "Approved by an admin.",
  BANNED: "Banned, or switched off in the app.",
});

export const Role = describedEnum("Role", "What a token or person may do.", {
  VIEWER: "Queries and subscribes.",
  ANALYST:
    "As VIEWER; also works on alerts, reads the named address ranges, tests connections, starts and cancels scans.",
  ADMIN: "Everything: connects and governs apps, makes tokens, reads the audit log.",
});
