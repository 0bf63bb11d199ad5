import { type Api, open, serveApi } from "../../kit/api.ts";
import type { Granted } from "../../kit/oauth-dialect.ts";
import { tenantAtSharedHost } from "../../kit/shared-host.ts";
import type { Provider } from "../../provider.ts";
import { authenticate, limit, refuse, tooMany } from "./access.ts";
import { adminRoutes } from "./admin-routes.ts";
import { notFound, problem } from "./answers.ts";
import { changes } from "./changes.ts";
import { eventRoutes } from "./event-routes.ts";
import { hookRoutes } from "./hook-routes.ts";
import { tokenPrefix } from "./oauth.ts";
import { spaceRoutes } from "./space-routes.ts";
import { WebexTenant } from "./tenant.ts";

const api: Api<WebexTenant, Granted> = {
  routes: [
    open("GET", "/v1/authorize", ({ tenant, request }) => tenant.oauth.authorize(request)),
    open("POST", "/v1/authorize", ({ tenant, request }) => tenant.oauth.authorize(request)),
    open("POST", "/v1/access_token", ({ tenant, request }) => tenant.oauth.token(request)),
    ...adminRoutes,
    ...eventRoutes,
    ...spaceRoutes,
    ...hookRoutes,
  ],
  find(request, kit) {
    const hasClient = (tenant: WebexTenant, id: string) => tenant.app.clientId === id;
    const tenant = tenantAtSharedHost<WebexTenant>(request, kit, { slug: "webex", tokenPrefix, hasClient });
    return tenant ? { tenant } : { refusal: problem(401, "The request requires a valid access token.") };
  },
  serverError: (_, status) => problem(status, "Something went wrong on the server."),
  rateLimited: (_, seconds) => tooMany(seconds),
  authenticate,
  limit,
  refuse,
  noRoute: notFound,
};

export const webex: Provider = {
  slug: "webex",
  serves: (host) => host === "webexapis.com",
  createTenant: (options, kit) => new WebexTenant(options, kit, changes),
  handle: (request, kit) => serveApi(api, request, kit),
};
