import { type Api, open, serveApi } from "../../kit/api.ts";
import { credentialOf } from "../../kit/body.ts";
import { issuerOf } from "../../kit/client-proof.ts";
import { htmlPage } from "../../kit/consent-page.ts";
import { tenantAtSharedHost } from "../../kit/shared-host.ts";
import type { Provider, SandboxKit, SandboxRequest } from "../../provider.ts";
import { tenantNamed } from "../../tokens.ts";
import { authenticate, type Caller, limit, refuse } from "./access.ts";
import { notFound, problem } from "./answers.ts";
import { appRoutes } from "./app-routes.ts";
import { changes } from "./changes.ts";
import { enterpriseRoutes } from "./enterprise-routes.ts";
import { grantRoutes } from "./grant-routes.ts";
import { graphqlRoutes } from "./graphql.ts";
import { memberRoutes } from "./member-routes.ts";
import { encoded } from "./oauth.ts";
import { organizationRoutes } from "./organization-routes.ts";
import { GithubTenant } from "./tenant.ts";

const hosts = { web: "github.com", api: "api.github.com" };

const web: Api<GithubTenant, Caller> = {
  ...shared(),
  routes: [
    open("GET", "/login/oauth/authorize", ({ tenant, request }) => tenant.oauth.authorize(request)),
    open("POST", "/login/oauth/authorize", ({ tenant, request }) => tenant.oauth.authorize(request)),
    open("POST", "/login/oauth/access_token", ({ tenant, request }) => encoded(request, tenant.oauth.token(request))),
  ],
  find(request, kit) {
    const hasClient = (tenant: GithubTenant, id: string) => tenant.credentials().clientId === id;
    const tenant = tenantAtSharedHost<GithubTenant>(request, kit, { slug: "github", tokenPrefix: "gho_", hasClient });
    if (tenant) return { tenant };
    // Not found is how GitHub reports an unknown client id.
    const refusal = request.path.endsWith("/access_token")
      ? encoded(request, { status: 200, body: { error: "Not Found" } })
      : htmlPage(404, "Page not found", "<p>There is no application with this client_id.</p>");
    return { refusal };
  },
};

const rest: Api<GithubTenant, Caller> = {
  ...shared(),
  routes: [...appRoutes, ...organizationRoutes, ...memberRoutes, ...grantRoutes, ...enterpriseRoutes, ...graphqlRoutes],
  find(request, kit) {
    if (!request.headers["user-agent"])
      return { refusal: { status: 403, body: "Request forbidden by administrative rules: no User-Agent header." } };
    const token = credentialOf(request, "Bearer");
    if (!token) return { refusal: problem(401, "Requires authentication") };
    const tenant = tenantOf(token, kit);
    return tenant ? { tenant } : { refusal: problem(401, "Bad credentials") };
  },
};

export const github: Provider = {
  slug: "github",
  serves: (host) => host === hosts.web || host === hosts.api,
  createTenant: (options, kit) => new GithubTenant(options, kit, changes),
  handle: (request: SandboxRequest, kit: SandboxKit) => serveApi(request.host === hosts.web ? web : rest, request, kit),
};

/** Whose token it is, not yet believed: tokens are sealed with a name, personal ones are known, JWTs name the App. */
function tenantOf(token: string, kit: SandboxKit): GithubTenant | undefined {
  const tenants = kit.tenants("github") as GithubTenant[];
  if (token.startsWith("ghp_")) return tenants.find((one) => one.credentials().personalAccessToken === token);
  const name = tenantNamed(token, token.slice(0, 4));
  if (name !== undefined) return tenants.find(({ options }) => options.name === name);
  const issuer = issuerOf(token);
  return tenants.find((one) => [one.credentials().appId, one.credentials().clientId].includes(String(issuer)));
}

function shared(): Omit<Api<GithubTenant, Caller>, "routes" | "find"> {
  return {
    authenticate,
    limit,
    refuse,
    serverError: (_, status) => problem(status, "Server Error"),
    rateLimited: ({ now }, seconds) =>
      problem(403, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.", {
        "retry-after": String(seconds),
        "x-ratelimit-limit": "5000",
        "x-ratelimit-remaining": "4200",
        "x-ratelimit-reset": String(Math.ceil(now / 1000) + 3600),
        "x-ratelimit-used": "800",
        "x-ratelimit-resource": "core",
      }),
    noRoute: notFound,
    headers: ({ now }) => ({
      "x-github-media-type": "github.v3; format=json",
      "x-github-request-id": "C0DE:1:2:3:4",
      "x-github-api-version-selected": "2022-11-28",
      date: new Date(now).toUTCString(),
    }),
  };
}
