import type { Api } from "../../kit/api.ts";
import { guarded, open, serveApi } from "../../kit/api.ts";
import { tenantAtSharedHost } from "../../kit/shared-host.ts";
import type { Provider, SandboxKit, SandboxRequest } from "../../provider.ts";
import { tenantNamed } from "../../tokens.ts";
import { authenticate, type Caller, limit, refuse, tooMany } from "./access.ts";
import { badRequest, notFound, ok, problem } from "./answers.ts";
import { changes } from "./changes.ts";
import { eventRoutes } from "./event-routes.ts";
import { hookRoutes } from "./hook-routes.ts";
import { itemRoutes } from "./item-routes.ts";
import { configuration } from "./settings.ts";
import { sharingRoutes } from "./sharing-routes.ts";
import { BoxTenant } from "./tenant.ts";
import { userRoutes } from "./user-routes.ts";

const hosts = ["api.box.com", "account.box.com", "dl.boxcloud.com"];

const api: Api<BoxTenant, Caller> = {
  routes: [
    open("GET", "/api/oauth2/authorize", ({ tenant, request }) => tenant.oauth.authorize(request)),
    open("POST", "/api/oauth2/authorize", ({ tenant, request }) => tenant.oauth.authorize(request)),
    open("POST", "/oauth2/token", ({ tenant, request }) => tenant.oauth.token(request)),
    ...userRoutes,
    ...itemRoutes,
    ...sharingRoutes,
    ...eventRoutes,
    ...hookRoutes,
    guarded("GET", "/2.0/enterprise_configurations/:id", "manage_enterprise_properties", (call) => {
      const { tenant, request, parameters } = call;
      if (request.headers["box-version"] !== "2025.0") return badRequest("box-version", "2025.0 is expected");
      if (parameters.id !== tenant.app.enterpriseId) return notFound();
      const categories = (request.query.get("categories") ?? "").split(",");
      return ok({
        id: parameters.id,
        type: "enterprise_configuration",
        ...configuration(tenant.settings, categories),
      });
    }),
    guarded("GET", "/2.0/collaboration_whitelist_entries", "manage_enterprise_properties", ({ tenant }) => {
      const enterprise = { type: "enterprise", ...tenant.people.enterprise };
      const type = "collaboration_whitelist_entry";
      return ok({
        limit: 100,
        next_marker: null,
        entries: tenant.allowedDomains.map((entry) => ({ ...entry, type, enterprise })),
      });
    }),
  ],
  find(request, kit) {
    const tenant = request.host === "dl.boxcloud.com" ? ofDownload(request, kit) : ofCall(request, kit);
    return tenant ? { tenant } : { refusal: unknownCaller(request) };
  },
  serverError: (_, status) => problem(status, "internal_server_error", "Internal Server Error"),
  rateLimited: (_, seconds) => tooMany(seconds),
  authenticate,
  limit,
  refuse,
  noRoute: () => problem(405, "method_not_allowed", "Method Not Allowed"),
};

function ofCall(request: SandboxRequest, kit: SandboxKit): BoxTenant | undefined {
  return tenantAtSharedHost<BoxTenant>(request, kit, {
    slug: "box",
    tokenPrefix: "bx_",
    hasClient: ({ app }, id) => app.clientId === id,
  });
}

function ofDownload({ path }: SandboxRequest, kit: SandboxKit): BoxTenant | undefined {
  const name = tenantNamed(path.split("/")[3] ?? "", "");
  return name === undefined ? undefined : (kit.tenant("box", name) as BoxTenant | undefined);
}

function unknownCaller({ path }: SandboxRequest) {
  if (path === "/oauth2/token")
    return { status: 400, body: { error: "invalid_client", error_description: "The client credentials are invalid" } };
  return { status: 401, headers: { "www-authenticate": 'Bearer realm="Service", error="invalid_token"' } };
}

export const box: Provider = {
  slug: "box",
  serves: (host) => hosts.includes(host),
  createTenant: (options, kit) => new BoxTenant(options, kit, changes),
  handle: (request, kit) => serveApi(api, request, kit),
};
