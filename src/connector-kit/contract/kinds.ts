/** The closed vocabularies of the contract: what a connector may declare, read and do. */

export const capabilityKinds = [
  "LIST_ACCOUNTS",
  "LIST_GROUPS",
  "LIST_PRIVILEGES",
  "LOG_ON_ACTIVITY",
  "USER_ACTIVITY",
  "ADMIN_ACTIVITY",
  "USER_GOVERNANCE",
  "VIEW_APP_PERMISSIONS",
  "REVOKE_APP_PERMISSIONS",
  "SECURITY_POSTURE",
  "DLP_BACKLOG_SCAN",
  "DLP_NEAR_REAL_TIME_SCAN",
  "SHARING_CONTROL",
  "FILE_GOVERNANCE",
  "SENSITIVITY_LABELS",
] as const;
export type CapabilityKind = (typeof capabilityKinds)[number];

export const capabilitySupports = [
  "SUPPORTED",
  "PARTIAL",
  "PREVIEW",
  "NOT_SUPPORTED",
  "NOT_SUPPORTED_BY_PROVIDER",
  "NOT_APPLICABLE",
] as const;
export type CapabilitySupport = (typeof capabilitySupports)[number];

/** In the order they are scanned on connecting. */
export const scanStreams = ["USERS", "GROUPS", "PRIVILEGES", "ACTIVITIES", "FILES", "OAUTH_APPS", "POSTURE"] as const;
export type ScanStream = (typeof scanStreams)[number];

export type ConnectorLifecycle = "AVAILABLE" | "PREVIEW" | "RETIRED";
export type AuthorizationKind =
  | "OAUTH2_AUTHORIZATION_CODE"
  | "OAUTH2_CLIENT_CREDENTIALS"
  | "OAUTH2_JWT_BEARER"
  | "API_TOKEN"
  | "AWS_ASSUME_ROLE";
export type ActivityCategory = "LOG_ON" | "USER" | "ADMIN";
/** What an activity does, whatever the app calls it. */
export const activityActions = [
  "SIGN_IN",
  "SIGN_OUT",
  "RESET_CREDENTIAL",
  "CREATE",
  "READ",
  "UPDATE",
  "DELETE",
  "RESTORE",
  "COPY",
  "MOVE",
  "UPLOAD",
  "DOWNLOAD",
  "SHARE",
  "UNSHARE",
  "GRANT",
  "REVOKE",
  "DENY",
  "ENABLE",
  "DISABLE",
  "EXECUTE",
  "OTHER",
] as const;
export type ActivityAction = (typeof activityActions)[number];
export type ActivityOutcome = "SUCCESS" | "FAILURE" | "UNKNOWN";
export type UserStatus = "ACTIVE" | "INVITED" | "SUSPENDED" | "DISABLED" | "DELETED" | "UNKNOWN";
export type AccountType = "HUMAN" | "SERVICE" | "UNKNOWN";
export type PermissionLevel = "LOW" | "MEDIUM" | "HIGH";
export type Severity = "INFORMATIONAL" | "LOW" | "MEDIUM" | "HIGH" | "CRITICAL";

/** Actions on an account. */
export const accountActionKinds = [
  "CONFIRM_USER_COMPROMISED",
  "SUSPEND_USER",
  "UNSUSPEND_USER",
  "REQUIRE_SIGN_IN_AGAIN",
  "RESET_PASSWORD",
  "REVOKE_ADMIN_PRIVILEGES",
] as const;

/** Of contract.graphql's GovernanceActionKind, those a connector carries out at its provider. */
export const providerActionKinds = [
  ...accountActionKinds,
  "REVOKE_APP",
  "REVOKE_APP_FOR_USER",
  "BAN_APP",
  "UNBAN_APP",
  "QUARANTINE_FILE",
  "RESTORE_FILE",
  "TRASH_FILE",
  "OVERWRITE_FILE",
  "REMOVE_PUBLIC_SHARING",
  "REDUCE_PUBLIC_ACCESS",
  "REMOVE_EXTERNAL_USERS",
  "MAKE_PRIVATE",
  "REMOVE_COLLABORATOR",
  "REMOVE_USER_COLLABORATIONS",
  "TRANSFER_FILE_OWNERSHIP",
  "EXPIRE_SHARED_LINK",
  "SET_SHARED_LINK_ACCESS",
  "INHERIT_PARENT_PERMISSIONS",
  "APPLY_LABEL",
  "REMOVE_LABEL",
] as const;
export type ProviderActionKind = (typeof providerActionKinds)[number];
