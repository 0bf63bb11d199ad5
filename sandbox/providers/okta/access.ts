import type { Api, Call, OpenCall } from "../../kit/api.ts";
import { credentialOf } from "../../kit/body.ts";
import type { SandboxResponse } from "../../provider.ts";
import { missesScope } from "../../trouble.ts";
import { forbidden, problem, tooMany } from "./answers.ts";
import type { Actor } from "./targets.ts";
import type { OktaTenant } from "./tenant.ts";

/** The service app with an OAuth token, or an administrator's API token. */
export interface Caller {
  kind: "oauth" | "token";
  scopes: string[];
  /** What its calls are counted under. */
  key: string;
  /** Who the System Log names for what the call does. */
  actor: Actor;
}

export type OktaCall = Call<OktaTenant, Caller>;

const challenge = 'Bearer authorization_uri="/oauth2/v1/authorize", realm="/oauth2"';

/** https://developer.okta.com/docs/reference/core-okta-api/#authentication */
export function authenticate({
  tenant,
  request,
  now,
}: OpenCall<OktaTenant>): { caller: Caller } | { refusal: SandboxResponse } {
  const apiToken = credentialOf(request, "SSWS");
  const bearer = credentialOf(request, "Bearer");
  const dead = tenant.faults.unauthorized || tenant.faults.revoked;
  if (apiToken !== undefined) {
    const token = dead ? undefined : tenant.apiTokens.authenticate(apiToken, now);
    if (!token) return { refusal: badToken() };
    const client = { id: token.id, name: token.name, tokenId: token.id };
    const actor = { actor: tenant.people.idOf(token.owner), client };
    return { caller: { kind: "token", scopes: [], key: token.id, actor } };
  }
  const granted = dead || bearer === undefined ? undefined : tenant.oauth.authenticate(bearer);
  if (!granted) return { refusal: bearer === undefined ? badToken() : badToken(invalidToken) };
  const actor = { client: { id: tenant.clientId, name: "Gatehouse" } };
  return { caller: { kind: "oauth", scopes: granted.scopes, key: tenant.clientId, actor } };
}

const invalidToken = {
  "www-authenticate": `${challenge}, scope="", error="invalid_token", error_description="The token is invalid or has expired."`,
};

function badToken(headers: Record<string, string> = {}): SandboxResponse {
  return problem(401, "E0000011", "Invalid token provided", [], headers);
}

/** `manage` includes `read`. What an administrator may do is not a matter of scopes, only of the fault. */
export function refuse({ tenant, caller }: OktaCall, scope: string): SandboxResponse | undefined {
  if (missesScope(tenant, scope)) return forbidden(caller.kind === "oauth" ? insufficient(scope) : {});
  const app = tenant.apps.find(tenant.clientId);
  const held = [scope, scope.replace(/\.read$/, ".manage")].some(
    (one) => caller.scopes.includes(one) && app?.scopes.includes(one) && !missesScope(tenant, one),
  );
  return caller.kind === "token" || held ? undefined : forbidden(insufficient(scope));
}

function insufficient(scope: string): Record<string, string> {
  const description = "The access token provided does not contain the required scopes.";
  return {
    "www-authenticate": `${challenge}, scope="${scope}", error="insufficient_scope", error_description="${description}"`,
  };
}

/** Calls per minute, for one app or token: half of the org's. https://developer.okta.com/docs/reference/rl2-management/ */
const limits: [prefix: string, perMinute: number][] = [
  ["/api/v1/logs", 60],
  ["/api/v1/users", 300],
  ["/api/v1/groups", 250],
  ["/api/v1/apps", 250],
  ["", 600],
];

export function limit(call: OktaCall): ReturnType<NonNullable<Api<OktaTenant, Caller>["limit"]>> {
  const { tenant, caller, request, now } = call;
  const [prefix, perMinute] = limits.find(([start]) => request.path.startsWith(start)) as [string, number];
  const allowed = tenant.options.unlimited ? 1_000_000_000 : perMinute;
  const use = tenant.limiter.take(`${caller.key}${prefix}`, allowed, now);
  const headers = limitHeaders(use.limit, use.remaining, use.resetAt);
  return use.exceeded ? { headers, refusal: tooMany(headers) } : { headers };
}

/** `resetAt` is epoch seconds. */
export function limitHeaders(limit: number, remaining: number, resetAt: number): Record<string, string> {
  return {
    "x-rate-limit-limit": String(limit),
    "x-rate-limit-remaining": String(remaining),
    "x-rate-limit-reset": String(resetAt),
  };
}
