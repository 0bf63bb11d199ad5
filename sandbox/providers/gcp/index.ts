import { type Api, serveApi } from "../../kit/api.ts";
import { tenantAtSharedHost } from "../../kit/shared-host.ts";
import type { Provider, SandboxKit, SandboxRequest } from "../../provider.ts";
import { badToken } from "../_google/answers.ts";
import { isTokenOf } from "../_google/called.ts";
import { tokenPrefix } from "../_google/service-account.ts";
import { serveTokens, tokenHost } from "../_google/token-endpoint.ts";
import { authenticate, type Caller, limit, refuse } from "./access.ts";
import { cloudError, notFound, tooMany } from "./answers.ts";
import { assetRoutes } from "./asset-routes.ts";
import { changes } from "./changes.ts";
import { iamRoutes } from "./iam-routes.ts";
import { identityRoutes } from "./identity-routes.ts";
import { logRoutes } from "./log-routes.ts";
import { policyRoutes } from "./policy-routes.ts";
import { settingRoutes } from "./setting-routes.ts";
import { GcpTenant } from "./tenant.ts";

const slug = "gcp";

const apis: Readonly<Record<string, Api<GcpTenant, Caller>["routes"]>> = {
  "cloudasset.googleapis.com": assetRoutes,
  "cloudidentity.googleapis.com": identityRoutes,
  "cloudresourcemanager.googleapis.com": policyRoutes,
  "iam.googleapis.com": iamRoutes,
  "logging.googleapis.com": logRoutes,
  "orgpolicy.googleapis.com": settingRoutes,
  "securitycenter.googleapis.com": settingRoutes,
};

const tenantOf = (request: SandboxRequest, kit: SandboxKit) =>
  tenantAtSharedHost<GcpTenant>(request, kit, { slug, tokenPrefix, hasClient: () => false });

const api: Omit<Api<GcpTenant, Caller>, "routes"> = {
  find(request, kit) {
    const tenant = tenantOf(request, kit);
    return tenant ? { tenant } : { refusal: badToken() };
  },
  serverError: (_, status) => cloudError(status, "UNAVAILABLE", "The service is currently unavailable."),
  rateLimited: ({ request }) => tooMany(request.host),
  authenticate,
  limit,
  refuse,
  noRoute: ({ request }) => notFound(request.path),
};

export const gcp: Provider = {
  slug,
  serves: (host) => host === tokenHost || Object.hasOwn(apis, host),
  isCalled: (request, kit) => isTokenOf(tenantOf(request, kit), request),
  createTenant: (options, kit) => new GcpTenant(options, kit, changes),
  handle: (request, kit) =>
    request.host === tokenHost
      ? serveTokens(request, kit)
      : serveApi({ ...api, routes: apis[request.host] ?? [] }, request, kit),
};
