import type { Tenant } from "./provider.ts";

/** The faults every provider has, each to be answered in its own words. */

/** Seconds to wait when this call is to be answered "too many requests"; counts it. */
export function takeRateLimit(tenant: Tenant): number | undefined {
  const fault = tenant.faults.rateLimited;
  if (!fault || fault.remaining <= 0) return undefined;
  fault.remaining -= 1;
  return fault.retryAfterSeconds;
}

/** The 5xx status this call is to be answered with; counts it. */
export function takeServerError(tenant: Tenant): number | undefined {
  const fault = tenant.faults.serverErrors;
  if (!fault || fault.remaining <= 0) return undefined;
  fault.remaining -= 1;
  return fault.status ?? 503;
}

export function missesScope(tenant: Pick<Tenant, "faults">, scope: string): boolean {
  return tenant.faults.missingScopes?.includes(scope) ?? false;
}

/** Renames the fields a client cannot do without, when the tenant's `changedShape` names this stream. */
export function shape<T extends object>(tenant: Tenant, stream: string, records: T[], required: string[]): T[] {
  const { changedShape } = tenant.faults;
  if (changedShape !== stream && changedShape !== "all") return records;
  return records.map((record) =>
    Object.fromEntries(
      Object.entries(record).map(([key, value]) => (required.includes(key) ? [`${key}_v2`, { value }] : [key, value])),
    ),
  ) as T[];
}

export function countCall(tenant: Tenant, method: string, pattern: string): void {
  const key = `${method} ${pattern}`;
  tenant.calls.set(key, (tenant.calls.get(key) ?? 0) + 1);
}

/** Calls per window and key, as providers count them. */
export class Limiter {
  private readonly windows = new Map<string, { start: number; used: number }>();
  private readonly windowMs: number;

  constructor(windowMs: number) {
    this.windowMs = windowMs;
  }

  /** Counts a call. `resetAt` is epoch seconds. */
  take(
    key: string,
    limit: number,
    now: number,
    cost = 1,
  ): { limit: number; used: number; remaining: number; resetAt: number; exceeded: boolean } {
    let window = this.windows.get(key);
    if (!window || now - window.start >= this.windowMs) {
      window = { start: now, used: 0 };
      this.windows.set(key, window);
    }
    const exceeded = window.used + cost > limit;
    if (!exceeded) window.used += cost;
    return {
      limit,
      used: window.used,
      remaining: limit - window.used,
      resetAt: Math.ceil((window.start + this.windowMs) / 1000),
      exceeded,
    };
  }
}
