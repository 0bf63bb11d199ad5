import type { Api, ApiRoute, Call, OpenCall } from "../../kit/api.ts";
import { credentialOf } from "../../kit/body.ts";
import { missesScope } from "../../trouble.ts";
import { badToken, forbidden, problem, tooMany } from "./answers.ts";
import { domains } from "./regions.ts";
import type { SmartsheetTenant } from "./tenant.ts";

/** A System Admin's own token has all rights; that of an app the scopes of its consent. */
export interface Caller {
  scopes: readonly string[] | "all";
}

export type SmartsheetCall = Call<SmartsheetTenant, Caller>;
export type SmartsheetRoute = ApiRoute<SmartsheetTenant, Caller>;

export function authenticate(
  call: OpenCall<SmartsheetTenant>,
): ReturnType<Api<SmartsheetTenant, Caller>["authenticate"]> {
  const { tenant, request } = call;
  const token = credentialOf(request, "Bearer");
  if (token === undefined) return { refusal: problem(401, 1001, "An Access Token is required.") };
  const isHere = request.host === `api.${domains[tenant.region]}`;
  if (tenant.faults.unauthorized || tenant.faults.revoked || !isHere) return { refusal: badToken() };
  if (token === tenant.token) return { caller: { scopes: "all" } };
  const granted = tenant.oauth.authenticate(token);
  return granted ? { caller: { scopes: granted.scopes } } : { refusal: badToken() };
}

export function refuse({ tenant, caller }: SmartsheetCall, scope: string) {
  if (scope === "") return undefined;
  const isHeld = caller.scopes === "all" || caller.scopes.includes(scope);
  return isHeld && !missesScope(tenant, scope) ? undefined : forbidden();
}

/** Calls a minute for one token; the answers do not say how many are left. */
const perMinute = 300;

export function limit({ tenant, now, request }: SmartsheetCall) {
  const token = credentialOf(request, "Bearer") ?? "";
  const { exceeded } = tenant.limiter.take(token, perMinute, now);
  return exceeded && !tenant.options.unlimited ? { headers: {}, refusal: tooMany() } : { headers: {} };
}
