import { type Api, serveApi } from "../../kit/api.ts";
import { directoryChanges } from "../../kit/directory-changes.ts";
import { tenantAtSharedHost } from "../../kit/shared-host.ts";
import type { Change } from "../../kit/tenant.ts";
import type { Provider } from "../../provider.ts";
import { authenticate, type Caller, limit, limitHeaders, refuse, tooMany } from "./access.ts";
import { badKey, notFound, problem } from "./answers.ts";
import { routes } from "./routes.ts";
import { AtlassianTenant, tokenPrefix } from "./tenant.ts";

const api: Api<AtlassianTenant, Caller> = {
  routes,
  find(request, kit) {
    const asked = { slug: "atlassian", tokenPrefix, hasClient: () => false };
    const tenant = tenantAtSharedHost<AtlassianTenant>(request, kit, asked);
    return tenant ? { tenant } : { refusal: badKey() };
  },
  serverError: (_, status) => problem(status, "Internal Server Error", "Try again later."),
  rateLimited: ({ now }, seconds) => ({ ...tooMany(), headers: limitHeaders(0, Math.ceil(now / 1000) + seconds) }),
  authenticate,
  limit,
  refuse,
  noRoute: notFound,
};

/** `POST .../changes` for Atlassian, see README.md. */
const changes: Record<string, Change<AtlassianTenant>> = {
  ...directoryChanges<AtlassianTenant>({
    status: { suspended: "suspended", active: "active" },
    events: { add: "user_created", delete: "user_deleted", suspend: "user_suspended", unsuspend: "user_restored" },
    record: (tenant, type, person, group) =>
      tenant.append({ type, actor: tenant.people.idOf(0), person, ...(group !== undefined && { group }) }),
    groups: { of: ({ groups }) => groups, events: { add: "user_added_to_group", remove: "user_removed_from_group" } },
  }),
  "late-event": (tenant, { type = "confluence_page_viewed", minutesAgo = 90 }) =>
    tenant.append({ type: String(type), happenedAt: tenant.kit.now() - Number(minutesAgo) * 60_000 }),
};

export const atlassian: Provider = {
  slug: "atlassian",
  serves: (host) => host === "api.atlassian.com",
  createTenant: (options, kit) => new AtlassianTenant(options, kit, changes),
  handle: (request, kit) => serveApi(api, request, kit),
};
