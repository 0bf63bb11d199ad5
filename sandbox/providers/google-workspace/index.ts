import { type Api, serveApi } from "../../kit/api.ts";
import { tenantAtSharedHost } from "../../kit/shared-host.ts";
import type { Provider, SandboxKit, SandboxRequest } from "../../provider.ts";
import { badToken, googleError, rateLimited } from "../_google/answers.ts";
import { isTokenOf } from "../_google/called.ts";
import { tokenPrefix } from "../_google/service-account.ts";
import { serveTokens, tokenHost } from "../_google/token-endpoint.ts";
import { authenticate, type Caller, limit, refuse } from "./access.ts";
import { changeRoutes } from "./change-routes.ts";
import { changes } from "./changes.ts";
import { directoryRoutes } from "./directory-routes.ts";
import { driveChanges } from "./drive-changes.ts";
import { fileRoutes } from "./file-routes.ts";
import { labelRoutes } from "./label-routes.ts";
import { logRoutes } from "./log-routes.ts";
import { permissionRoutes } from "./permission-routes.ts";
import { policyRoutes } from "./policy-routes.ts";
import { GoogleWorkspaceTenant } from "./tenant.ts";
import { userRoutes } from "./user-routes.ts";

const slug = "google-workspace";
const hosts = [
  ...[tokenHost, "admin.googleapis.com", "www.googleapis.com", "alertcenter.googleapis.com"],
  ...["cloudidentity.googleapis.com", "drivelabels.googleapis.com"],
];

const tenantOf = (request: SandboxRequest, kit: SandboxKit) =>
  tenantAtSharedHost<GoogleWorkspaceTenant>(request, kit, { slug, tokenPrefix, hasClient: () => false });

const api: Api<GoogleWorkspaceTenant, Caller> = {
  routes: [
    ...[...userRoutes, ...directoryRoutes, ...logRoutes, ...changeRoutes, ...permissionRoutes],
    ...[...labelRoutes, ...fileRoutes, ...policyRoutes],
  ],
  find(request, kit) {
    const tenant = tenantOf(request, kit);
    return tenant ? { tenant } : { refusal: badToken() };
  },
  serverError: (_, status) => googleError(status, "backendError", "Backend Error"),
  rateLimited: () => rateLimited(),
  authenticate,
  limit,
  refuse,
  noRoute: () => googleError(404, "notFound", "Not Found"),
};

export const googleWorkspace: Provider = {
  slug,
  serves: (host) => hosts.includes(host),
  isCalled: (request, kit) => isTokenOf(tenantOf(request, kit), request),
  createTenant: (options, kit) => new GoogleWorkspaceTenant(options, kit, { ...changes, ...driveChanges }),
  handle: (request, kit) => (request.host === tokenHost ? serveTokens(request, kit) : serveApi(api, request, kit)),
};
