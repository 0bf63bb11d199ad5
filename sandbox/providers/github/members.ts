import { shape } from "../../trouble.ts";
import { problem } from "./access.ts";
import { setRole } from "./changes.ts";
import { organization } from "./hooks.ts";
import type { Account } from "./people.ts";
import { simpleUser } from "./people.ts";
import type { ApiRoute, Call } from "./routes.ts";
import { api, invalid, json, list, listAll, noContent, notFound } from "./routes.ts";
import type { GithubTenant } from "./tenant.ts";

export const readMembers = { scopes: ["read:org"], permission: "members: read" };
const writeMembers = { scopes: ["admin:org"], permission: "members: write" };

/** Members, outside collaborators, invitations and blocks. */
export const memberRoutes: ApiRoute[] = [
  api("GET", "/orgs/:org/members", readMembers, (call) => {
    const { people } = call.tenant;
    const role = call.request.query.get("role") ?? "all";
    const filter = call.request.query.get("filter") ?? "all";
    if (!["all", "admin", "member"].includes(role)) return invalid("Member", "role");
    const factor = factorTest(filter);
    const wanted = (index: number): boolean =>
      (!factor || factor(index, people.hasTwoFactor(index))) &&
      (role === "all" || people.admins.has(index) === (role === "admin"));
    const test = factor || role !== "all" ? wanted : undefined;
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
    const factor = factorTest(call.request.query.get("filter") ?? "all");
    const test = factor && ((account: Account) => factor(account.index, account.twoFactor));
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

export function users(tenant: GithubTenant, accounts: Account[]): Record<string, unknown>[] {
  return shape(tenant, "users", accounts.map(simpleUser), ["id", "login"]);
}

function factorTest(filter: string): ((index: number, twoFactor: boolean) => boolean) | undefined {
  // Someone whose only second factor is SMS is "insecure"; here one in fifty.
  if (filter === "2fa_insecure") return (index, twoFactor) => twoFactor && index % 50 === 17;
  return filter === "2fa_disabled" ? (_, twoFactor) => !twoFactor : undefined;
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
