import { listingOf } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import { type GithubCall, hasScope } from "./access.ts";
import { listPage, notFound, ok, problem } from "./answers.ts";
import { auditLog } from "./audit-log.ts";
import { profile } from "./people.ts";
import { api, type GithubRoute } from "./routes.ts";
import { publicSettings } from "./settings.ts";

/** The organization itself, its audit log and its repositories; accounts for themselves. */
export const organizationRoutes: GithubRoute[] = [
  api("GET", "/orgs/:org", "", (call) => {
    const { settings } = call.tenant;
    const isOwner = call.caller.kind === "installation" || hasScope(call, "admin:org");
    const required = ["id", "login", "two_factor_requirement_enabled"];
    return ok(shape(call.tenant, "organization", [isOwner ? settings : publicSettings(settings)], required)[0]);
  }),
  api("GET", "/orgs/:org/audit-log", "audit log", ownLog),
  // The Link header of a list uses the number in place of the name, as the real one does.
  api("GET", "/organizations/:id/audit-log", "audit log", ownLog),
  api("GET", "/enterprises/:enterprise/audit-log", "enterprise audit log", ({ tenant, request }) =>
    auditLog(tenant, request, request.path),
  ),
  api("GET", "/orgs/:org/repos", "repositories: read", (call) => {
    const { repos, org, options } = call.tenant;
    const sort = call.request.query.get("sort") === "pushed" ? "pushed" : "full_name";
    return listPage(call, listingOf(repos.list(sort)), {
      write: (repo) => repos.record(repo, org, options.createdAt),
      shaped: ["repositories", ["id", "name"]],
    });
  }),
  api("GET", "/repos/:org/:repo/branches/:branch/protection", "protection: read", protection),
  api("GET", "/repos/:org/:repo/rules/branches/:branch", "repositories: read", ({ tenant, parameters }) =>
    tenant.repos.find(parameters.repo ?? "") ? ok([]) : notFound(),
  ),
  api("GET", "/user", "user", ({ tenant }) => ok(profile(tenant.people.member(0)))),
  api("GET", "/users/:login", "", ({ tenant, parameters }) => {
    const account = tenant.people.find(parameters.login ?? "");
    return account ? ok(profile(account)) : notFound();
  }),
  api("GET", "/user/:account", "", ({ tenant, parameters }) => {
    const account = tenant.people.byId(parameters.account ?? "");
    return account ? ok(profile(account)) : notFound();
  }),
];

function ownLog({ tenant, request }: GithubCall): SandboxResponse {
  return auditLog(tenant, request, `/organizations/${tenant.org.id}/audit-log`);
}

function protection({ tenant, parameters, request }: GithubCall): SandboxResponse {
  const repo = tenant.repos.find(parameters.repo ?? "");
  if (!repo) return notFound();
  if (!repo.protected || parameters.branch !== "main") return problem(404, "Branch not protected");
  const url = `https://${request.host}${request.path}`;
  return ok({
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
  });
}
