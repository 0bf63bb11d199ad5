import { type Api, open, serveApi } from "../../kit/api.ts";
import { htmlPage } from "../../kit/consent-page.ts";
import { directoryChanges } from "../../kit/directory-changes.ts";
import type { Change } from "../../kit/tenant.ts";
import type { Provider } from "../../provider.ts";
import { authenticate, type Caller, limit, refuse } from "./access.ts";
import { tooMany } from "./answers.ts";
import { routes } from "./routes.ts";
import { ZendeskTenant } from "./tenant.ts";

const suffix = /\.zendesk\.com$/;

const api: Api<ZendeskTenant, Caller> = {
  routes: [
    open("GET", "/oauth/authorizations/new", ({ tenant, request }) => tenant.oauth.authorize(request)),
    open("POST", "/oauth/authorizations/new", ({ tenant, request }) => tenant.oauth.authorize(request)),
    open("POST", "/oauth/tokens", ({ tenant, request }) => tenant.oauth.token(request)),
    ...routes,
  ],
  find(request, kit) {
    const tenant = kit.tenant("zendesk", request.host.replace(suffix, "")) as ZendeskTenant | undefined;
    return tenant
      ? { tenant }
      : { refusal: htmlPage(404, "Help Center Closed", "<p>No help desk at this address.</p>") };
  },
  serverError: (_, status) => ({ status, body: { error: "InternalError", description: "Service is unavailable" } }),
  rateLimited: (_, seconds) => tooMany(seconds),
  authenticate,
  limit,
  refuse,
  noRoute: () => ({ status: 404, body: { error: "InvalidEndpoint", description: "Not found" } }),
  headers: () => ({ "x-request-id": "sandbox" }),
};

/** `POST .../changes` for Zendesk, see README.md. */
const changes: Record<string, Change<ZendeskTenant>> = {
  ...directoryChanges<ZendeskTenant>({
    status: { suspended: "suspended", active: "active" },
    events: {
      add: "user.create",
      delete: "user.destroy",
      suspend: "user_setting.create",
      unsuspend: "user_setting.update",
    },
    record: (tenant, type, person) => tenant.append({ type, actor: tenant.people.idOf(0), person }),
    groups: { of: ({ groups }) => groups, events: { add: "group.create", remove: "group.create" } },
  }),
  "leave-enterprise": (tenant) => {
    tenant.isEnterprise = false;
    return {};
  },
  "late-event": (tenant, { type = "rule.update", minutesAgo = 90 }) =>
    tenant.append({ type: String(type), happenedAt: tenant.kit.now() - Number(minutesAgo) * 60_000 }),
};

export const zendesk: Provider = {
  slug: "zendesk",
  serves: (host) => suffix.test(host),
  createTenant: (options, kit) => new ZendeskTenant(options, kit, changes),
  handle: (request, kit) => serveApi(api, request, kit),
};
