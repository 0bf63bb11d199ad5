import type { Api, ApiRoute, Call, OpenCall } from "../../kit/api.ts";
import { credentialOf } from "../../kit/body.ts";
import { missesScope } from "../../trouble.ts";
import { apiOf, refusal, tooMany } from "./answers.ts";
import type { SlackTenant } from "./tenant.ts";

/** The Org Owner who installed the app. */
export interface Caller {
  scopes: readonly string[];
}

export type SlackCall = Call<SlackTenant, Caller>;
export type SlackRoute = ApiRoute<SlackTenant, Caller>;

export function authenticate({
  tenant,
  request,
}: OpenCall<SlackTenant>): ReturnType<Api<SlackTenant, Caller>["authenticate"]> {
  const token = credentialOf(request, "Bearer");
  if (token === undefined) return { refusal: refusal(request, 401, "not_authed") };
  if (tenant.faults.revoked) return { refusal: refusal(request, 401, "token_revoked") };
  const granted = tenant.faults.unauthorized ? undefined : tenant.oauth.authenticate(token);
  if (!granted) return { refusal: refusal(request, 401, "invalid_auth") };
  return { caller: { scopes: granted.scopes.filter((scope) => !missesScope(tenant, scope)) } };
}

export function refuse({ caller, request }: SlackCall, scope: string) {
  if (scope === "" || caller.scopes.includes(scope)) return undefined;
  return refusal(request, 403, "missing_scope", { needed: scope, provided: caller.scopes.join(",") });
}

/** Calls a minute, by method; those of audit logs and SCIM together. https://docs.slack.dev/apis/web-api/rate-limits */
const tiers: Readonly<Record<string, number>> = {
  "/api/auth.test": 300,
  "/api/admin.users.list": 50,
  "/api/admin.teams.list": 50,
  "/api/admin.apps.uninstall": 1,
};

export function limit({ tenant, request, now, caller }: SlackCall) {
  const api = apiOf(request);
  const headers: Record<string, string> = api === "web" ? { "x-oauth-scopes": caller.scopes.join(",") } : {};
  const [key, calls] =
    api === "web" ? [request.path, tiers[request.path] ?? 20] : api === "audit" ? [api, 50] : [api, 600];
  const { exceeded, resetAt } = tenant.limiter.take(key, calls, now);
  if (!exceeded || tenant.options.unlimited) return { headers };
  return { headers, refusal: tooMany(Math.max(1, resetAt - Math.floor(now / 1000))) };
}
