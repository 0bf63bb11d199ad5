/** How a provider limits calls. */
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
  /** Of a provider that states the calls used and allowed instead of those left. */
  usage?: UsageFact;
}

export interface UsageFact {
  header: string;
  /** Finds the calls used and the calls allowed: `/api-usage=(\d+)\/(\d+)/`. */
  pattern: RegExp;
  /** Of an allowance that grows back gradually: how long to rest before the next call looks again. */
  restSeconds: number;
}

/** The limit of some calls of a connector, beside the one of all others. */
export interface RateLimitRule extends RateLimitFact {
  /**
   * The calls it is for: a host (`log.app.example`, `*.files.example`), or a host and the start of a path in whole segments
   * (`api.app.example/v1/audit`).
   */
  match: string;
  /** Calls in any 60 seconds. Absent: what the provider's headers and refusals say. */
  perMinute?: number;
}

/** What a response states about the provider's limits, in instants of our own clock. */

const dayMs = 86_400_000;

export interface LimitReading {
  /** Calls left in this window, and how many there were at its start. */
  remaining: number | null;
  limit: number | null;
  /** Milliseconds until the window starts again, and until the provider asks us to come back. */
  resetInMs: number | null;
  retryInMs: number | null;
}

/**
 * Absolute times are compared with the answer's own `Date` header, so a clock that is wrong here or there does no harm.
 * `nowMs` is used only where the provider sends no `Date`.
 */
export function readLimits(headers: Headers, fact: RateLimitFact | undefined, nowMs: number): LimitReading {
  const serverMs = instant(headers.get("date")) ?? nowMs;
  const used = fact?.usage ? readUsage(headers, fact.usage) : null;
  if (used) return { ...used, retryInMs: untilRetry(headers.get("retry-after"), serverMs) };
  const remainingName = fact?.remaining ?? "x-ratelimit-remaining";
  const reset = headers.get(fact?.resetAt ?? "x-ratelimit-reset");
  return {
    remaining: count(headers.get(remainingName)),
    limit: count(headers.get(remainingName.replace(/remaining/i, "limit"))),
    resetInMs: untilReset(reset, fact?.resetAt ? (fact.resetUnit ?? "epoch-seconds") : guessUnit(reset), serverMs),
    retryInMs: untilRetry(headers.get("retry-after"), serverMs),
  };
}

function readUsage(
  headers: Headers,
  { header, pattern, restSeconds }: UsageFact,
): Omit<LimitReading, "retryInMs"> | null {
  const [, used, allowed] = pattern.exec(headers.get(header) ?? "") ?? [];
  if (used === undefined || allowed === undefined) return null;
  const limit = Number(allowed);
  return { remaining: Math.max(0, limit - Number(used)), limit, resetInMs: restSeconds * 1000 };
}

/**
 * Milliseconds to wait when this answer means "too often"; null when it does not.
 * 429 always does, 403 only with nothing left or a Retry-After, 503 only with a Retry-After.
 */
export function limitedForMs(status: number, reading: LimitReading, fact: RateLimitFact | undefined): number | null {
  const exhausted = reading.remaining === 0;
  const asked = reading.retryInMs !== null;
  const limited =
    status === 429 ||
    (status === 403 && (exhausted || asked)) ||
    (status === 503 && asked) ||
    (status !== 403 && (fact?.statuses?.includes(status) ?? false));
  if (!limited) return null;
  // With calls left it is a second, hidden limit (bursts, concurrency): the window's end does not apply to it.
  const hidden = reading.remaining !== null && reading.remaining > 0;
  const waitMs = reading.retryInMs ?? (hidden ? null : reading.resetInMs) ?? (fact?.defaultWaitSeconds ?? 60) * 1000;
  return Math.min(Math.max(waitMs, 1000), dayMs);
}

/**
 * Milliseconds during which nothing more should be sent after a good answer; null: go on.
 * `reserve` is the share of the window left to the customer's other programs.
 */
export function restForMs(reading: LimitReading, reserve: number): number | null {
  if (reading.remaining === null || reading.resetInMs === null || reading.resetInMs <= 0) return null;
  const floor = reading.limit === null ? 0 : Math.floor(reading.limit * reserve);
  return reading.remaining <= floor ? Math.min(reading.resetInMs, dayMs) : null;
}

/** Why calls rest although the provider would take more, for an admin to read; null where the provider states no allowance. */
export function restReason({ remaining, limit }: LimitReading): string | null {
  if (remaining === null || limit === null) return null;
  const [used, allowed] = [limit - remaining, limit].map((figure) => figure.toLocaleString("en"));
  return `${used} of ${allowed} calls that it allows are used, and the rest is left to other programs`;
}

function count(value: string | null): number | null {
  // Some gateways send one figure per window: `14, 890`. The smallest binds.
  const figures = (value ?? "")
    .split(",")
    .map((part) => Number.parseFloat(part))
    .filter((figure) => Number.isFinite(figure));
  return figures.length > 0 ? Math.max(0, Math.min(...figures)) : null;
}

function untilRetry(value: string | null, serverMs: number): number | null {
  if (value === null) return null;
  if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return Number(value) * 1000;
  const at = instant(value);
  return at === null ? null : Math.max(0, at - serverMs);
}

function untilReset(value: string | null, unit: RateLimitFact["resetUnit"], serverMs: number): number | null {
  if (value === null) return null;
  const figure = Number(value);
  if (value.trim() === "" || !Number.isFinite(figure)) {
    const at = instant(value);
    return at === null ? null : at - serverMs;
  }
  if (unit === "seconds-from-now") return figure * 1000;
  return (unit === "epoch-millis" ? figure : figure * 1000) - serverMs;
}

function guessUnit(value: string | null): RateLimitFact["resetUnit"] {
  const figure = Number(value);
  return figure > 1e11 ? "epoch-millis" : figure > 1e8 ? "epoch-seconds" : "seconds-from-now";
}

function instant(value: string | null): number | null {
  const at = value === null ? Number.NaN : Date.parse(value);
  return Number.isNaN(at) ? null : at;
}
