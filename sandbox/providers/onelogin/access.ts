import type { Api, ApiRoute, Call, OpenCall } from "../../kit/api.ts";
import { credentialOf } from "../../kit/body.ts";
import { missesScope } from "../../trouble.ts";
import { refusal } from "./answers.ts";
import type { OneLoginTenant } from "./tenant.ts";

/** The credential pair; what it may do was chosen when it was made. */
export interface Caller {
  scopes: readonly string[];
}

export type OneLoginCall = Call<OneLoginTenant, Caller>;
export type OneLoginRoute = ApiRoute<OneLoginTenant, Caller>;

export function authenticate({
  tenant,
  request,
}: OpenCall<OneLoginTenant>): ReturnType<Api<OneLoginTenant, Caller>["authenticate"]> {
  const token = credentialOf(request, "Bearer");
  const granted = token === undefined ? undefined : tenant.oauth.authenticate(token);
  if (!granted || tenant.faults.unauthorized || tenant.faults.revoked)
    return { refusal: refusal(tenant.version, 401, "Unauthorized", "Authentication Failure") };
  return { caller: { scopes: tenant.pairScopes } };
}

/** Manage All includes everything. A pair whose scope is too small is answered 401 as well. */
export function refuse({ tenant, caller }: OneLoginCall, scope: string) {
  if (scope === "") return undefined;
  const holding = scope === "Read All" ? ["Read All", "Manage All"] : [scope];
  const isHeld = holding.some((one) => caller.scopes.includes(one) && !missesScope(tenant, one));
  return isHeld ? undefined : refusal(tenant.version, 401, "Unauthorized", "Insufficient Permission");
}

const perHour = 5000;

/** Only /api/1 is counted, for the account as a whole; the reset is in seconds from now. */
export function limit({ tenant, now, request }: OneLoginCall) {
  if (!request.path.startsWith("/api/1")) return { headers: {} };
  const { exceeded, remaining, resetAt } = tenant.limiter.take("account", perHour, now);
  const headers = limitHeaders(remaining, Math.max(0, resetAt - Math.floor(now / 1000)));
  if (!exceeded || tenant.options.unlimited) return { headers };
  return { headers, refusal: refusal(1, 429, "TooManyRequests", "Rate limit exceeded") };
}

export function limitHeaders(remaining: number, seconds: number): Record<string, string> {
  return {
    "x-ratelimit-limit": String(perHour),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": String(seconds),
  };
}
