import { randomBytes } from "node:crypto";
import { rsaKeyOf } from "../../keys.ts";
import type { SandboxRequest, SandboxResponse } from "../../provider.ts";
import type { Route } from "../../router.ts";
import { match, route } from "../../router.ts";
import type { Jwt } from "../../tokens.ts";
import { readJwt, sealToken } from "../../tokens.ts";
import { countCall } from "../../trouble.ts";
import { grantedPermissions, problem } from "./access.ts";
import { organization } from "./hooks.ts";
import type { GithubTenant } from "./tenant.ts";

/** What a GitHub App does as itself, proven by a JWT signed with its private key. */
const routes: Route<(tenant: GithubTenant) => SandboxResponse>[] = [
  route("GET", "/app", (tenant) => ({
    status: 200,
    body: {
      id: Number(tenant.credentials().appId),
      slug: "gatehouse",
      client_id: tenant.credentials().clientId,
      name: "Gatehouse",
      permissions: grantedPermissions(tenant),
      events: [],
    },
  })),
  route("GET", "/app/installations", (tenant) => ({ status: 200, body: [installation(tenant)] })),
  route("GET", "/app/installations/:id", (tenant) => ({ status: 200, body: installation(tenant) })),
  route("GET", "/orgs/:org/installation", (tenant) => ({ status: 200, body: installation(tenant) })),
  route("POST", "/app/installations/:id/access_tokens", (tenant) => {
    if (tenant.appSuspended) return problem(403, "This installation has been suspended");
    const expiresAt = tenant.kit.now() + 3_600_000;
    const token = sealToken(tenant.options, "ghs_", {
      tenant: tenant.options.name,
      kind: "installation",
      id: randomBytes(6).toString("hex"),
      scopes: [],
      expiresAt,
    });
    return {
      status: 201,
      body: {
        token,
        expires_at: new Date(expiresAt).toISOString().replace(/\.\d+/, ""),
        permissions: grantedPermissions(tenant),
        repository_selection: "all",
      },
    };
  }),
];

/** Answers a call made as the app; undefined when the call is not such a one. */
export function asApp(
  tenants: GithubTenant[],
  request: SandboxRequest,
  token: string,
  now: number,
): SandboxResponse | undefined {
  const found = match(routes, request.method, request.path);
  if (!found || token.split(".").length !== 3) return undefined;
  const tenant = tenants.find((one) => claimsFor(one, token));
  if (!tenant) return problem(401, "A JSON web token could not be decoded");
  countCall(tenant, request.method, found.route.pattern);
  const claims = claimsFor(tenant, token) ?? {};
  const { appId, clientId, installationId } = tenant.credentials();
  const seconds = now / 1000;
  const answer = (): SandboxResponse => {
    if (![appId, clientId].includes(String(claims.iss)) || tenant.faults.unauthorized)
      return problem(401, "A JSON web token could not be decoded");
    if (typeof claims.exp !== "number" || claims.exp <= seconds)
      return problem(
        401,
        "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
      );
    if (claims.exp > seconds + 610) return problem(401, "'Expiration time' claim ('exp') is too far in the future");
    if (typeof claims.iat !== "number" || claims.iat > seconds + 5)
      return problem(
        401,
        "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
      );
    // An app that was uninstalled has no such installation any more.
    if (tenant.faults.revoked || (found.parameters.id && found.parameters.id !== installationId))
      return problem(404, "Integration not found");
    return found.route.run(tenant);
  };
  return { ...answer(), tenant };
}

function claimsFor(tenant: GithubTenant, token: string): Jwt["claims"] | undefined {
  return readJwt(token, rsaKeyOf(tenant.options, "github app").publicKey)?.claims;
}

function installation(tenant: GithubTenant): Record<string, unknown> {
  const { installationId, appId, clientId } = tenant.credentials();
  return {
    id: Number(installationId),
    app_id: Number(appId),
    client_id: clientId,
    app_slug: "gatehouse",
    account: organization(tenant),
    target_type: "Organization",
    target_id: tenant.org.id,
    repository_selection: "all",
    permissions: grantedPermissions(tenant),
    events: [],
    created_at: "2026-01-02T08:00:00Z",
    updated_at: "2026-01-02T08:00:00Z",
    suspended_at: tenant.appSuspended ? "2026-02-02T08:00:00Z" : null,
  };
}
