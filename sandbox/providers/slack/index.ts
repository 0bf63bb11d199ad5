import { type Api, open, serveApi } from "../../kit/api.ts";
import { htmlPage } from "../../kit/consent-page.ts";
import { directoryChanges } from "../../kit/directory-changes.ts";
import { tenantAtSharedHost } from "../../kit/shared-host.ts";
import type { Change } from "../../kit/tenant.ts";
import type { Provider } from "../../provider.ts";
import { authenticate, type Caller, limit, refuse } from "./access.ts";
import { failed, refusal, tooMany } from "./answers.ts";
import { routes } from "./routes.ts";
import { SlackTenant, tokenPrefix } from "./tenant.ts";

const api: Api<SlackTenant, Caller> = {
  routes: [
    open("GET", "/oauth/v2/authorize", ({ tenant, request }) => tenant.oauth.authorize(request)),
    open("POST", "/oauth/v2/authorize", ({ tenant, request }) => tenant.oauth.authorize(request)),
    open("POST", "/api/oauth.v2.access", ({ tenant, request }) => tenant.oauth.token(request)),
    ...routes,
  ],
  find(request, kit) {
    const tenant = tenantAtSharedHost<SlackTenant>(request, kit, {
      ...{ slug: "slack", tokenPrefix },
      hasClient: ({ app }, id) => app.clientId === id,
    });
    if (tenant) return { tenant };
    if (request.path === "/oauth/v2/authorize")
      return { refusal: htmlPage(400, "Unknown app", "<p>There is no app with this client_id.</p>") };
    if (request.path === "/api/oauth.v2.access") return { refusal: failed("invalid_client_id") };
    return {
      refusal: refusal(request, 401, request.headers.authorization === undefined ? "not_authed" : "invalid_auth"),
    };
  },
  serverError: (_, status) => ({ status, body: { ok: false, error: "service_unavailable" } }),
  rateLimited: (_, seconds) => tooMany(seconds),
  authenticate,
  limit,
  refuse,
  noRoute: ({ request }) => refusal(request, 404, "unknown_method"),
};

/** `POST .../changes` for Slack, see README.md. */
const changes: Record<string, Change<SlackTenant>> = {
  ...directoryChanges<SlackTenant>({
    status: { suspended: "deactivated", active: "active" },
    events: {
      ...{
        add: "user_created",
        delete: "user_deactivated",
        suspend: "user_deactivated",
        unsuspend: "user_reactivated",
      },
    },
    record: (tenant, type, person) => tenant.append({ type, actor: tenant.people.idOf(0), person }),
    groups: { of: ({ groups }) => groups, events: { add: "user_created", remove: "user_created" } },
  }),
  "leave-enterprise": (tenant) => {
    tenant.isEnterprise = false;
    return {};
  },
  "install-in-workspace": (tenant) => {
    tenant.isInstalledInOrganization = false;
    return {};
  },
  "late-event": (tenant, { type = "app_installed", minutesAgo = 90 }) =>
    tenant.append({ type: String(type), happenedAt: tenant.kit.now() - Number(minutesAgo) * 60_000 }),
};

export const slack: Provider = {
  slug: "slack",
  serves: (host) => host === "slack.com" || host === "api.slack.com",
  createTenant: (options, kit) => new SlackTenant(options, kit, changes),
  handle: (request, kit) => serveApi(api, request, kit),
};
