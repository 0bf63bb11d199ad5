import { parseFilter, valueAt } from "../../kit/filter.ts";
import { scimPage, sizeOf } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import type { GithubCall } from "./access.ts";
import { listPage } from "./answers.ts";
import { setStatus } from "./changes.ts";
import type { Account } from "./people.ts";
import { api, type GithubRoute, json } from "./routes.ts";
import type { GithubTenant } from "./tenant.ts";

const scimType = { "content-type": "application/scim+json" };

/** Seats, and people as the identity provider manages them. */
export const enterpriseRoutes: GithubRoute[] = [
  api("GET", "/enterprises/:enterprise/consumed-licenses", "licences", (call) => {
    const { tenant } = call;
    return listPage(call, tenant.people.members, {
      write: (index) => seat(tenant, tenant.people.member(index)),
      shaped: ["users", ["github_com_login"]],
      wrap: (users, total_seats_consumed) => ({
        total_seats_consumed,
        total_seats_purchased: tenant.options.users + 50,
        users,
      }),
    });
  }),
  api("GET", "/scim/v2/enterprises/:enterprise/Users", "enterprise", scimUsers),
  api("PATCH", "/scim/v2/enterprises/:enterprise/Users/:scim", "enterprise", (call) => {
    const { tenant, parameters, caller } = call;
    const account = tenant.people.byScimId(parameters.scim ?? "");
    if (!account) return scimProblem(404, "Resource not found.");
    const { Operations: operations } = json(call);
    if (!Array.isArray(operations)) return scimProblem(400, "Operations is missing.");
    for (const { op, path, value } of operations as { op?: string; path?: string; value?: unknown }[]) {
      const active = path === "active" ? value : (value as { active?: unknown } | undefined)?.active;
      if (op?.toLowerCase() !== "replace" || active === undefined) continue;
      setStatus(tenant, caller.login, account, String(active).toLowerCase() === "false" ? "suspended" : "active");
    }
    return { status: 200, headers: scimType, body: scimUser(tenant, account) };
  }),
];

/** With a filter everybody is looked at; without one only the people of the page are made. */
function scimUsers({ tenant, request }: GithubCall): SandboxResponse {
  const { people } = tenant;
  const filter = request.query.get("filter");
  const test = filter === null ? () => true : parseFilter(filter);
  if (!test) return scimProblem(400, "The filter is not supported.");
  const listing = {
    count: people.members.count,
    at(index: number) {
      if (!people.members.exists(index)) return undefined;
      const account = people.member(index);
      return filter === null || test((path) => valueAt(scimUser(tenant, account), path)) ? account : undefined;
    },
  };
  const page = scimPage(request, listing, sizeOf(request, "count", { usual: 30, max: 100 }, tenant));
  const users = (page.Resources as Account[]).map((account) => scimUser(tenant, account));
  const body = { ...page, Resources: shape(tenant, "users", users, ["id", "active"]) };
  return { status: 200, headers: scimType, body };
}

function scimUser({ people, enterprise }: GithubTenant, account: Account): Record<string, unknown> {
  const id = people.scimId(account);
  const [givenName = "", familyName = ""] = account.name.split(" ");
  const isOwner = people.role(account) === "admin";
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    id,
    externalId: `idp-${account.index}`,
    userName: account.email,
    displayName: account.name,
    name: { givenName, familyName, formatted: account.name },
    emails: [{ value: account.email, type: "work", primary: true }],
    roles: [{ value: isOwner ? "enterprise_owner" : "user", primary: true }],
    active: people.members.status(account.index) === "active",
    groups: [],
    meta: {
      resourceType: "User",
      created: "2025-02-03T09:11:02.000Z",
      lastModified: "2026-02-03T09:11:02.000Z",
      location: `https://api.github.com/scim/v2/enterprises/${enterprise.slug}/Users/${id}`,
    },
  };
}

function scimProblem(status: number, detail: string): SandboxResponse {
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:Error"];
  return { status, headers: scimType, body: { schemas, status: String(status), detail } };
}

function seat({ people, org }: GithubTenant, account: Account): Record<string, unknown> {
  return {
    github_com_login: account.login,
    github_com_name: account.name,
    enterprise_server_user_ids: [],
    github_com_user: true,
    enterprise_server_user: false,
    visual_studio_subscription_user: false,
    license_type: "enterprise",
    github_com_profile: `https://github.com/${account.login}`,
    github_com_member_roles: [`${org.login}:${people.role(account) === "admin" ? "Owner" : "Member"}`],
    github_com_enterprise_roles: account.index === 0 ? ["owner"] : ["member"],
    github_com_verified_domain_emails: [account.email],
    github_com_saml_name_id: account.email,
    github_com_orgs_with_pending_invites: [],
    github_com_two_factor_auth: people.hasTwoFactor(account),
    github_com_two_factor_auth_required_by_date: null,
    enterprise_server_emails: [],
    visual_studio_license_status: "",
    visual_studio_subscription_email: "",
    total_user_accounts: 1,
  };
}
