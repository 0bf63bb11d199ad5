import { type Api, open, serveApi } from "../../kit/api.ts";
import { credentialOf } from "../../kit/body.ts";
import type { Provider } from "../../provider.ts";
import { match } from "../../router.ts";
import { invalidToken, maintenance, notFound, permissionDenied, tooManyRequests } from "./answers.ts";
import { changes } from "./changes.ts";
import { type Caller, restRoutes } from "./rest-routes.ts";
import { authenticationFault } from "./soap.ts";
import { soapRoutes } from "./soap-routes.ts";
import { WorkdayTenant } from "./tenant.ts";

const api: Api<WorkdayTenant, Caller> = {
  routes: [
    open("GET", "/:tenant/authorize", ({ tenant, request }) => tenant.oauth.authorize(request)),
    open("POST", "/:tenant/authorize", ({ tenant, request }) => tenant.oauth.authorize(request)),
    open("POST", "/ccx/oauth2/:tenant/token", ({ tenant, request }) => tenant.oauth.token(request)),
    ...restRoutes,
    ...soapRoutes,
  ],
  find(request, kit) {
    const found = match(api.routes, request.method, request.path);
    if (!found) return { refusal: notFound("resource") };
    const tenant = kit.tenant("workday", found.parameters.tenant ?? "");
    return tenant ? { tenant: tenant as WorkdayTenant } : { refusal: notFound("tenant") };
  },
  serverError: (_, status) => maintenance(status),
  rateLimited: (_, seconds) => tooManyRequests(seconds),
  authenticate({ tenant, request }) {
    const { unauthorized, revoked } = tenant.faults;
    const isKnown = !unauthorized && !revoked && tenant.oauth.authenticate(credentialOf(request, "Bearer") ?? "");
    if (isKnown) return { caller: {} };
    return { refusal: request.path.startsWith("/ccx/service/") ? authenticationFault() : invalidToken() };
  },
  refuse({ tenant }, scope) {
    const lacking = tenant.lacks(scope.split("/"));
    return lacking === undefined ? undefined : permissionDenied(lacking);
  },
  noRoute: () => notFound("resource"),
};

export const workday: Provider = {
  slug: "workday",
  serves: (host) => host.endsWith(".myworkday.com") || host.endsWith(".workday.com"),
  createTenant: (options, kit) => new WorkdayTenant(options, kit, changes),
  handle: (request, kit) => serveApi(api, request, kit),
};
