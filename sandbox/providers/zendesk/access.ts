import type { Api, ApiRoute, Call, OpenCall } from "../../kit/api.ts";
import { credentialOf } from "../../kit/body.ts";
import { missesScope } from "../../trouble.ts";
import { badLogin, badToken, forbidden, tooMany } from "./answers.ts";
import type { ZendeskTenant } from "./tenant.ts";

/** An app with the scopes of its consent, or an admin's API token with all rights. */
export interface Caller {
  scopes: readonly string[] | "all";
}

export type ZendeskCall = Call<ZendeskTenant, Caller>;
export type ZendeskRoute = ApiRoute<ZendeskTenant, Caller>;

export function authenticate({
  tenant,
  request,
}: OpenCall<ZendeskTenant>): ReturnType<Api<ZendeskTenant, Caller>["authenticate"]> {
  const dead = tenant.faults.unauthorized || tenant.faults.revoked;
  const basic = credentialOf(request, "Basic");
  if (basic !== undefined) {
    const { email, token } = tenant.credentials();
    const isRight = Buffer.from(basic, "base64").toString() === `${email}/token:${token}`;
    return isRight && !dead ? { caller: { scopes: "all" } } : { refusal: badLogin() };
  }
  const granted = tenant.oauth.authenticate(credentialOf(request, "Bearer") ?? "");
  return granted && !dead ? { caller: { scopes: granted.scopes } } : { refusal: badToken() };
}

/** `read` includes every `…:read`, `write` every `…:write`, except those of security settings. */
export function refuse({ tenant, caller }: ZendeskCall, scope: string) {
  if (scope === "") return undefined;
  const larger = scope.startsWith("security:") ? [] : [scope.split(":")[1] ?? ""];
  const isHeld = [scope, ...larger].some(
    (one) => one !== "" && (caller.scopes === "all" || caller.scopes.includes(one)) && !missesScope(tenant, one),
  );
  // An admin's token is refused for want of a plan or role.
  const isDenied = caller.scopes === "all" && missesScope(tenant, scope);
  return isHeld && !isDenied ? undefined : forbidden(scope);
}

const perMinute = 700;

export function limit({ tenant, now }: ZendeskCall) {
  const { exceeded, remaining, resetAt } = tenant.limiter.take("account", perMinute, now);
  const headers = { "x-rate-limit": String(perMinute), "x-rate-limit-remaining": String(remaining) };
  if (!exceeded || tenant.options.unlimited) return { headers };
  return { headers: {}, refusal: tooMany(Math.max(1, resetAt - Math.floor(now / 1000))) };
}
