import { accountTypesDescribed, describedEnum } from "./described-enum.ts";

export const ConnectorLifecycle = describedEnum("ConnectorLifecycle", "Whether an app can be connected.", {
  AVAILABLE: "The app can be connected.",
  PREVIEW: "The app is listed with its facts. It cannot be connected yet, because the connector is not implemented.",
  RETIRED:
    "The provider has shut the product down. Connecting fails with PROVIDER_RETIRED, except against the sandbox.",
});

export const AuthorizationKind = describedEnum("AuthorizationKind", "How Gatehouse authenticates to an app.", {
  OAUTH2_AUTHORIZATION_CODE: "The OAuth 2.0 authorization code flow: a person consents in a browser.",
  OAUTH2_CLIENT_CREDENTIALS: "The OAuth 2.0 client credentials flow, with a client secret or a signed assertion.",
  OAUTH2_JWT_BEARER: "The OAuth 2.0 JWT bearer flow: a signed assertion on behalf of an account.",
  API_TOKEN: "An API token that an admin enters.",
  AWS_ASSUME_ROLE: "An IAM role in the customer's AWS account.",
});

export const CapabilityKind = describedEnum("CapabilityKind", "A capability that a connector may have.", {
  LIST_ACCOUNTS: "Lists the accounts of the app.",
  LIST_GROUPS: "Lists the groups and their members.",
  LIST_PRIVILEGES: "Lists roles and privileges with their holders.",
  LOG_ON_ACTIVITY: "Reads sign-ins, sign-outs and failed sign-in attempts.",
  USER_ACTIVITY: "Reads the activities of ordinary users.",
  ADMIN_ACTIVITY: "Reads administrative changes.",
  USER_GOVERNANCE: "Acts on accounts, for example by suspension, sign-out or password reset.",
  VIEW_APP_PERMISSIONS: "Lists third-party apps and tokens with their permissions.",
  REVOKE_APP_PERMISSIONS: "Revokes permissions of third-party apps.",
  SECURITY_POSTURE: "Checks security settings and returns recommendations.",
  DLP_BACKLOG_SCAN: "Reads all existing files.",
  DLP_NEAR_REAL_TIME_SCAN: "Reads files shortly after they change.",
  SHARING_CONTROL: "Changes how files are shared.",
  FILE_GOVERNANCE: "Acts on files, for example by quarantine, trash or restore.",
  SENSITIVITY_LABELS: "Applies and removes sensitivity labels.",
});

export const CapabilitySupport = describedEnum(
  "CapabilitySupport",
  "The level of support for a capability, computed from the code of the connector.",
  {
    SUPPORTED: "Supported without restriction.",
    PARTIAL: "Supported in part. The note states which part.",
    PREVIEW: "Supported, and may still change.",
    NOT_SUPPORTED: "Gatehouse does not support it.",
    NOT_SUPPORTED_BY_PROVIDER: "The app's API does not offer it.",
    NOT_APPLICABLE: "The app has no such feature.",
  },
);

export const InstanceStatus = describedEnum("InstanceStatus", "The status of the connection to a tenant.", {
  AWAITING_AUTHORIZATION: "A person must open the authorization URL and consent.",
  CONNECTING: "Consent was given, and the credential is being tested.",
  CONNECTED: "The connection works, and scans run.",
  ERROR: "An admin must act. `statusReason` states the reason.",
  DISABLED: "An admin disabled the instance. Nothing is read.",
  DISCONNECTED: "The connection was ended permanently, and the credential was erased.",
});

export const WebhookState = describedEnum("WebhookState", "How an app sends its events to Gatehouse.", {
  NONE: "No webhook is set up. Everything is read on schedule.",
  REGISTERED: "Gatehouse registered its address at the app.",
  MANUAL: "An admin enters the address and the secret at the app. createWebhookSecret returns both.",
});

export const ScanStream = describedEnum("ScanStream", "A kind of record that is read page by page.", {
  USERS: "Accounts of the app.",
  GROUPS: "Groups and their members.",
  PRIVILEGES: "Roles and privileges with their holders.",
  ACTIVITIES: "Activities of the actors.",
  FILES: "Files and how they are shared.",
  OAUTH_APPS: "Third-party apps, tokens and grants.",
  POSTURE: "Security settings for posture checks.",
});

export const ScanMode = describedEnum("ScanMode", "The extent of a scan.", {
  FULL: "Reads the whole stream, or a whole period of it.",
  INCREMENTAL: "Reads what is new since the last scan.",
  REAL_TIME: "Stores what the app pushes.",
});

export const ScanStatus = describedEnum("ScanStatus", "The status of a scan.", {
  QUEUED: "The scan waits for a worker or for its next attempt.",
  RUNNING: "The scan is reading records.",
  THROTTLED: "The scan waits for the rate limit of the app, until `throttledUntil`.",
  SUCCEEDED: "The scan has read all records that were available.",
  FAILED: "The scan ended with an error. Records stored so far are kept.",
  CANCELLED: "The scan was cancelled by a person, or because its instance was disabled, failed or was disconnected.",
});

export const HealthState = describedEnum("HealthState", "The completeness of the data of an instance.", {
  HEALTHY: "Every stream was read recently.",
  DEGRADED: "A stream is throttled, has failed, or lacks a scope.",
  STALE:
    "A stream has not been read for much longer than its interval, or has returned no records for much longer than usual.",
  FAILING: "A stream has failed several times in a row, or the connection does not work.",
});

export const UserStatus = describedEnum("UserStatus", "The status of an account in its app.", {
  ACTIVE: "The account can sign in.",
  INVITED: "The account is invited or staged and has not signed in yet.",
  SUSPENDED: "The account is suspended and can be reinstated.",
  DISABLED: "The account is deactivated.",
  DELETED: "The account no longer exists in the app.",
  UNKNOWN: "The app does not state the status, or the account is known only as an actor.",
});

export const AccountType = describedEnum(
  "AccountType",
  "The kind of account: person or program.",
  accountTypesDescribed,
);

export const ActivityCategory = describedEnum("ActivityCategory", "The category of an activity.", {
  LOG_ON: "A sign-in, a sign-out or a failed sign-in attempt.",
  USER: "Ordinary use of the app.",
  ADMIN: "A change of settings, accounts, permissions or apps.",
});

export const ActivityAction = describedEnum(
  "ActivityAction",
  "The kind of act of an activity, the same for all apps. It is derived from the event type.",
  {
    SIGN_IN: "Someone signed in or tried to, or was authenticated again.",
    SIGN_OUT: "A session ended.",
    RESET_CREDENTIAL: "A password or a second factor was changed, expired or reset.",
    CREATE: "Something was created, added, registered or requested.",
    READ: "Something was viewed, listed or searched.",
    UPDATE: "Something was changed, renamed, configured or completed.",
    DELETE: "Something was deleted, moved to the trash or cancelled.",
    RESTORE: "Something deleted or older was restored.",
    COPY: "Something was copied.",
    MOVE: "Something was moved to another place.",
    UPLOAD: "Content was uploaded.",
    DOWNLOAD: "Content was downloaded or exported.",
    SHARE: "Something was shared, by a link or with people.",
    UNSHARE: "Sharing was taken back.",
    GRANT: "Rights, a role, a membership, an approval or consent was given.",
    REVOKE: "Rights, a role, a membership, a token or consent was taken away.",
    DENY: "A request was denied, or something was blocked.",
    ENABLE: "An account or a function was activated or reinstated.",
    DISABLE: "An account or a function was deactivated or suspended.",
    EXECUTE: "Something ran, was called or was sent.",
    OTHER: "Anything else, and event types that nobody has described.",
  },
);

export const ActivityOutcome = describedEnum("ActivityOutcome", "Whether an activity succeeded.", {
  SUCCESS: "The activity was carried out.",
  FAILURE: "The activity failed or was refused.",
  UNKNOWN: "The app does not state the outcome.",
});

export const IpCategory = describedEnum("IpCategory", "The category of an IP address.", {
  ADMINISTRATIVE: "An address of your administrators.",
  CLOUD_PROVIDER: "An address of a cloud provider.",
  CORPORATE: "An address of your offices.",
  RISKY: "An address known for attacks or anonymous access.",
  VPN: "An address of your VPN.",
  OTHER: "An address of no other category.",
});

export const Involvement = describedEnum(
  "Involvement",
  "The role in which the accounts of a filter are involved in an activity.",
  {
    ACTOR: "The account carried out the activity.",
    TARGET: "The account is a target of the activity.",
    ANY: "The account carried out the activity or is a target of it.",
  },
);

export const ActivityGrouping = describedEnum("ActivityGrouping", "The value by which activities are counted.", {
  CATEGORY: "Group by category of the activity.",
  ACTION: "Group by what the activity does, the same for all apps.",
  EVENT_TYPE: "Group by event type, under the app's own name.",
  USER: "Group by account. The key is the id of the account.",
  INSTANCE: "Group by instance. The key is the id of the instance.",
  COUNTRY: "Group by country, as an ISO 3166-1 alpha-2 code. The key is empty if the country is unknown.",
  IP_ADDRESS: "Group by IP address. The key is empty if the address is unknown.",
  OUTCOME: "Group by outcome of the activity.",
  TIME: "Group by time, in steps of `interval`.",
});

export const PermissionLevel = describedEnum(
  "PermissionLevel",
  "The risk level of the permissions of a third-party app.",
  {
    LOW: "Can read little data.",
    MEDIUM: "Can read much data, or write a little.",
    HIGH: "Can write, administer, or read all data.",
  },
);

export const OAuthAppState = describedEnum("OAuthAppState", "The decision about a third-party app.", {
  UNDETERMINED: "No decision has been made.",
  APPROVED: "An admin approved the third-party app.",
  BANNED: "The third-party app is banned, or disabled at the provider.",
});

export const Role = describedEnum(
  "Role",
  "The role of a person or token. Each role includes the rights of the ones before it: VIEWER, ANALYST, ADMIN.",
  {
    VIEWER: "Can query and subscribe.",
    ANALYST:
      "Can do what a VIEWER can, and work on alerts, read address ranges, test connections, and start and cancel scans.",
    ADMIN:
      "Can do everything, including connecting apps, requesting governance actions, creating tokens and reading the audit log.",
  },
);
