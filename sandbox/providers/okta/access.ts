import { randomBytes } from "node:crypto";
import { rsaKeyOf } from "../../keys.ts";
import type { SandboxRequest, SandboxResponse } from "../../provider.ts";
import { openToken, readJwt, sealToken } from "../../tokens.ts";
import { missesScope, takeRateLimit, takeServerError } from "../../trouble.ts";
import type { OktaTenant } from "./tenant.ts";

/** Scopes Gatehouse's service app has been granted. */
export const grantableScopes = [
  "okta.apiTokens.manage",
  "okta.apiTokens.read",
  "okta.appGrants.manage",
  "okta.appGrants.read",
  "okta.apps.manage",
  "okta.apps.read",
  "okta.authenticators.read",
  "okta.eventHooks.manage",
  "okta.eventHooks.read",
  "okta.groups.manage",
  "okta.groups.read",
  "okta.logs.read",
  "okta.networkZones.read",
  "okta.oauthIntegrations.manage",
  "okta.oauthIntegrations.read",
  "okta.orgs.read",
  "okta.policies.read",
  "okta.roles.manage",
  "okta.roles.read",
  "okta.threatInsights.read",
  "okta.userRisk.manage",
  "okta.users.manage",
  "okta.users.read",
  "okta.users.read.self",
];

/** Who calls: the service app with an OAuth token, or an administrator's API token. */
export interface Caller {
  kind: "oauth" | "token";
  scopes: string[];
  key: string;
  /** For the System Log: who did what is done now. */
  actor: { actor?: string; client: { id: string; name: string; tokenId?: string } };
}

/** `POST /oauth2/v1/token`, client credentials with `private_key_jwt`. */
export function issueToken(tenant: OktaTenant, request: SandboxRequest): SandboxResponse {
  const form = new URLSearchParams(request.body.toString("utf8"));
  const now = tenant.kit.now();
  const refuse = (status: number, error: string, description: string): SandboxResponse => ({
    status,
    headers: { "cache-control": "no-cache, no-store" },
    body: { error, error_description: description },
  });
  if (form.get("grant_type") !== "client_credentials")
    return refuse(
      400,
      "unsupported_grant_type",
      "The authorization grant type is not supported by the authorization server.",
    );
  if (form.get("client_assertion_type") !== "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
    return refuse(
      400,
      "invalid_request",
      "Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.",
    );
  const app = tenant.apps.find(tenant.clientId);
  if (app?.status !== "ACTIVE" || tenant.faults.revoked)
    return refuse(401, "invalid_client", "The client_id provided does not match any active client.");
  const jwt = readJwt(form.get("client_assertion") ?? "", rsaKeyOf(tenant.options, "okta client").publicKey);
  if (!jwt || jwt.header.kid !== tenant.keyId)
    return refuse(401, "invalid_client", "The client_assertion signature is invalid.");
  const { iss, sub, aud, exp } = jwt.claims;
  if (iss !== tenant.clientId || sub !== tenant.clientId)
    return refuse(401, "invalid_client", "The issuer and subject of the client_assertion must be the client_id.");
  const audiences = [aud].flat();
  if (!audiences.some((one) => one === `https://${request.host}/oauth2/v1/token` || one === `https://${request.host}`))
    return refuse(
      401,
      "invalid_client",
      "The audience claim for client_assertion must be the endpoint invoked for the request.",
    );
  if (typeof exp !== "number" || exp * 1000 <= now)
    return refuse(401, "invalid_client", "The client_assertion token is expired.");
  if (exp * 1000 > now + 3_600_000)
    return refuse(401, "invalid_client", "The client_assertion token has an expiration too far into the future.");
  const scopes = (form.get("scope") ?? "").split(/\s+/).filter(Boolean);
  if (scopes.length === 0)
    return refuse(
      400,
      "invalid_scope",
      "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
    );
  if (scopes.some((scope) => !app.scopes.includes(scope) || missesScope(tenant, scope)))
    return refuse(400, "invalid_scope", "One or more scopes are not configured for the authorization server resource.");
  const token = sealToken(tenant.options, "", {
    tenant: tenant.options.name,
    kind: "oauth",
    id: randomBytes(6).toString("hex"),
    scopes,
    expiresAt: now + 3_600_000,
  });
  return {
    status: 200,
    headers: { "cache-control": "no-cache, no-store", pragma: "no-cache" },
    body: { token_type: "Bearer", expires_in: 3600, access_token: token, scope: scopes.join(" ") },
  };
}

/** The caller, or the refusal of a bad credential. */
export function authenticate(tenant: OktaTenant, request: SandboxRequest, now: number): Caller | SandboxResponse {
  const [, scheme = "", secret = ""] = /^(SSWS|Bearer)\s+(\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
  const dead = tenant.faults.unauthorized || tenant.faults.revoked;
  if (scheme.toUpperCase() === "SSWS") {
    const token = dead ? undefined : tenant.apiTokens.bySecret(secret);
    if (!token) return problem(401, "E0000011", "Invalid token provided");
    return {
      kind: "token",
      scopes: [],
      key: token.id,
      actor: { actor: tenant.people.idOf(token.owner), client: { id: token.id, name: token.name, tokenId: token.id } },
    };
  }
  const claims = dead || !secret ? undefined : openToken(tenant.options, "", secret, now);
  const app = tenant.apps.find(tenant.clientId);
  if (!claims || app?.status !== "ACTIVE") {
    const headers: Record<string, string> = secret
      ? {
          "www-authenticate":
            'Bearer authorization_uri="/oauth2/v1/authorize", realm="/oauth2", scope="", error="invalid_token", error_description="The token is invalid or has expired."',
        }
      : {};
    return problem(401, "E0000011", "Invalid token provided", [], headers);
  }
  return {
    kind: "oauth",
    scopes: claims.scopes,
    key: tenant.clientId,
    actor: { client: { id: tenant.clientId, name: "Gatehouse" } },
  };
}

/** The refusal of a call for want of a scope, or undefined. `manage` includes `read`. */
export function refuse(tenant: OktaTenant, caller: Caller, scope: string): SandboxResponse | undefined {
  const wider = scope.replace(/\.read$/, ".manage");
  if (caller.kind === "token")
    return missesScope(tenant, scope)
      ? problem(403, "E0000006", "You do not have permission to perform the requested action")
      : undefined;
  const app = tenant.apps.find(tenant.clientId);
  const held = [scope, wider].some(
    (one) => caller.scopes.includes(one) && app?.scopes.includes(one) && !missesScope(tenant, one),
  );
  if (held && !missesScope(tenant, scope)) return undefined;
  return problem(403, "E0000006", "You do not have permission to perform the requested action", [], {
    "www-authenticate": `Bearer authorization_uri="/oauth2/v1/authorize", realm="/oauth2", scope="${scope}", error="insufficient_scope", error_description="The access token provided does not contain the required scopes."`,
  });
}

/** Calls per minute, for one app or token: half of the org's. */
const limits: [prefix: string, perMinute: number][] = [
  ["/api/v1/logs", 60],
  ["/api/v1/users", 300],
  ["/api/v1/groups", 250],
  ["/api/v1/apps", 250],
  ["/oauth2/", 500],
  ["", 600],
];

/** Counts the call against its minute. */
export function limit(
  tenant: OktaTenant,
  caller: Caller,
  path: string,
  now: number,
): { headers: Record<string, string>; refusal?: SandboxResponse } {
  const [prefix, perMinute] = limits.find(([start]) => path.startsWith(start)) as [string, number];
  const use = tenant.limiter.take(`${caller.key}${prefix}`, tenant.options.unlimited ? 1_000_000_000 : perMinute, now);
  const headers = {
    "x-rate-limit-limit": String(use.limit),
    "x-rate-limit-remaining": String(use.remaining),
    "x-rate-limit-reset": String(use.resetAt),
  };
  return use.exceeded ? { headers, refusal: tooMany(headers) } : { headers };
}

function tooMany(headers: Record<string, string>): SandboxResponse {
  return problem(429, "E0000047", "API call exceeded rate limit due to too many requests.", [], headers);
}

/** Trouble switched on by faults, in Okta's words. */
export function trouble(tenant: OktaTenant, now: number): SandboxResponse | undefined {
  const status = takeServerError(tenant);
  if (status) return problem(status, "E0000009", "Internal Server Error");
  const wait = takeRateLimit(tenant);
  if (wait === undefined) return undefined;
  return tooMany({
    "x-rate-limit-limit": "60",
    "x-rate-limit-remaining": "0",
    "x-rate-limit-reset": String(Math.ceil(now / 1000) + wait),
  });
}

export function problem(
  status: number,
  code: string,
  summary: string,
  causes: string[] = [],
  headers: Record<string, string> = {},
): SandboxResponse {
  return {
    status,
    headers,
    body: {
      errorCode: code,
      errorSummary: summary,
      errorLink: code,
      errorId: `oae${randomBytes(12).toString("base64url")}`,
      errorCauses: causes.map((errorSummary) => ({ errorSummary })),
    },
  };
}
