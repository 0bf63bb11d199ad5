import { shape } from "../../trouble.ts";
import { problem } from "./access.ts";
import { setRole } from "./changes.ts";
import { organization } from "./hooks.ts";
import type { Account } from "./people.ts";
import { simpleUser } from "./people.ts";
import type { ApiRoute, Call } from "./routes.ts";
import { api, invalid, json, list, listAll, noContent, notFound } from "./routes.ts";
import type { GithubTenant } from "./tenant.ts";

const readMembers = { scopes: ["read:org"], permission: "members: read" };
const writeMembers = { scopes: ["admin:org"], permission: "members: write" };

/** Members, outside collaborators, invitations, teams, roles and blocks. */
export const memberRoutes: ApiRoute[] = [
  api("GET", "/orgs/:org/members", readMembers, (call) => {
    const { people } = call.tenant;
    const role = call.request.query.get("role") ?? "all";
    const filter = call.request.query.get("filter") ?? "all";
    if (!["all", "admin", "member"].includes(role)) return invalid("Member", "role");
    const tests = [
      factorTest(filter),
      role === "all" ? undefined : (account: Account) => people.role(account) === role,
    ].filter((test) => test !== undefined);
    const test = tests.length > 0 ? (account: Account) => tests.every((one) => one(account)) : undefined;
    return list(call, (offset, limit) => users(call.tenant, people.members(offset, limit, test)));
  }),
  api("GET", "/orgs/:org/members/:login", readMembers, ({ tenant, parameters }) => {
    const account = tenant.people.find(parameters.login ?? "");
    return account && !account.outside ? noContent : notFound();
  }),
  api("DELETE", "/orgs/:org/members/:login", writeMembers, removeMember),
  api("GET", "/orgs/:org/memberships/:login", readMembers, ({ tenant, parameters }) => {
    const account = tenant.people.find(parameters.login ?? "");
    if (account && !account.outside)
      return { status: 200, body: membership(tenant, account.login, "active", tenant.people.role(account)) };
    const invitedAs = tenant.people.invited.get(parameters.login ?? "");
    return invitedAs
      ? { status: 200, body: membership(tenant, parameters.login ?? "", "pending", invitedAs) }
      : notFound();
  }),
  api("PUT", "/orgs/:org/memberships/:login", writeMembers, (call) => {
    const { tenant, parameters, caller } = call;
    const login = parameters.login ?? "";
    const role = json(call).role ?? "member";
    if (role !== "admin" && role !== "member") return invalid("Membership", "role");
    const account = tenant.people.find(login);
    if (account && !account.outside) {
      if (tenant.people.role(account) !== role) {
        if (role === "member" && tenant.people.admins.size === 1)
          return problem(403, "You can't demote the last owner of an organization.");
        setRole(tenant, caller.login, account, role);
      }
      return { status: 200, body: membership(tenant, account.login, "active", role) };
    }
    if (!tenant.people.invited.has(login))
      tenant.record("org.invite_member", caller.login, {
        user: login,
        permission: role === "admin" ? "admin" : "read",
      });
    tenant.people.invited.set(login, role);
    return { status: 200, body: membership(tenant, login, "pending", role) };
  }),
  api("DELETE", "/orgs/:org/memberships/:login", writeMembers, removeMember),
  api("GET", "/orgs/:org/outside_collaborators", readMembers, (call) => {
    const test = factorTest(call.request.query.get("filter") ?? "all");
    return list(call, (offset, limit) => users(call.tenant, call.tenant.people.outside(offset, limit, test)));
  }),
  api("DELETE", "/orgs/:org/outside_collaborators/:login", writeMembers, ({ tenant, parameters, caller }) => {
    const account = tenant.people.find(parameters.login ?? "");
    if (!account) return notFound();
    if (!account.outside)
      return problem(422, "You cannot specify an organization member to remove as an outside collaborator.");
    tenant.people.removedOutsiders.add(account.index);
    tenant.record("org.remove_outside_collaborator", caller.login, { user: account.login, user_id: account.id });
    return noContent;
  }),
  api("GET", "/orgs/:org/invitations", readMembers, (call) =>
    listAll(
      call,
      [...call.tenant.people.invited].map(([login, role], index) => ({
        id: 30_000 + index,
        node_id: `OI_${index}`,
        login,
        email: null,
        role: role === "admin" ? "admin" : "direct_member",
        created_at: "2026-01-05T09:00:00Z",
        failed_at: null,
        failed_reason: null,
        inviter: simpleUser(call.tenant.people.member(0)),
        team_count: 0,
        invitation_source: "member",
      })),
    ),
  ),
  api("GET", "/orgs/:org/teams", readMembers, (call) =>
    list(call, (offset, limit) => {
      const count = Math.max(0, Math.min(limit, call.tenant.groups - offset));
      const teams = Array.from({ length: count }, (_, position) => teamRecord(call.tenant, offset + position));
      return shape(call.tenant, "groups", teams, ["id", "slug"]);
    }),
  ),
  api("GET", "/orgs/:org/teams/:slug", readMembers, ({ tenant, parameters }) => {
    const index = teamIndex(tenant, parameters.slug ?? "");
    return index === undefined
      ? notFound()
      : { status: 200, body: { ...teamRecord(tenant, index), organization: organization(tenant) } };
  }),
  api("GET", "/orgs/:org/teams/:slug/members", readMembers, (call) => {
    const index = teamIndex(call.tenant, call.parameters.slug ?? "");
    if (index === undefined) return notFound();
    return list(call, (offset, limit) =>
      users(
        call.tenant,
        call.tenant.people.members(offset, limit, (account) => account.index % call.tenant.groups === index),
      ),
    );
  }),
  api("GET", "/orgs/:org/external-groups", readMembers, (call) =>
    listAll(
      call,
      Array.from({ length: Math.min(3, call.tenant.groups) }, (_, index) => externalGroup(call.tenant, index)),
      (groups) => ({ groups }),
    ),
  ),
  api("GET", "/orgs/:org/external-group/:id", readMembers, ({ tenant, parameters }) => {
    const index = Number(parameters.id) - 1;
    if (!(index >= 0 && index < Math.min(3, tenant.groups))) return notFound();
    return {
      status: 200,
      body: {
        ...externalGroup(tenant, index),
        teams: [{ team_id: 5000 + index, team_name: tenant.teamName(index) }],
        members: [],
      },
    };
  }),
  api(
    "GET",
    "/orgs/:org/organization-roles",
    { scopes: ["admin:org"], permission: "organization_custom_org_roles: read" },
    ({ tenant }) => ({
      status: 200,
      body: {
        total_count: roles.length,
        roles: roles.map((role) => ({ ...role, organization: organization(tenant) })),
      },
    }),
  ),
  api(
    "GET",
    "/orgs/:org/organization-roles/:role/users",
    { scopes: ["admin:org"], permission: "members: read" },
    (call) => {
      const position = roles.findIndex((role) => String(role.id) === call.parameters.role);
      if (position < 0) return notFound();
      return listAll(
        call,
        call.tenant.people
          .members(4 + position, position === 0 ? 2 : 1)
          .map((account) => ({ ...simpleUser(account), assignment: "direct" })),
      );
    },
  ),
  api(
    "GET",
    "/orgs/:org/organization-roles/:role/teams",
    { scopes: ["admin:org"], permission: "members: read" },
    (call) => listAll(call, []),
  ),
  api(
    "GET",
    "/orgs/:org/security-managers",
    { scopes: ["read:org"], permission: "organization_administration: read" },
    ({ tenant }) => ({ status: 200, body: tenant.groups > 4 ? [teamRecord(tenant, 4)] : [] }),
  ),
  api("GET", "/orgs/:org/blocks", { scopes: ["admin:org"], permission: "organization_administration: read" }, (call) =>
    listAll(
      call,
      [...call.tenant.people.blocked].map((login) => simpleUser(call.tenant.people.find(login) ?? { login, id: 0 })),
    ),
  ),
  api(
    "PUT",
    "/orgs/:org/blocks/:login",
    { scopes: ["admin:org"], permission: "organization_administration: write" },
    ({ tenant, parameters, caller }) => {
      const login = parameters.login ?? "";
      if (tenant.people.blocked.has(login)) return problem(422, "Blocked user has already been blocked");
      tenant.people.blocked.add(login);
      tenant.record("org.block_user", caller.login, {
        blocked_user: login,
        user: login,
        user_id: tenant.people.find(login)?.id ?? 0,
      });
      return noContent;
    },
  ),
  api(
    "DELETE",
    "/orgs/:org/blocks/:login",
    { scopes: ["admin:org"], permission: "organization_administration: write" },
    ({ tenant, parameters, caller }) => {
      const login = parameters.login ?? "";
      if (tenant.people.blocked.delete(login))
        tenant.record("org.unblock_user", caller.login, {
          blocked_user: login,
          user: login,
          user_id: tenant.people.find(login)?.id ?? 0,
        });
      return noContent;
    },
  ),
];

const roles = [
  {
    id: 8030,
    name: "all_repo_admin",
    description: "Grants admin access to all repositories in the organization.",
    base_role: "admin",
    source: "Predefined",
    permissions: [],
    created_at: "2024-01-10T08:00:00Z",
    updated_at: "2024-01-10T08:00:00Z",
  },
  {
    id: 8031,
    name: "Audit reader",
    description: "Reads the audit log.",
    base_role: null,
    source: "Organization",
    permissions: ["read_audit_logs"],
    created_at: "2025-03-01T08:00:00Z",
    updated_at: "2025-03-01T08:00:00Z",
  },
];

function users(tenant: GithubTenant, accounts: Account[]): Record<string, unknown>[] {
  return shape(tenant, "users", accounts.map(simpleUser), ["id", "login"]);
}

function factorTest(filter: string): ((account: Account) => boolean) | undefined {
  // Someone whose only second factor is SMS is "insecure"; here one in fifty.
  if (filter === "2fa_insecure") return (account) => account.twoFactor && account.index % 50 === 17;
  return filter === "2fa_disabled" ? (account) => !account.twoFactor : undefined;
}

function removeMember({ tenant, parameters, caller }: Call) {
  const login = parameters.login ?? "";
  if (tenant.people.invited.delete(login)) {
    tenant.record("org.cancel_invitation", caller.login, { user: login });
    return noContent;
  }
  const account = tenant.people.find(login);
  if (!account || account.outside) return notFound();
  if (tenant.people.admins.size === 1 && tenant.people.admins.has(account.index))
    return problem(403, "You can't remove the last owner of an organization.");
  tenant.people.removedMembers.add(account.index);
  tenant.people.admins.delete(account.index);
  tenant.record("org.remove_member", caller.login, { user: account.login, user_id: account.id });
  return noContent;
}

function membership(
  tenant: GithubTenant,
  login: string,
  state: "active" | "pending",
  role: string,
): Record<string, unknown> {
  const url = `https://api.github.com/orgs/${tenant.org.login}`;
  return {
    url: `${url}/memberships/${login}`,
    state,
    role,
    organization_url: url,
    direct_membership: true,
    user: simpleUser(tenant.people.find(login) ?? { login, id: 0 }),
    organization: organization(tenant),
  };
}

function teamIndex(tenant: GithubTenant, slug: string): number | undefined {
  for (let index = 0; index < tenant.groups; index++) if (tenant.teamName(index) === slug) return index;
  return undefined;
}

function teamRecord(tenant: GithubTenant, index: number): Record<string, unknown> {
  const slug = tenant.teamName(index);
  const url = `https://api.github.com/organizations/${tenant.org.id}/team/${5000 + index}`;
  return {
    id: 5000 + index,
    node_id: `T_${index}`,
    name: slug,
    slug,
    description: `The ${slug} team`,
    privacy: index % 4 ? "closed" : "secret",
    notification_setting: "notifications_enabled",
    permission: "pull",
    url,
    html_url: `https://github.com/orgs/${tenant.org.login}/teams/${slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: "organization",
    organization_id: tenant.org.id,
    parent: null,
  };
}

function externalGroup(tenant: GithubTenant, index: number): Record<string, unknown> {
  return { group_id: index + 1, group_name: `idp-${tenant.teamName(index)}`, updated_at: "2026-03-01T08:00:00Z" };
}
