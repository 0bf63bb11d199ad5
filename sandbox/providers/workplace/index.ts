import type { Provider, SandboxKit, SandboxRequest, SandboxResponse } from "../../provider.ts";
import type { Route } from "../../router.ts";
import { match, route } from "../../router.ts";
import { countCall } from "../../trouble.ts";
import type { Access } from "./access.ts";
import { enter } from "./access.ts";
import { graphError, rateLimited, refuse, scimError } from "./answers.ts";
import { destroy, logout, update } from "./governance.ts";
import { community, groupPeople, groups, node, people, refused } from "./graph.ts";
import { dialog, exchange } from "./install.ts";
import { changeUser, deleteUser, peopleSets, userById, users } from "./scim.ts";
import { subscriptions } from "./subscriptions.ts";
import { WorkplaceTenant } from "./tenant.ts";

type Run = (request: SandboxRequest, access: Access, id: string) => SandboxResponse;

const graphRoutes: Route<Run>[] = [
  route("GET", "/community", community),
  ...["members", "organization_members", "former_members", "admins"].map((edge) =>
    route<Run>("GET", `/community/${edge}`, (request, access) => people(request, access, edge)),
  ),
  route("GET", "/community/groups", groups),
  ...["members", "admins", "moderators"].map((edge) =>
    route<Run>("GET", `/:id/${edge}`, (request, access, id) => groupPeople(request, access, id, edge)),
  ),
  route("POST", "/:id/logout", (_, access, id) => logout(access, id)),
  route("GET", "/:id", node),
  route("POST", "/:id", update),
  route("DELETE", "/:id", (_, access, id) => destroy(access, id)),
];

const scimRoutes: Route<Run>[] = [
  route("GET", "/Users", users),
  route("GET", "/Users/:id", userById),
  route("PUT", "/Users/:id", changeUser),
  route("PATCH", "/Users/:id", changeUser),
  route("DELETE", "/Users/:id", deleteUser),
  route("GET", "/Groups", peopleSets),
];

export const workplace: Provider = {
  slug: "workplace",

  serves: (host) =>
    ["work.workplace.com", "graph.workplace.com", "graph.facebook.com", "scim.workplace.com"].includes(host),

  createTenant: (options, kit) => new WorkplaceTenant(options, kit),

  async handle(request, kit) {
    if (request.host === "work.workplace.com") {
      return request.path === "/dialog/work_app_install" ? dialog(request, kit) : { status: 404, body: "Not found" };
    }
    if (request.host === "scim.workplace.com") return scim(request, kit);
    // The version is optional, and `company` an older name of the community.
    const path = request.path.replace(/^\/v\d+\.\d+(?=\/)/, "").replace(/^\/company(?=\/|$)/, "/community");
    if (path === "/oauth/access_token") return exchange(request, kit);
    const [, appId] = /^\/(\d+)\/subscriptions$/.exec(path) ?? [];
    if (appId) return subscriptions(request, kit, appId);
    return graph(request, kit, path);
  },
};

function graph(request: SandboxRequest, kit: SandboxKit, path: string): SandboxResponse {
  const entry = enter(request, kit);
  if (!entry.tenant) return refused(entry.refusal);
  const { tenant } = entry;
  const found = match(graphRoutes, request.method, path);
  if (found) countCall(tenant, request.method, found.route.pattern);
  const answer = entry.access
    ? (found?.route.run(request, entry.access, found.parameters.id ?? "") ?? unsupported(request.method))
    : refused(entry.refusal);
  // Every answer says how much of the hour's calls is used, in percent.
  const percent = entry.refusal === rateLimited ? 100 : tenant.usagePercent;
  const usage = { call_count: percent, total_time: Math.floor(percent / 2), total_cputime: Math.floor(percent / 3) };
  const headers = { ...answer.headers, "x-app-usage": JSON.stringify(usage), "facebook-api-version": "v18.0" };
  return { ...answer, headers, tenant };
}

function unsupported(method: string): SandboxResponse {
  const message = `Unsupported ${method.toLowerCase()} request. Please read the Graph API documentation`;
  return graphError(400, { message, type: "GraphMethodException", code: 100 });
}

function scim(request: SandboxRequest, kit: SandboxKit): SandboxResponse {
  const entry = enter(request, kit);
  if (!entry.tenant) return refuse(request.host, entry.refusal);
  const { tenant } = entry;
  const found = match(scimRoutes, request.method, request.path.replace(/(?<=.)\/$/, ""));
  if (found) countCall(tenant, request.method, found.route.pattern);
  const answer = entry.access
    ? (found?.route.run(request, entry.access, found.parameters.id ?? "") ?? scimError(404, "Endpoint not found."))
    : refuse(request.host, entry.refusal);
  return { ...answer, tenant };
}
