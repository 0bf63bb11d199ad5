import { shape } from "../../trouble.ts";
import type { Needs } from "./access.ts";
import type { Account } from "./people.ts";
import type { ApiRoute, Call } from "./routes.ts";
import { api, json, paging } from "./routes.ts";
import type { GithubTenant } from "./tenant.ts";

const scim: Needs = { scopes: ["admin:enterprise"], only: "user" };
const orgScim = { scopes: ["admin:org"], permission: "members: read" };
const scimType = { "content-type": "application/scim+json" };

/** Seats, and people as the identity provider manages them. */
export const enterpriseRoutes: ApiRoute[] = [
  api(
    "GET",
    "/enterprises/:enterprise/consumed-licenses",
    { scopes: ["read:enterprise", "manage_billing:enterprise"], only: "user" },
    (call) => {
      const { tenant } = call;
      const { offset, size, link } = paging(call);
      const total = tenant.people.memberCount;
      const accounts = tenant.people.members(offset, size + 1);
      const seats = shape(
        tenant,
        "users",
        accounts.slice(0, size).map((account) => seat(tenant, account)),
        ["github_com_login"],
      );
      return {
        status: 200,
        headers: link(accounts.length > size, total),
        body: { total_seats_consumed: total, total_seats_purchased: tenant.options.users + 50, users: seats },
      };
    },
  ),
  api("GET", "/scim/v2/enterprises/:enterprise/Users", scim, scimList),
  api("GET", "/scim/v2/organizations/:org/Users", orgScim, scimList),
  api("GET", "/scim/v2/enterprises/:enterprise/Users/:id", scim, ({ tenant, parameters }) => {
    const account = tenant.people.byScimId(parameters.id ?? "");
    return account
      ? { status: 200, headers: scimType, body: scimUser(tenant, account) }
      : scimProblem(404, "Resource not found.");
  }),
  api("PATCH", "/scim/v2/enterprises/:enterprise/Users/:id", scim, (call) => {
    const { tenant, parameters, caller } = call;
    const account = tenant.people.byScimId(parameters.id ?? "");
    if (!account) return scimProblem(404, "Resource not found.");
    const operations = json(call).Operations as { op?: string; path?: string; value?: unknown }[] | undefined;
    if (!Array.isArray(operations)) return scimProblem(400, "Operations is missing.");
    for (const { op, path, value } of operations) {
      const active = path === "active" ? value : (value as { active?: unknown } | undefined)?.active;
      if (op?.toLowerCase() !== "replace" || active === undefined) continue;
      const suspend = active === false || active === "False" || active === "false";
      if (tenant.people.suspended.has(account.index) === suspend) continue;
      if (suspend) tenant.people.suspended.add(account.index);
      else tenant.people.suspended.delete(account.index);
      tenant.record(suspend ? "user.suspend" : "user.unsuspend", caller.login, {
        user: account.login,
        user_id: account.id,
      });
    }
    return { status: 200, headers: scimType, body: scimUser(tenant, account) };
  }),
  api("GET", "/enterprises/:enterprise/audit-log/streams", { scopes: ["admin:enterprise"], only: "user" }, () => ({
    status: 200,
    body: [],
  })),
];

function scimList(call: Call) {
  const { tenant, request } = call;
  const start = Math.max(1, Number(request.query.get("startIndex") ?? 1) || 1);
  const count = Math.max(
    0,
    Math.min(Number(request.query.get("count") ?? 30), tenant.options.unlimited ? 10_000 : 100),
  );
  const filter = request.query.get("filter");
  const [, field, value] = /^(userName|externalId|id)\s+eq\s+"([^"]*)"$/i.exec(filter ?? "") ?? [];
  if (filter && !field) return scimProblem(400, "The filter is not supported.");
  const one =
    value === undefined
      ? undefined
      : (tenant.people.find(value.split("@")[0]?.replace(".", "-") ?? "") ?? tenant.people.byScimId(value));
  const accounts = field ? (one ? [one] : []) : tenant.people.members(start - 1, count);
  const resources = shape(
    tenant,
    "users",
    accounts.map((account) => scimUser(tenant, account)),
    ["id", "active"],
  );
  const totalResults = field ? resources.length : tenant.people.memberCount;
  return {
    status: 200,
    headers: scimType,
    body: {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
      totalResults,
      startIndex: start,
      itemsPerPage: resources.length,
      Resources: resources,
    },
  };
}

function scimUser(tenant: GithubTenant, account: Account): Record<string, unknown> {
  const id = tenant.people.scimId(account);
  const [givenName = "", familyName = ""] = account.name.split(" ");
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    id,
    externalId: `idp-${account.index}`,
    userName: account.email,
    displayName: account.name,
    name: { givenName, familyName, formatted: account.name },
    emails: [{ value: account.email, type: "work", primary: true }],
    roles: [{ value: tenant.people.role(account) === "admin" ? "enterprise_owner" : "user", primary: true }],
    active: !tenant.people.suspended.has(account.index),
    groups: [],
    meta: {
      resourceType: "User",
      created: "2025-02-03T09:11:02.000Z",
      lastModified: "2026-02-03T09:11:02.000Z",
      location: `https://api.github.com/scim/v2/enterprises/${tenant.enterprise.slug}/Users/${id}`,
    },
  };
}

function scimProblem(status: number, detail: string) {
  return {
    status,
    headers: scimType,
    body: { schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"], status: String(status), detail },
  };
}

function seat(tenant: GithubTenant, account: Account): Record<string, unknown> {
  const owner = tenant.people.role(account) === "admin";
  return {
    github_com_login: account.login,
    github_com_name: account.name,
    enterprise_server_user_ids: [],
    github_com_user: true,
    enterprise_server_user: false,
    visual_studio_subscription_user: false,
    license_type: "enterprise",
    github_com_profile: `https://github.com/${account.login}`,
    github_com_member_roles: [`${tenant.org.login}:${owner ? "Owner" : "Member"}`],
    github_com_enterprise_roles: account.index === 0 ? ["owner"] : ["member"],
    github_com_verified_domain_emails: [account.email],
    github_com_saml_name_id: account.email,
    github_com_orgs_with_pending_invites: [],
    github_com_two_factor_auth: account.twoFactor,
    github_com_two_factor_auth_required_by_date: null,
    enterprise_server_emails: [],
    visual_studio_license_status: "",
    visual_studio_subscription_email: "",
    total_user_accounts: 1,
  };
}
