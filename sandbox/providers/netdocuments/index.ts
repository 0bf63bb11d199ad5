import { type Api, open, serveApi } from "../../kit/api.ts";
import { directoryChanges } from "../../kit/directory-changes.ts";
import { tenantAtSharedHost } from "../../kit/shared-host.ts";
import type { Change } from "../../kit/tenant.ts";
import type { Provider } from "../../provider.ts";
import { authenticate, type Caller, limit, problem, refuse, routes, tooMany } from "./routes.ts";
import { NetDocumentsTenant, tokenPrefix } from "./tenant.ts";

const regions: Readonly<Record<string, string>> = {
  us: "vault.netvoyage.com",
  eu: "eu.netdocuments.com",
  au: "au.netdocuments.com",
  de: "de.netdocuments.com",
  can: "can.netdocuments.com",
};
const hosts = Object.values(regions).flatMap((host) => [host, `api.${host}`]);
const consentPath = "/neWeb2/OAuth.aspx";

const api: Api<NetDocumentsTenant, Caller> = {
  routes: [
    open("GET", consentPath, ({ tenant, request }) => tenant.oauth.authorize(request)),
    open("POST", consentPath, ({ tenant, request }) => tenant.oauth.authorize(request)),
    open("POST", "/v1/OAuth", ({ tenant, request }) => tenant.token(request)),
    ...routes,
  ],
  find(request, kit) {
    const tenant = tenantAtSharedHost<NetDocumentsTenant>(request, kit, {
      ...{ slug: "netdocuments", tokenPrefix },
      hasClient: ({ apps }, id) => apps.has(id),
    });
    if (!tenant)
      return { refusal: problem(request.path === "/v1/OAuth" ? 400 : 401, "The client or token is not known.") };
    const own = regions[tenant.region];
    const host = request.path === consentPath ? own : `api.${own}`;
    return request.host === host ? { tenant } : { refusal: problem(404, "Repository not found.") };
  },
  serverError: (_, status) => problem(status, "Internal error."),
  rateLimited: (_, seconds) => tooMany(seconds),
  authenticate,
  limit,
  refuse,
  noRoute: () => problem(404, "Not found."),
};

/** `POST .../changes` for NetDocuments, see README.md. */
const changes: Record<string, Change<NetDocumentsTenant>> = {
  ...directoryChanges<NetDocumentsTenant>({
    status: { suspended: "member", active: "member" },
    events: {
      ...{ add: "Repository add users", delete: "Repository remove users" },
      ...{ suspend: "Repository remove users", unsuspend: "Repository add users" },
    },
    record: (tenant, type, person) =>
      tenant.append({ type, actor: tenant.people.idOf(0), desc: `${tenant.people.emailOf(person)} was changed` }),
    groups: {
      of: ({ groups }) => groups,
      events: { add: "Repository add groups", remove: "Repository add groups" },
    },
  }),
  "move-to-region": (tenant, { region }) => {
    if (!Object.hasOwn(regions, String(region))) throw new Error(`no such region: ${region}`);
    tenant.region = String(region);
    return { region };
  },
  "byte-order-mark": (tenant) => {
    tenant.marksLogs = true;
    return {};
  },
  "ids-alone": (tenant) => {
    tenant.listsIds = true;
    return {};
  },
  "late-event": (tenant, { type = "View", minutesAgo = 90 }) =>
    tenant.append({ type: String(type), happenedAt: tenant.kit.now() - Number(minutesAgo) * 60_000 }),
};

export const netdocuments: Provider = {
  slug: "netdocuments",
  serves: (host) => hosts.includes(host),
  createTenant: (options, kit) => new NetDocumentsTenant(options, kit, changes),
  handle: (request, kit) => serveApi(api, request, kit),
};
