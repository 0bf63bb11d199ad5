/**
 * Every code that callers may meet, as `extensions.code` of an error or `code` of a user error. Codes are stable: clients decide by them.
 * docs/http.md describes each.
 */
export const errorCodes = [
  ...(["UNAUTHENTICATED", "FORBIDDEN", "BAD_USER_INPUT", "NOT_FOUND", "CONFLICT", "RATE_LIMITED"] as const),
  ...(["QUERY_TOO_COMPLEX", "CURSOR_EXPIRED", "PERSISTED_QUERY_NOT_SUPPORTED", "INTERNAL_SERVER_ERROR"] as const),
  "DATABASE_UNAVAILABLE",
  ...([
    "UNKNOWN_CONNECTOR",
    "CONNECTOR_NOT_AVAILABLE",
    "ALREADY_CONNECTED",
    "SINGLE_INSTANCE",
    "OTHER_TENANT",
  ] as const),
  ...(["CONSENT_NEEDED", "REENABLE_NOT_ALLOWED", "WEBHOOK_REJECTED"] as const),
  ...(["DEPENDENCY_NOT_CONNECTED", "NOT_PREPARED", "PUBLIC_URL_NOT_SET"] as const),
  ...(["ACTION_NOT_SUPPORTED", "ACTION_NOT_ENABLED", "NOT_REVERTIBLE", "SCOPE_MISSING"] as const),
  ...(["TARGET_REFUSED", "DELIVERY_FAILED", "MAIL_NOT_CONFIGURED", "MAIL_UNAVAILABLE", "MAIL_REFUSED"] as const),
  ...(["PROVIDER_AUTH", "PROVIDER_SCOPE", "PROVIDER_RATE_LIMIT", "PROVIDER_UNAVAILABLE", "PROVIDER_RESPONSE"] as const),
  ...(["PROVIDER_NOT_FOUND", "PROVIDER_REQUEST", "PROVIDER_RETIRED", "STREAM_CURSOR"] as const),
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/**
 * Every error Gatehouse throws on purpose, classed by who must act.
 * `code` is stable and public; `message` is safe to show to the caller (no secrets, no internals).
 */
export abstract class GatehouseError extends Error {
  abstract readonly code: ErrorCode;
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The caller sent something wrong. `field` is the path of the argument: `["input", "settings", "org"]`. */
export class InvalidInputError extends GatehouseError {
  readonly code: ErrorCode;
  readonly field: string[] | undefined;
  constructor(message: string, field?: string[], options?: { cause?: unknown; code?: ErrorCode }) {
    super(message, options);
    this.field = field;
    this.code = options?.code ?? "BAD_USER_INPUT";
  }
}

/** Several things at once are wrong with what the caller sent; as an error it speaks of the first. */
export class InvalidInputsError extends InvalidInputError {
  readonly problems: readonly InvalidInputError[];
  constructor(problems: readonly InvalidInputError[]) {
    super(problems[0]?.message ?? "The input is not valid.", problems[0]?.field);
    this.problems = problems;
  }
}

/** The state does not allow it: a tenant already connected, a connector that allows one instance only. */
export class ConflictError extends GatehouseError {
  readonly code: ErrorCode;
  readonly field: string[] | undefined;
  constructor(message: string, options?: { cause?: unknown; code?: ErrorCode; field?: string[] }) {
    super(message, options);
    this.code = options?.code ?? "CONFLICT";
    this.field = options?.field;
  }
}

/** Does not exist, or the viewer may not see it: the two look alike. */
export class NotFoundError extends GatehouseError {
  readonly code = "NOT_FOUND";
  readonly field: string[] | undefined;
  constructor(what: string, field?: string[]) {
    super(`${what} was not found.`);
    this.field = field;
  }
}

/** Signed in, but the role does not allow it. */
export class ForbiddenError extends GatehouseError {
  readonly code = "FORBIDDEN";
}

/** Not signed in, or the token or session has ended. */
export class UnauthenticatedError extends GatehouseError {
  readonly code = "UNAUTHENTICATED";
}

/** The caller asks too often. */
export class RateLimitedError extends GatehouseError {
  readonly code = "RATE_LIMITED";
  readonly retryAfterSeconds: number;
  constructor(message: string, retryAfterSeconds: number) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The database does not answer, or another transaction holds what is needed. Nothing was changed; it passes by itself, and the caller tries again. */
export class DatabaseUnavailableError extends GatehouseError {
  readonly code = "DATABASE_UNAVAILABLE";
  constructor(options?: { cause?: unknown }) {
    super("The database is not available at the moment. Try again in a few seconds.", options);
  }
}

/** Nothing can be resumed from `after`: what follows it is no longer kept, or the database was restored to a state before it. */
export class CursorExpiredError extends GatehouseError {
  readonly code = "CURSOR_EXPIRED";
  /** The oldest cursor that still works. */
  readonly oldest: string;
  constructor(oldest: string, cause: "trimmed" | "restored" = "trimmed") {
    super(
      cause === "restored"
        ? "The database of Gatehouse was restored from a backup, and this cursor belongs to what was lost. Subscribe from `oldest`, or query the activities again and subscribe from their `streamCursor`. Activities keep their ids: drop those that you already have."
        : "This cursor is older than the activity log reaches. Query the activities again and subscribe from a newer cursor.",
    );
    this.oldest = oldest;
  }
}

/** What a provider answered, or failed to. Never holds a response body or a credential. */
export abstract class ProviderError extends GatehouseError {
  /** HTTP status of the answer, when there was one. */
  readonly status: number | undefined;
  constructor(message: string, options?: { cause?: unknown; status?: number }) {
    super(message, options);
    this.status = options?.status;
  }
}

/** The credential is refused. An admin reconnects; the instance turns ERROR. */
export class ProviderAuthError extends ProviderError {
  readonly code = "PROVIDER_AUTH";
}

/** A scope or permission is missing. An admin grants it; one capability is off, the rest runs on. */
export class ProviderScopeError extends ProviderError {
  readonly code = "PROVIDER_SCOPE";
  /** In the provider's own words: `read:audit_log`, `System Auditing`. */
  readonly scopes: string[];
  constructor(message: string, scopes: string[], options?: { cause?: unknown; status?: number }) {
    super(message, options);
    this.scopes = scopes;
  }
}

/** The provider's limit is reached; the job waits. */
export class ProviderRateLimitError extends ProviderError {
  readonly code = "PROVIDER_RATE_LIMIT";
  readonly retryAt: Date;
  constructor(message: string, retryAt: Date, options?: { cause?: unknown; status?: number }) {
    super(message, options);
    this.retryAt = retryAt;
  }
}

/** No answer, 5xx, broken connection: passes by itself; the job retries. */
export class ProviderUnavailableError extends ProviderError {
  readonly code = "PROVIDER_UNAVAILABLE";
}

/** The answer has not the shape our mapping expects. A fault of ours; the cursor stays. `path` names the place: `data[3].published`. */
export class ProviderResponseError extends ProviderError {
  readonly code = "PROVIDER_RESPONSE";
  readonly path: string;
  constructor(message: string, path: string, options?: { cause?: unknown; status?: number }) {
    super(message, options);
    this.path = path;
  }
}

/** The provider reports that an object does not exist (404). Connectors turn it into what it means for them. */
export class ProviderNotFoundError extends ProviderError {
  readonly code = "PROVIDER_NOT_FOUND";
}

/** The provider refuses what was asked (400, 409, 422): a wrong state, a bad parameter, a dead cursor. */
export class ProviderRequestError extends ProviderError {
  readonly code = "PROVIDER_REQUEST";
}

/** The provider shut the product down. */
export class ProviderRetiredError extends ProviderError {
  readonly code = "PROVIDER_RETIRED";
}

/** The stored position is refused by the provider (too old, unknown): the stream starts again with an overlap and a gap is recorded. */
export class StreamCursorError extends ProviderError {
  readonly code = "STREAM_CURSOR";
}

/** A webhook whose signature, secret or time is wrong. */
export class WebhookRejectedError extends GatehouseError {
  readonly code = "WEBHOOK_REJECTED";
}

/** The mail server does not answer, or answers "later" (4xx). It passes by itself; the sender tries again. */
export class MailUnavailableError extends GatehouseError {
  readonly code = "MAIL_UNAVAILABLE";
}

/** The mail server refuses: the address, the sender, or our credentials. An admin corrects SMTP_URL, MAIL_FROM or the address. */
export class MailRefusedError extends GatehouseError {
  readonly code = "MAIL_REFUSED";
}
