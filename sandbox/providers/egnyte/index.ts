import { type Api, type OpenCall, open, serveApi } from "../../kit/api.ts";
import { formBody } from "../../kit/body.ts";
import { htmlPage } from "../../kit/consent-page.ts";
import { directoryChanges } from "../../kit/directory-changes.ts";
import type { Granted } from "../../kit/oauth-dialect.ts";
import type { Provider, SandboxResponse } from "../../provider.ts";
import { authenticate, limit, refuse } from "./access.ts";
import { overRate, refused } from "./answers.ts";
import { auditRoutes } from "./audit-routes.ts";
import { routes } from "./routes.ts";
import { EgnyteTenant } from "./tenant.ts";

const suffix = /\.egnyte\.com$/;

/** Consent page and token endpoint are one address: the form of the page names a decision, a token request its grant. */
function consentOrToken({ tenant, request }: OpenCall<EgnyteTenant>): SandboxResponse {
  return formBody(request).has("grant_type") ? tenant.oauth.token(request) : tenant.oauth.authorize(request);
}

const api: Api<EgnyteTenant, Granted> = {
  routes: [
    open("GET", "/puboauth/token", ({ tenant, request }) => tenant.oauth.authorize(request)),
    open("POST", "/puboauth/token", consentOrToken),
    ...auditRoutes,
    ...routes,
  ],
  find(request, kit) {
    const tenant = kit.tenant("egnyte", request.host.replace(suffix, "")) as EgnyteTenant | undefined;
    return tenant ? { tenant } : { refusal: htmlPage(404, "Not found", "<p>There is no such domain.</p>") };
  },
  serverError: (_, status) => refused(status, "Internal error"),
  rateLimited: (_, seconds) => overRate(seconds),
  authenticate,
  limit,
  refuse,
  noRoute: () => refused(404, "Not found"),
};

const changes = directoryChanges<EgnyteTenant>({
  status: { suspended: "inactive", active: "active" },
  events: {
    ...{ add: "USER_AUDIT.Create", delete: "USER_AUDIT.Delete" },
    ...{ suspend: "USER_AUDIT.Disable", unsuspend: "USER_AUDIT.Enable" },
  },
  record: (tenant, type, person, group) =>
    tenant.append({ type, actor: 0, person, ...(group !== undefined && { group }) }),
  groups: {
    of: ({ groups }) => groups,
    events: { add: "GROUP_AUDIT.Add users", remove: "GROUP_AUDIT.Remove users" },
  },
});

export const egnyte: Provider = {
  slug: "egnyte",
  serves: (host) => suffix.test(host),
  createTenant: (options, kit) => new EgnyteTenant(options, kit, changes),
  handle: (request, kit) => serveApi(api, request, kit),
};
