import { shape } from "../../trouble.ts";
import type { Needs } from "./access.ts";
import { hasScope, problem } from "./access.ts";
import { auditLog } from "./audit-log.ts";
import { organization } from "./hooks.ts";
import { simpleUser } from "./people.ts";
import type { Visibility } from "./repos.ts";
import type { ApiRoute, Call } from "./routes.ts";
import { api, json, list, listAll, noContent, notFound } from "./routes.ts";

const ownerOnly = [
  "plan",
  "default_repository_permission",
  "two_factor_requirement_enabled",
  "billing_email",
  "disk_usage",
  "collaborators",
];
const audit: Needs = {
  scopes: ["read:audit_log", "admin:org"],
  permission: "organization_administration: read",
  resource: "audit_log",
};

/** The organization itself, its audit log and its repositories. */
export const organizationRoutes: ApiRoute[] = [
  api("GET", "/orgs/:org", {}, ({ tenant, caller }) => {
    const owner = caller.kind === "installation" || hasScope(caller, tenant, "admin:org");
    const shown = owner
      ? tenant.settings
      : Object.fromEntries(
          Object.entries(tenant.settings).filter(
            ([name]) => !ownerOnly.includes(name) && !name.startsWith("members_") && !name.includes("_for_new_"),
          ),
        );
    return {
      status: 200,
      body: shape(tenant, "organization", [shown], ["id", "login", "two_factor_requirement_enabled"])[0],
    };
  }),
  api("GET", "/orgs/:org/audit-log", audit, ({ tenant, request }) =>
    auditLog(tenant, request, `/organizations/${tenant.org.id}/audit-log`),
  ),
  // The Link header of a list uses the number in place of the name, as the real one does.
  api("GET", "/organizations/:id/audit-log", audit, ({ tenant, request }) =>
    auditLog(tenant, request, `/organizations/${tenant.org.id}/audit-log`),
  ),
  api(
    "GET",
    "/enterprises/:enterprise/audit-log",
    { scopes: ["read:audit_log", "admin:enterprise"], only: "pat", resource: "audit_log" },
    ({ tenant, request }) => auditLog(tenant, request, request.path),
  ),
  api("GET", "/orgs/:org/repos", { scopes: ["repo"], permission: "metadata: read" }, (call) => {
    const type = call.request.query.get("type") ?? "all";
    const { tenant } = call;
    const repos = tenant.repos.list(
      (repo) =>
        type === "all" ||
        type === repo.visibility ||
        (type === "private" && repo.visibility === "internal") ||
        type === "sources" ||
        type === "member",
    );
    if (call.request.query.get("sort") === "pushed")
      repos.sort((a, b) => tenant.repos.pushedDaysAgo(a) - tenant.repos.pushedDaysAgo(b));
    return list(call, (offset, limit) =>
      shape(
        tenant,
        "repositories",
        repos
          .slice(offset, offset + limit)
          .map((repo) => tenant.repos.record(repo, organization(tenant), tenant.options.createdAt)),
        ["id", "name"],
      ),
    );
  }),
  api("GET", "/repos/:org/:repo", { scopes: ["repo"], permission: "metadata: read" }, repository),
  api("PATCH", "/repos/:org/:repo", { scopes: ["repo"], permission: "administration: write" }, (call) => {
    const { tenant, caller } = call;
    const repo = tenant.repos.find(call.parameters.repo ?? "");
    if (!repo) return notFound();
    const { visibility, archived } = json(call) as { visibility?: Visibility; private?: boolean; archived?: boolean };
    const fields = { repo: `${tenant.org.login}/${repo.name}`, repo_id: repo.id };
    if (visibility && visibility !== repo.visibility) {
      tenant.repos.change(repo.index, { visibility });
      tenant.record("repo.access", caller.login, { ...fields, visibility, previous_visibility: repo.visibility });
    }
    if (archived !== undefined && archived !== repo.archived) {
      tenant.repos.change(repo.index, { archived });
      tenant.record(archived ? "repo.archived" : "repo.unarchived", caller.login, fields);
    }
    return repository(call);
  }),
  api(
    "GET",
    "/repos/:org/:repo/branches/:branch/protection",
    { scopes: ["repo"], permission: "administration: read" },
    ({ tenant, parameters }) => {
      const repo = tenant.repos.find(parameters.repo ?? "");
      if (!repo) return notFound();
      if (!repo.protected || parameters.branch !== "main") return problem(404, "Branch not protected");
      const url = `https://api.github.com/repos/${tenant.org.login}/${repo.name}/branches/main/protection`;
      return {
        status: 200,
        body: {
          url,
          required_pull_request_reviews: {
            url: `${url}/required_pull_request_reviews`,
            dismiss_stale_reviews: true,
            require_code_owner_reviews: repo.index % 2 === 0,
            required_approving_review_count: 1,
            require_last_push_approval: false,
          },
          required_signatures: { url: `${url}/required_signatures`, enabled: false },
          enforce_admins: { url: `${url}/enforce_admins`, enabled: repo.index % 3 !== 0 },
          required_linear_history: { enabled: false },
          allow_force_pushes: { enabled: false },
          allow_deletions: { enabled: false },
          required_conversation_resolution: { enabled: true },
          lock_branch: { enabled: false },
        },
      };
    },
  ),
  api("GET", "/repos/:org/:repo/rules/branches/:branch", { scopes: ["repo"], permission: "metadata: read" }, (call) =>
    call.tenant.repos.find(call.parameters.repo ?? "") ? listAll(call, []) : notFound(),
  ),
  api("GET", "/repos/:org/:repo/collaborators", { scopes: ["repo"], permission: "metadata: read" }, (call) => {
    const { tenant } = call;
    const repo = tenant.repos.find(call.parameters.repo ?? "");
    if (!repo) return notFound();
    const people = repo.index % 3 === 0 ? tenant.people.outside(0, 2) : [];
    const inside = call.request.query.get("affiliation") === "outside" ? [] : tenant.people.members(repo.index, 5);
    return listAll(
      call,
      [...people, ...inside].map((account) => ({
        ...simpleUser(account),
        permissions: { admin: false, maintain: false, push: true, triage: true, pull: true },
        role_name: "write",
      })),
    );
  }),
  api(
    "DELETE",
    "/repos/:org/:repo/collaborators/:login",
    { scopes: ["repo"], permission: "administration: write" },
    ({ tenant, parameters, caller }) => {
      const repo = tenant.repos.find(parameters.repo ?? "");
      if (!repo) return notFound();
      tenant.record("repo.remove_member", caller.login, {
        repo: `${tenant.org.login}/${repo.name}`,
        repo_id: repo.id,
        user: parameters.login,
      });
      return noContent;
    },
  ),
];

function repository({ tenant, parameters }: Call) {
  const repo = tenant.repos.find(parameters.repo ?? "");
  return repo
    ? { status: 200, body: tenant.repos.record(repo, organization(tenant), tenant.options.createdAt) }
    : notFound();
}
