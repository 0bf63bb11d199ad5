import { type Api, open, serveApi } from "../../kit/api.ts";
import { htmlPage } from "../../kit/consent-page.ts";
import { tenantAtSharedHost } from "../../kit/shared-host.ts";
import type { Provider, SandboxRequest } from "../../provider.ts";
import { authenticate, type Caller, limit, refuse } from "./access.ts";
import { badToken, notFound, problem, tooMany } from "./answers.ts";
import { changes } from "./changes.ts";
import { eventRoutes } from "./event-routes.ts";
import { itemRoutes } from "./item-routes.ts";
import { tokenPrefix } from "./oauth.ts";
import { domains } from "./regions.ts";
import { SmartsheetTenant } from "./tenant.ts";
import { userRoutes } from "./user-routes.ts";

const hosts = Object.values(domains).flatMap((domain) => [`api.${domain}`, `app.${domain}`]);

const api: Api<SmartsheetTenant, Caller> = {
  routes: [
    open("GET", "/b/authorize", ({ tenant, request }) => tenant.oauth.authorize(request)),
    open("POST", "/b/authorize", ({ tenant, request }) => tenant.oauth.authorize(request)),
    open("POST", "/2.0/token", ({ tenant, request }) => tenant.oauth.token(request)),
    ...userRoutes,
    ...eventRoutes,
    ...itemRoutes,
  ],
  find(request, kit) {
    const tenant = tenantAtSharedHost<SmartsheetTenant>(request, kit, {
      ...{ slug: "smartsheet", tokenPrefix },
      hasClient: ({ app, region }, id) => app.clientId === id && request.host.endsWith(`.${domains[region]}`),
    });
    return tenant ? { tenant } : { refusal: unknownCaller(request) };
  },
  serverError: (_, status) => problem(status, 4001, "Smartsheet.com is currently offline for system maintenance."),
  rateLimited: () => tooMany(),
  authenticate,
  limit,
  refuse,
  noRoute: notFound,
};

function unknownCaller({ path, headers }: SandboxRequest) {
  if (path === "/2.0/token")
    return { status: 400, body: { errorCode: 1002, error: "invalid_client", message: "Invalid client." } };
  if (path === "/b/authorize") return htmlPage(400, "Unknown app", "<p>There is no app with this client_id.</p>");
  return headers.authorization === undefined ? problem(401, 1001, "An Access Token is required.") : badToken();
}

export const smartsheet: Provider = {
  slug: "smartsheet",
  serves: (host) => hosts.includes(host),
  createTenant: (options, kit) => new SmartsheetTenant(options, kit, changes),
  handle: (request, kit) => serveApi(api, request, kit),
};
