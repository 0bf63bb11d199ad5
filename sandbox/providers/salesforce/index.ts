import { type Api, serveApi } from "../../kit/api.ts";
import { credentialOf } from "../../kit/body.ts";
import type { Granted } from "../../kit/oauth-dialect.ts";
import type { Provider } from "../../provider.ts";
import { missesScope } from "../../trouble.ts";
import { expired, forbidden, limitExceeded, notFound, problem } from "./answers.ts";
import { changes } from "./changes.ts";
import { routes } from "./routes.ts";
import { SalesforceTenant } from "./tenant.ts";

const domain = ".my.salesforce.com";

const api: Api<SalesforceTenant, Granted> = {
  routes,
  find(request, kit) {
    const tenant = kit.tenant("salesforce", request.host.slice(0, -domain.length));
    return tenant ? { tenant: tenant as SalesforceTenant } : { refusal: notFound() };
  },
  serverError: (_, status) => problem(status, "SERVER_UNAVAILABLE", "The server is temporarily unavailable"),
  // Salesforce does not state when to come back.
  rateLimited: () => limitExceeded(),
  authenticate({ tenant, request }) {
    const { unauthorized, revoked } = tenant.faults;
    const granted =
      unauthorized || revoked ? undefined : tenant.oauth.authenticate(credentialOf(request, "Bearer") ?? "");
    return granted ? { caller: granted } : { refusal: expired() };
  },
  limit({ tenant }) {
    const { callsAllowed } = tenant;
    const isOver = tenant.callsUsed >= callsAllowed;
    if (!isOver) tenant.callsUsed += 1;
    const headers = { "sforce-limit-info": `api-usage=${tenant.callsUsed}/${callsAllowed}` };
    return isOver ? { headers, refusal: limitExceeded() } : { headers };
  },
  refuse: ({ tenant }, scope) => (scope !== "" && missesScope(tenant, scope) ? forbidden() : undefined),
  noRoute: notFound,
};

export const salesforce: Provider = {
  slug: "salesforce",
  serves: (host) => host.endsWith(domain),
  createTenant: (options, kit) => new SalesforceTenant(options, kit, changes),
  handle: (request, kit) => serveApi(api, request, kit),
};
