import type { Api } from "../../kit/api.ts";
import { open, serveApi } from "../../kit/api.ts";
import { htmlPage } from "../../kit/consent-page.ts";
import type { Provider } from "../../provider.ts";
import { authenticate, type Caller, limit, limitHeaders, refuse } from "./access.ts";
import { problem, tooMany } from "./answers.ts";
import { appRoutes } from "./app-routes.ts";
import { changes } from "./changes.ts";
import { hookRoutes } from "./hook-routes.ts";
import { lifecycleRoutes } from "./lifecycle-routes.ts";
import { logRoutes } from "./logs.ts";
import { roleRoutes } from "./role-routes.ts";
import { settingRoutes } from "./setting-routes.ts";
import { OktaTenant } from "./tenant.ts";
import { userRoutes } from "./user-routes.ts";

const suffix = /\.(?:okta|oktapreview)\.com$/;

const api: Api<OktaTenant, Caller> = {
  routes: [
    open("POST", "/oauth2/v1/token", ({ tenant, request }) => tenant.oauth.token(request)),
    ...logRoutes,
    ...userRoutes,
    ...lifecycleRoutes,
    ...roleRoutes,
    ...appRoutes,
    ...hookRoutes,
    ...settingRoutes,
  ],
  find(request, kit) {
    const tenant = kit.tenant("okta", request.host.replace(suffix, "")) as OktaTenant | undefined;
    // An org that does not exist, or no longer: a web page, whatever was asked.
    return tenant
      ? { tenant }
      : { refusal: htmlPage(404, "Page not found", "<p>The page you have requested could not be found.</p>") };
  },
  serverError: (_, status) => problem(status, "E0000009", "Internal Server Error"),
  rateLimited: ({ now }, seconds) => tooMany(limitHeaders(60, 0, Math.ceil(now / 1000) + seconds)),
  authenticate,
  limit,
  refuse,
  noRoute: () => problem(404, "E0000022", "The endpoint does not support the provided HTTP method"),
  headers: ({ now }) => ({ date: new Date(now).toUTCString(), "x-okta-request-id": "sandbox" }),
};

export const okta: Provider = {
  slug: "okta",
  serves: (host) => suffix.test(host),
  createTenant: (options, kit) => new OktaTenant(options, kit, changes),
  handle: (request, kit) => serveApi(api, request, kit),
};
