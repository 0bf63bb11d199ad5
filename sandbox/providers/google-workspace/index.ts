import { type Api, serveApi } from "../../kit/api.ts";
import { tenantAtSharedHost } from "../../kit/shared-host.ts";
import type { Provider } from "../../provider.ts";
import { badToken, googleError, rateLimited } from "../_google/answers.ts";
import { tokenPrefix } from "../_google/service-account.ts";
import { serveTokens, tokenHost } from "../_google/token-endpoint.ts";
import { authenticate, type Caller, limit, refuse } from "./access.ts";
import { GoogleWorkspaceTenant } from "./tenant.ts";
import { userRoutes } from "./user-routes.ts";

const slug = "google-workspace";
const hosts = [tokenHost, "admin.googleapis.com", "www.googleapis.com", "alertcenter.googleapis.com"];

const api: Api<GoogleWorkspaceTenant, Caller> = {
  routes: [...userRoutes],
  find(request, kit) {
    const provider = { slug, tokenPrefix, hasClient: () => false };
    const tenant = tenantAtSharedHost<GoogleWorkspaceTenant>(request, kit, provider);
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
  createTenant: (options, kit) => new GoogleWorkspaceTenant(options, kit, {}),
  handle: (request, kit) => (request.host === tokenHost ? serveTokens(request, kit) : serveApi(api, request, kit)),
};
