import { type Api, open, serveApi } from "../../kit/api.ts";
import { tenantAtSharedHost } from "../../kit/shared-host.ts";
import type { Provider } from "../../provider.ts";
import { authenticate, type Caller, refuse } from "./access.ts";
import { authError, badRequest, tooMany } from "./answers.ts";
import { changes } from "./changes.ts";
import { eventRoutes } from "./event-routes.ts";
import { fileRoutes } from "./file-routes.ts";
import { tokenPrefix } from "./oauth.ts";
import { sharingRoutes } from "./sharing-routes.ts";
import { teamRoutes } from "./team-routes.ts";
import { DropboxTenant } from "./tenant.ts";

const hosts = ["www.dropbox.com", "api.dropboxapi.com", "content.dropboxapi.com"];

const api: Api<DropboxTenant, Caller> = {
  routes: [
    open("GET", "/oauth2/authorize", ({ tenant, request }) => tenant.oauth.authorize(request)),
    open("POST", "/oauth2/authorize", ({ tenant, request }) => tenant.oauth.authorize(request)),
    open("POST", "/oauth2/token", ({ tenant, request }) => tenant.oauth.token(request)),
    ...teamRoutes,
    ...eventRoutes,
    ...fileRoutes,
    ...sharingRoutes,
  ],
  find(request, kit) {
    const hasClient = ({ app }: DropboxTenant, id: string) => app.key === id;
    const tenant = tenantAtSharedHost<DropboxTenant>(request, kit, { slug: "dropbox", tokenPrefix, hasClient });
    return tenant ? { tenant } : { refusal: authError("invalid_access_token") };
  },
  serverError: (_, status) => ({ status, headers: { "content-type": "text/plain" }, body: "Something went wrong" }),
  rateLimited: (_, seconds) => tooMany(seconds),
  authenticate,
  refuse,
  noRoute: ({ request }) => badRequest(request.path, "Unknown API function"),
};

export const dropbox: Provider = {
  slug: "dropbox",
  serves: (host) => hosts.includes(host),
  createTenant: (options, kit) => new DropboxTenant(options, kit, changes),
  handle: (request, kit) => serveApi(api, request, kit),
};
