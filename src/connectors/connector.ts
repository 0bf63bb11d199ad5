/**
 * The contract of a connector: declare the facts, code the verbs.
 * Nothing here knows of the database, the environment or GraphQL.
 */
import type { Client } from "#src/http/client.ts";

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
export type ActivityOutcome = "SUCCESS" | "FAILURE" | "UNKNOWN";
export type UserStatus = "ACTIVE" | "INVITED" | "SUSPENDED" | "DISABLED" | "DELETED" | "UNKNOWN";
export type AccountType = "HUMAN" | "SERVICE" | "UNKNOWN";
export type PermissionLevel = "LOW" | "MEDIUM" | "HIGH";
export type Severity = "INFORMATIONAL" | "LOW" | "MEDIUM" | "HIGH" | "CRITICAL";

/** Of contract.graphql's GovernanceActionKind, those a connector carries out at its provider. */
export const providerActionKinds = [
  "CONFIRM_USER_COMPROMISED",
  "SUSPEND_USER",
  "UNSUSPEND_USER",
  "REQUIRE_SIGN_IN_AGAIN",
  "RESET_PASSWORD",
  "REVOKE_ADMIN_PRIVILEGES",
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

// ---------------------------------------------------------------- manifest: facts only

export interface SettingFact {
  label: string;
  help?: string;
  /** Encrypted at rest, never returned by any API. */
  secret?: boolean;
  /** Default true. */
  required?: boolean;
  options?: readonly string[];
  /** The whole value must match; `example` is shown when it does not. */
  pattern?: RegExp;
  example?: string;
  /** Lines may be long (a PEM key): the console shows a text area. */
  multiline?: boolean;
  default?: string;
}

export interface StreamFact {
  /** How often it is read when nothing else asks for it. */
  everySeconds: number;
  /** True when the provider pushes changes to us (webhook, event hook). */
  realTime?: boolean;
  /** ISO 8601 duration: how late the provider itself may be. */
  providerDelay?: string;
  /** ISO 8601 duration: how far before connecting we read. Activities and files only. */
  retroactivePeriod?: string;
  /** Scopes or permissions in the provider's own words; without them the stream is off and the rest goes on. */
  scopes: readonly string[];
  /** Activities only: the categories this connector really produces. */
  categories?: readonly ActivityCategory[];
  /** True (default) for listings that name everything: what a full pass no longer names is gone. */
  fullListing?: boolean;
  /** Only with these settings or components (a mode, an enterprise slug). Absent: always. */
  when?: (settings: Settings, components: readonly string[]) => boolean;
}

export interface ActionFact {
  scopes: readonly string[];
  /** The action that undoes it exactly. */
  undo?: ProviderActionKind;
  /** What an admin must know before using it: side effects at this provider. */
  note?: string;
}

export interface Manifest {
  /** kebab-case, stable: `github`. */
  slug: string;
  name: string;
  description: string;
  /** The provider's API documentation. */
  docs: string;
  lifecycle: ConnectorLifecycle;
  authorization: AuthorizationKind;
  /** Markdown: role, licence and provider-side set-up needed. */
  prerequisites: string;
  /** Its accounts are the organisation's people: an account that is deleted here belongs to somebody who left. Default false. */
  directory?: boolean;
  /** Default true. */
  multiInstance?: boolean;
  /** Default true. */
  reenable?: boolean;
  settings: Readonly<Record<string, SettingFact>>;
  components?: Readonly<Record<string, { label: string; description: string; requires?: readonly string[] }>>;
  /**
   * Hosts this connector may call: exact (`api.github.com`) or with one leading wildcard label (`*.okta.com`).
   * `{name}` stands for the value of that setting (a host name or URL).
   */
  hosts: readonly string[];
  rateLimit?: RateLimitFact;
  streams: Readonly<Partial<Record<ScanStream, StreamFact>>>;
  actions?: Readonly<Partial<Record<ProviderActionKind, ActionFact>>>;
  /** The connector takes webhooks (`receiveWebhook` in its code). */
  webhooks?: boolean;
  /**
   * What qualifies a capability, in words; and, where our code has none, why: NOT_SUPPORTED (default), NOT_SUPPORTED_BY_PROVIDER
   * or NOT_APPLICABLE. What our code does is computed (see capability.ts) and cannot be claimed here: PARTIAL and PREVIEW only lower it.
   */
  capabilities?: Readonly<
    Partial<Record<CapabilityKind, { support?: Exclude<CapabilitySupport, "SUPPORTED">; note?: string }>>
  >;
}

export interface RateLimitFact {
  /** Header with the calls left, and with the instant the window starts again. */
  remaining?: string;
  resetAt?: string;
  /** What `resetAt` holds. Default `epoch-seconds`. */
  resetUnit?: "epoch-seconds" | "epoch-millis" | "seconds-from-now";
  /** Statuses that mean "too often" (429 always does). A 403 counts only with remaining = 0 or a Retry-After header. */
  statuses?: readonly number[];
  /** How long to wait when the provider does not say. Default 60. */
  defaultWaitSeconds?: number;
  /** Calls at once for one instance. Default 4. */
  concurrency?: number;
}

// ---------------------------------------------------------------- records: what streams yield

export type Settings = Readonly<Record<string, string>>;

/** One account. `externalId` is the provider's immutable id. */
export interface UserRecord {
  externalId: string;
  /** Sign-in name, when it differs from the e-mail: the log may name people by it. */
  login?: string | null;
  email?: string | null;
  displayName?: string | null;
  status: UserStatus;
  /** Known from the listing itself; a held admin privilege makes it true as well. */
  isAdmin?: boolean;
  isExternal?: boolean;
  type?: AccountType;
  lastSignInAt?: Date | null;
  /** False: nobody vouches for the e-mail (an invitation not yet accepted), so it does not say whose account it is. Default true. */
  emailVerified?: boolean;
  /** When it was deleted, where the provider says so and the status is DELETED. */
  deletedAt?: Date | null;
  /** As the provider sent it, without secrets. */
  raw: unknown;
}

export type GroupItem =
  | { kind: "group"; externalId: string; name: string; raw: unknown }
  | { kind: "member"; groupId: string; userId: string };

export type PrivilegeItem =
  | { kind: "privilege"; externalId: string; name: string; isAdmin: boolean }
  | { kind: "holder"; privilegeId: string; userId: string };

export interface ActivityTargetRecord {
  type: string;
  id?: string | null;
  name?: string | null;
}

export interface ActorRecord {
  /** The provider's id of the account, equal to UserRecord.externalId. */
  externalId?: string | null;
  /** Sign-in name or e-mail, matched against known accounts when there is no id. */
  login?: string | null;
  email?: string | null;
  /** What people see: shown as `actorName`. */
  name?: string | null;
  type?: AccountType;
  /** False: not an account of this tenant (the provider itself, an anonymous caller): no account is made for it. Default true. */
  isAccount?: boolean;
}

/** Something an actor did, as the app logged it. */
export interface ActivityRecord {
  /** Unique in the tenant and the same each time it is read. Where the provider has none: a hash of what identifies it. */
  externalId: string;
  category: ActivityCategory;
  /** Exactly as the app calls it. */
  eventType: string;
  /** One readable sentence, no trailing full stop: `Mira Holt signed in to Okta`. */
  description: string;
  /** Millisecond precision. */
  occurredAt: Date;
  actor: ActorRecord | null;
  outcome: ActivityOutcome;
  impersonated?: boolean;
  interactive?: boolean | null;
  sessionId?: string | null;
  ipAddress?: string | null;
  /** ISO 3166-1 alpha-2, only when the app itself says so. */
  country?: string | null;
  city?: string | null;
  isp?: string | null;
  userAgent?: string | null;
  targets: ActivityTargetRecord[];
  /** An event type the mapping does not know: kept, never dropped. */
  unmapped?: boolean;
  /** As the app sent it. */
  raw: unknown;
}

export type OAuthAppItem =
  | {
      kind: "app";
      externalId: string;
      name: string;
      publisher?: string | null;
      publisherVerified?: boolean | null;
      scopes: string[];
      permissionLevel: PermissionLevel;
      banned?: boolean;
      lastAuthorizedAt?: Date | null;
      lastUsedAt?: Date | null;
      raw: unknown;
    }
  | {
      kind: "grant";
      appId: string;
      userId: string;
      grantedAt?: Date | null /** What revoking this one grant needs. */;
      reference?: string | null;
    };

/** One setting of the tenant that posture checks look at. A read that failed says why, and is never a pass. */
export type PostureItem = { key: string; value: unknown } | { key: string; unreadable: string };

export interface StreamItems {
  USERS: UserRecord;
  GROUPS: GroupItem;
  PRIVILEGES: PrivilegeItem;
  ACTIVITIES: ActivityRecord;
  FILES: never;
  OAUTH_APPS: OAuthAppItem;
  POSTURE: PostureItem;
}

/** What was read at once, and where to resume after it is stored. At most a few thousand items. */
export interface StreamPage<T> {
  items: T[];
  /** Opaque; handed back to the stream function after this page is committed. Null: start over next time. */
  cursor: string | null;
  /** How many there are in all, when the provider tells. */
  total?: number;
}

// ---------------------------------------------------------------- verbs

/** A credential as it is kept (encrypted). */
export interface Credential {
  accessToken: string;
  refreshToken?: string;
  tokenType?: string;
  expiresAt?: Date;
  /** Scopes the provider says were granted; undefined when it does not say. */
  scopes?: string[];
  /** When an admin must renew by hand (refresh token or typed-in token ends). */
  renewBy?: Date;
  extra?: Record<string, string>;
}

/** What every verb of a connected instance gets. */
export interface Context {
  /** Signs, waits, pages and maps errors; paths are relative to the connector's base URL. */
  http: Client;
  settings: Settings;
  components: readonly string[];
  now: () => Date;
  signal: AbortSignal;
}

export interface StreamContext extends Context {
  /** Start of the first read (activities, files): connection time less the retroactive period, or the caller's back-fill. */
  from: Date;
  /** End of a back-fill; null: go on to now. */
  to: Date | null;
}

export type StreamFunction<T> = (
  context: StreamContext,
  cursor: string | null,
) => AsyncGenerator<StreamPage<T>, void, void>;
export type StreamFunctions = { [S in ScanStream]?: StreamFunction<StreamItems[S]> };

export interface AuthorizationRequest {
  redirectUri: string;
  state: string;
  codeChallenge: string;
}
export interface AuthorizationAnswer {
  code: string;
  redirectUri: string;
  codeVerifier: string /** All query parameters of the callback. */;
  parameters: Record<string, string>;
}

/** Before there is a credential: the HTTP client signs nothing. */
export interface Authorization {
  /**
   * True when these settings need a person to consent in a browser (`authorize` and `exchange` are used),
   * false when `obtain` makes the credential from the settings alone.
   */
  interactive: (settings: Settings) => boolean;
  authorize?: (settings: Settings, request: AuthorizationRequest) => URL;
  /** Throws ProviderAuthError when the code is refused. */
  exchange?: (context: Context, answer: AuthorizationAnswer) => Promise<Credential>;
  obtain?: (context: Context) => Promise<Credential>;
  /** Called under a row lock before `expiresAt`, or once after a 401. Absent: `obtain` is called again, or the credential cannot be renewed. Throws ProviderAuthError when withdrawn. */
  refresh?: (context: Context, credential: Credential) => Promise<Credential>;
  /** Headers and query parameters that sign one request; `request` is for providers whose hosts are signed differently. */
  sign: (
    credential: Credential,
    settings: Settings,
    now: Date,
    request?: { url: URL },
  ) => { headers?: Record<string, string>; query?: Record<string, string> };
}

export interface ConnectionTest {
  /** The provider's own id of the tenant. */
  externalAccountId: string;
  accountName: string;
  /** Scopes that are missing for what the connector could do; streams and actions needing them are off. */
  missingScopes: string[];
  /** Capabilities that the licence or mode takes away, with the reason. */
  unavailable?: Partial<Record<CapabilityKind, string>>;
}

export interface WebhookRequest {
  method: string;
  headers: Record<string, string>;
  query: Record<string, string>;
  body: Buffer;
}
/** What arrived, after its signature proved good. */
export interface WebhookResult {
  /** What to answer the provider at once (handshakes need a body). Default 200, empty. */
  response?: { status: number; headers?: Record<string, string>; body?: string };
  /** Unique id of this delivery for replay rejection; absent: a hash of the body is used. */
  deliveryId?: string;
  /** The activities it carried; stored by a job. */
  activities?: ActivityRecord[];
  /** Streams to read now because something in them changed. */
  refresh?: ScanStream[];
}
/** What a webhook registration needs to be checked and removed later; kept encrypted. */
export type WebhookRegistration = Record<string, string>;

export interface Webhooks {
  /** Registers our URL at the provider; idempotent (finds its own earlier registration). */
  register: (context: Context, hook: { url: string; secret: string }) => Promise<WebhookRegistration>;
  unregister: (context: Context, registration: WebhookRegistration) => Promise<void>;
  /** Pure. Throws WebhookRejectedError when the signature or secret is wrong. */
  receive: (
    request: WebhookRequest,
    hook: { secret: string; settings: Settings; registration: WebhookRegistration | null; now: Date },
  ) => WebhookResult;
}

export interface ActionTarget {
  user?: { externalId: string; login: string | null; email: string | null };
  oauthApp?: { externalId: string };
  file?: { externalId: string };
  parameters: Record<string, unknown>;
}
/** `changed: false` — the provider was already in that state (so a retry after a crash is harmless). `before` is what a revert needs. */
export interface ActionResult {
  changed: boolean;
  before?: Record<string, unknown>;
}
export type ActionFunction = (context: Context, target: ActionTarget) => Promise<ActionResult>;

export interface CheckResult {
  result: "pass" | "fail" | "unknown";
  /** 0..1 of the points; default 1 for pass, 0 otherwise. */
  share?: number;
  /** Figures and names that prove it. */
  evidence?: unknown;
  /** Why unknown. */
  because?: string;
}
/** What checks see: stored settings of the tenant, and counts over stored records. */
export interface PostureSnapshot {
  get: (key: string) => unknown;
  unreadable: (key: string) => string | null;
}
export interface Check {
  slug: string;
  title: string;
  description: string;
  /** Markdown steps. */
  remediation: string;
  severity: Severity;
  maxPoints: number;
  /** `CIS GitHub Benchmark 1.2.0: 1.3.5`. */
  benchmark?: string;
  /** Keys of the posture stream it reads; one unreadable makes the answer unknown before `evaluate` runs. */
  needs: readonly string[];
  evaluate: (snapshot: PostureSnapshot) => CheckResult;
  /** Beside the rule: a snapshot each that passes and fails; one test runs them all. */
  examples: { pass: Record<string, unknown>; fail: Record<string, unknown> };
}

export interface ConnectorCode<M extends Manifest = Manifest> {
  manifest: M;
  /** Base URL of relative paths: `https://api.github.com`. */
  baseUrl: (settings: Settings) => string;
  authorization: Authorization;
  testConnection: (context: Context) => Promise<ConnectionTest>;
  /** Tidies and checks settings beyond patterns (strip `-admin` from an Okta domain). Throws InvalidInputError. */
  normaliseSettings?: (settings: Settings) => Settings;
  /** Turns an unsuccessful answer into one of our provider errors; return null for the common mapping by status. */
  mapError?: (response: { status: number; headers: Headers; body: unknown }, now: Date) => Error | null;
  streams: { [S in keyof M["streams"] & ScanStream]: StreamFunction<StreamItems[S]> };
  actions: { [A in keyof NonNullable<M["actions"]> & ProviderActionKind]: ActionFunction };
  checks?: readonly Check[];
  webhooks?: Webhooks;
  /** Maps one archived provider event (a line of `gatehouse import`), the same mapping as the stream's. */
  mapEvent?: (event: unknown) => ActivityRecord[];
}

/** A connector whose code exists. */
export interface Connector {
  manifest: Manifest;
  baseUrl: (settings: Settings) => string;
  authorization: Authorization;
  testConnection: (context: Context) => Promise<ConnectionTest>;
  normaliseSettings?: (settings: Settings) => Settings;
  mapError?: (response: { status: number; headers: Headers; body: unknown }, now: Date) => Error | null;
  streams: StreamFunctions;
  actions: Partial<Record<ProviderActionKind, ActionFunction>>;
  checks: readonly Check[];
  webhooks?: Webhooks;
  mapEvent?: (event: unknown) => ActivityRecord[];
}

/** Joins the halves: a declared stream or action without its function does not compile. */
export function defineConnector<const M extends Manifest>(code: ConnectorCode<M>): Connector {
  return { ...code, checks: code.checks ?? [] } as unknown as Connector;
}
