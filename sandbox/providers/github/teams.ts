import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import { organization } from "./hooks.ts";
import { readMembers, users } from "./members.ts";
import { simpleUser } from "./people.ts";
import type { ApiRoute, Call } from "./routes.ts";
import { api, list, listAll, noContent, notFound } from "./routes.ts";
import type { GithubTenant } from "./tenant.ts";

/** Teams, groups of the identity provider, and organization roles. */
export const teamRoutes: ApiRoute[] = [
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
        call.tenant.people.members(offset, limit, (member) => member % call.tenant.groups === index),
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
      const holders = holdersOf(call.tenant, call.parameters.role);
      if (!holders) return notFound();
      const present = [...holders].filter((index) => !call.tenant.people.removedMembers.has(index));
      return listAll(
        call,
        present.map((index) => ({ ...simpleUser(call.tenant.people.member(index)), assignment: "direct" })),
      );
    },
  ),
  api(
    "PUT",
    "/orgs/:org/organization-roles/users/:login/:role",
    { scopes: ["admin:org"], permission: "organization_custom_org_roles: write" },
    (call) => setRoleHolder(call, true),
  ),
  api(
    "DELETE",
    "/orgs/:org/organization-roles/users/:login/:role",
    { scopes: ["admin:org"], permission: "organization_custom_org_roles: write" },
    (call) => setRoleHolder(call, false),
  ),
  api(
    "GET",
    "/orgs/:org/organization-roles/:role/teams",
    { scopes: ["admin:org"], permission: "members: read" },
    (call) => {
      const role = roles.find(({ id }) => String(id) === call.parameters.role);
      if (!role) return notFound();
      const holds = role.name === "security_manager" && call.tenant.groups > securityTeam;
      return listAll(call, holds ? [teamRecord(call.tenant, securityTeam)] : []);
    },
  ),
];

/** The team whose members are security managers. */
const securityTeam = 4;

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
  {
    id: 8032,
    name: "security_manager",
    description: "Manages security policies, alerts and configurations of the organization.",
    base_role: "read",
    source: "Predefined",
    permissions: [],
    created_at: "2024-01-10T08:00:00Z",
    updated_at: "2024-01-10T08:00:00Z",
  },
];

/** Who holds the role directly; at first, members 4 and 5 the first role and member 4 the second. */
function holdersOf(tenant: GithubTenant, role: string | undefined): Set<number> | undefined {
  const position = roles.findIndex(({ id }) => String(id) === role);
  if (position < 0) return undefined;
  const { roleHolders, total } = tenant.people;
  let holders = roleHolders.get(position);
  if (!holders) {
    holders = new Set([4, 5].slice(0, 2 - position).filter((index) => index < total));
    roleHolders.set(position, holders);
  }
  return holders;
}

function setRoleHolder({ tenant, parameters, caller }: Call, holder: boolean): SandboxResponse {
  const holders = holdersOf(tenant, parameters.role);
  const account = tenant.people.find(parameters.login ?? "");
  if (!holders || !account || account.outside) return notFound();
  const role = roles.find(({ id }) => String(id) === parameters.role);
  if (holders.has(account.index) !== holder) {
    if (holder) holders.add(account.index);
    else holders.delete(account.index);
    const fields = { user: account.login, user_id: account.id, organization_role: role?.name };
    tenant.record(holder ? "organization_role.assign" : "organization_role.revoke", caller.login, fields);
  }
  return noContent;
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
