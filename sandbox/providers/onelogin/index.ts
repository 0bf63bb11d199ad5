import { type Api, open, serveApi } from "../../kit/api.ts";
import { htmlPage } from "../../kit/consent-page.ts";
import type { Provider } from "../../provider.ts";
import { authenticate, type Caller, limit, limitHeaders, refuse } from "./access.ts";
import { refusal } from "./answers.ts";
import { changes } from "./changes.ts";
import { estateRoutes } from "./estate-routes.ts";
import { eventRoutes } from "./event-routes.ts";
import { OneLoginTenant } from "./tenant.ts";
import { userRoutes } from "./user-routes.ts";

const suffix = /\.onelogin\.com$/;

const api: Api<OneLoginTenant, Caller> = {
  routes: [
    open("POST", "/auth/oauth2/v2/token", ({ tenant, request }) => tenant.oauth.token(request)),
    ...userRoutes,
    ...estateRoutes,
    ...eventRoutes,
  ],
  find(request, kit) {
    const tenant = kit.tenant("onelogin", request.host.replace(suffix, "")) as OneLoginTenant | undefined;
    return tenant ? { tenant } : { refusal: htmlPage(404, "OneLogin", "<p>We could not find this account.</p>") };
  },
  serverError: ({ version }, status) => refusal(version, status, "InternalServerError", "Internal Server Error"),
  rateLimited: ({ tenant }, seconds) => ({
    ...refusal(tenant.version, 429, "TooManyRequests", "Rate limit exceeded"),
    headers: limitHeaders(0, seconds),
  }),
  authenticate,
  limit,
  refuse,
  noRoute: ({ tenant }) => refusal(tenant.version, 404, "NotFound", "No Route Exists"),
  headers: () => ({ "x-request-id": "5F3A-SANDBOX" }),
};

export const onelogin: Provider = {
  slug: "onelogin",
  serves: (host) => suffix.test(host),
  createTenant: (options, kit) => new OneLoginTenant(options, kit, changes),
  handle(request, kit) {
    const tenant = kit.tenant("onelogin", request.host.replace(suffix, "")) as OneLoginTenant | undefined;
    if (tenant) tenant.version = request.path.startsWith("/api/2") ? 2 : 1;
    return serveApi(api, request, kit);
  },
};
