import type { Api, ApiRoute, Call, OpenCall } from "../../kit/api.ts";
import { credentialOf } from "../../kit/body.ts";
import { missesScope } from "../../trouble.ts";
import { badKey, forbidden, problem } from "./answers.ts";
import type { AtlassianTenant } from "./tenant.ts";

/** A key without scopes may do everything. */
export type Caller = Record<string, never>;
export type AtlassianCall = Call<AtlassianTenant, Caller>;
export type AtlassianRoute = ApiRoute<AtlassianTenant, Caller>;

export function authenticate({
  tenant,
  request,
}: OpenCall<AtlassianTenant>): ReturnType<Api<AtlassianTenant, Caller>["authenticate"]> {
  const isRight = credentialOf(request, "Bearer") === tenant.apiKey;
  return isRight && !tenant.faults.unauthorized && !tenant.faults.revoked ? { caller: {} } : { refusal: badKey() };
}

export function refuse({ tenant }: AtlassianCall, scope: string) {
  return scope !== "" && missesScope(tenant, scope) ? forbidden() : undefined;
}

const perMinute = 1000;

/** The reset is an instant in ISO 8601. */
export function limit({ tenant, now }: AtlassianCall) {
  const { exceeded, remaining, resetAt } = tenant.limiter.take("key", perMinute, now);
  const headers = limitHeaders(remaining, resetAt);
  return exceeded && !tenant.options.unlimited ? { headers, refusal: tooMany() } : { headers };
}

export function limitHeaders(remaining: number, resetAt: number): Record<string, string> {
  return {
    "x-ratelimit-limit": String(perMinute),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": new Date(resetAt * 1000).toISOString(),
  };
}

export const tooMany = () => problem(429, "Too Many Requests", "Rate limit exceeded.");
