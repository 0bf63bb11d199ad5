import { type Api, guarded, open, serveApi } from "../../kit/api.ts";
import { credentialOf } from "../../kit/body.ts";
import { htmlPage } from "../../kit/consent-page.ts";
import { tenantAtSharedHost } from "../../kit/shared-host.ts";
import type { Provider } from "../../provider.ts";
import { missesScope } from "../../trouble.ts";
import { adminRoutes } from "./admin-routes.ts";
import { failed, isEsign, ok, refused } from "./answers.ts";
import type { Caller } from "./calls.ts";
import { changes } from "./changes.ts";
import { esignRoutes } from "./esign-routes.ts";
import { monitorRoutes } from "./monitor-routes.ts";
import { tokenPrefix } from "./oauth.ts";
import { DocusignTenant } from "./tenant.ts";

const hosts = /^(account(-d)?\.docusign\.com|(api|lens)(-d)?\.docusign\.net|(na3|eu)\.docusign\.net)$/;
const perHour = 3000;

const api: Api<DocusignTenant, Caller> = {
  routes: [
    open("GET", "/oauth/auth", ({ tenant, request }) => tenant.oauth.authorize(request)),
    open("POST", "/oauth/auth", ({ tenant, request }) => tenant.oauth.authorize(request)),
    open("POST", "/oauth/token", ({ tenant, request }) => tenant.oauth.token(request)),
    guarded("GET", "/oauth/userinfo", "", ({ tenant }) =>
      ok({
        ...{ sub: tenant.userId(), name: tenant.people.person(0).name, email: tenant.people.emailOf(0) },
        accounts: tenant.accounts.map(({ id, name, region, index }) => ({
          ...{
            account_id: id,
            account_name: name,
            is_default: index === 0,
            base_uri: `https://${region}.docusign.net`,
          },
          organization: { organization_id: tenant.organizationId, links: [] },
        })),
      }),
    ),
    ...esignRoutes,
    ...adminRoutes,
    ...monitorRoutes,
  ],
  find(request, kit) {
    const hasClient = (tenant: DocusignTenant, id: string) => tenant.integrationKey === id;
    const tenant = tenantAtSharedHost<DocusignTenant>(request, kit, { slug: "docusign", tokenPrefix, hasClient });
    if (tenant) return { tenant };
    if (request.path === "/oauth/auth")
      return { refusal: htmlPage(400, "Error", "<p>The client id is not registered.</p>") };
    if (request.path === "/oauth/token") return { refusal: refused(400, "invalid_grant", "issuer_not_found") };
    return {
      refusal: failed(
        401,
        "AUTHORIZATION_INVALID_TOKEN",
        "The access token provided is expired, revoked or malformed.",
      ),
    };
  },
  serverError: (_, status) => failed(status, "UNSPECIFIED_ERROR", "Non-specific error."),
  rateLimited: ({ now }, seconds) => ({
    ...failed(
      429,
      "HOURLY_APIINVOCATION_LIMIT_EXCEEDED",
      "The maximum number of hourly API invocations has been exceeded.",
    ),
    headers: limitHeaders(0, Math.ceil(now / 1000) + seconds),
  }),
  authenticate({ tenant, request }) {
    const isDead = tenant.faults.unauthorized || tenant.faults.revoked;
    const granted = isDead ? undefined : tenant.oauth.authenticate(credentialOf(request, "Bearer") ?? "");
    if (granted) return { caller: granted };
    const message = "The access token provided is expired, revoked or malformed.";
    return {
      refusal: isEsign(request)
        ? failed(401, "AUTHORIZATION_INVALID_TOKEN", message)
        : refused(401, "invalid_token", message),
    };
  },
  limit({ tenant, now }) {
    const use = tenant.limiter.take("organization", tenant.options.unlimited ? 1_000_000_000 : perHour, now);
    const headers = limitHeaders(use.remaining, use.resetAt);
    const message = "The maximum number of hourly API invocations has been exceeded.";
    return use.exceeded
      ? { headers, refusal: failed(400, "HOURLY_APIINVOCATION_LIMIT_EXCEEDED", message) }
      : { headers };
  },
  refuse({ tenant, caller, request }, scope) {
    if (scope === "" || (caller.scopes.includes(scope) && !missesScope(tenant, scope))) return undefined;
    return isEsign(request)
      ? failed(403, "USER_LACKS_PERMISSIONS", "This user lacks sufficient permissions to access this resource.")
      : refused(403, "access_denied", "The token lacks a scope that is required.");
  },
  noRoute: () => refused(404, "not_found", "There is no such resource."),
  headers: ({ now }) => ({ date: new Date(now).toUTCString() }),
};

function limitHeaders(remaining: number, resetAt: number): Record<string, string> {
  return {
    "x-ratelimit-limit": String(perHour),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": String(resetAt),
  };
}

export const docusign: Provider = {
  slug: "docusign",
  serves: (host) => hosts.test(host),
  createTenant: (options, kit) => new DocusignTenant(options, kit, changes),
  handle: (request, kit) => serveApi(api, request, kit),
};
