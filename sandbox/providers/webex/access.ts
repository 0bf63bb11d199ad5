import type { Api, ApiRoute, Call, OpenCall } from "../../kit/api.ts";
import { credentialOf } from "../../kit/body.ts";
import type { Granted } from "../../kit/oauth-dialect.ts";
import type { SandboxResponse } from "../../provider.ts";
import { missesScope } from "../../trouble.ts";
import { problem } from "./answers.ts";
import type { WebexTenant } from "./tenant.ts";

export type WebexCall = Call<WebexTenant, Granted>;
export type WebexRoute = ApiRoute<WebexTenant, Granted>;

export function authenticate({ tenant, request }: OpenCall<WebexTenant>) {
  const bearer = credentialOf(request, "Bearer");
  const isDead = tenant.faults.unauthorized || tenant.faults.revoked || bearer === undefined;
  const granted = isDead ? undefined : tenant.oauth.authenticate(bearer);
  if (granted) return { caller: granted };
  const message = "The request requires a valid access token set in the Authorization request header.";
  return { refusal: problem(401, message) };
}

export function refuse({ tenant, caller }: WebexCall, scope: string): SandboxResponse | undefined {
  if (scope === "" || (caller.scopes.includes(scope) && !missesScope(tenant, scope))) return undefined;
  return problem(
    403,
    "Access to the requested resource is forbidden: missing required scopes or missing required roles.",
  );
}

/** Webex names no figures; this is about what callers report. */
export const limit: NonNullable<Api<WebexTenant, Granted>["limit"]> = ({ tenant, caller, now }) => {
  if (tenant.options.unlimited) return { headers: {} };
  const { exceeded, resetAt } = tenant.limiter.take(caller.subject, 300, now);
  return exceeded ? { headers: {}, refusal: tooMany(Math.max(1, resetAt - Math.floor(now / 1000))) } : { headers: {} };
};

export function tooMany(seconds: number): SandboxResponse {
  return problem(429, "Too many requests have been sent.", { "retry-after": String(seconds) });
}
