import { type Listing, listingOf } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import type { GithubCall } from "./access.ts";
import { invalid, listPage, noContent, notFound, ok, problem } from "./answers.ts";
import { setRole } from "./changes.ts";
import { type Account, type GithubPeople, type Role, simpleUser } from "./people.ts";
import { api, type GithubRoute, json } from "./routes.ts";
import { organization } from "./settings.ts";
import type { GithubTenant } from "./tenant.ts";

/** Members, outside collaborators and invitations; teams and organization roles. */
export const memberRoutes: GithubRoute[] = [
  api("GET", "/orgs/:org/members", "members: read", (call) => {
    const { people } = call.tenant;
    const role = call.request.query.get("role") ?? "all";
    if (!["all", "admin", "member"].includes(role)) return invalid("Member", "role");
    const wanted = (index: number) => role === "all" || people.owners.has(index) === (role === "admin");
    return accounts(
      call,
      present(call, people.members, (index) => (wanted(index) ? people.member(index) : undefined)),
    );
  }),
  api("GET", "/orgs/:org/outside_collaborators", "members: read", (call) => {
    const { people } = call.tenant;
    return accounts(
      call,
      present(call, people.outsiders, (index) => people.outsider(index)),
    );
  }),
  api("GET", "/orgs/:org/memberships/:login", "members: read", ({ tenant, parameters }) => {
    const login = parameters.login ?? "";
    const account = tenant.people.find(login);
    if (account && !account.outside) return ok(membership(tenant, account, "active", tenant.people.role(account)));
    const role = tenant.people.invited.get(login);
    return role ? ok(membership(tenant, { login, id: 0 }, "pending", role)) : notFound();
  }),
  api("PUT", "/orgs/:org/memberships/:login", "members: write", setMembership),
  api("GET", "/orgs/:org/invitations", "members: read", (call) => {
    const { people, org } = call.tenant;
    return listPage(
      call,
      listingOf([...people.invited.entries()].map(([login, role], index) => ({ login, role, index }))),
      {
        write: ({ login, role, index }) => ({
          id: 30_000 + index,
          node_id: `OI_${index}`,
          login,
          email: null,
          role: role === "admin" ? "admin" : "direct_member",
          created_at: "2026-01-05T09:00:00Z",
          failed_at: null,
          failed_reason: null,
          inviter: simpleUser(people.member(0)),
          team_count: 0,
          invitation_teams_url: `https://api.github.com/organizations/${org.id}/invitations/${30_000 + index}/teams`,
          invitation_source: "member",
        }),
      },
    );
  }),
  api("GET", "/orgs/:org/teams", "members: read", (call) => {
    const { teams } = call.tenant;
    return listPage(call, teams.all(), { write: (team) => teams.record(team), shaped: ["groups", ["id", "slug"]] });
  }),
  api("GET", "/orgs/:org/teams/:slug/members", "members: read", (call) => {
    const { teams, people } = call.tenant;
    const team = teams.find(call.parameters.slug ?? "");
    if (team === undefined) return notFound();
    const { count, at } = teams.members(team);
    return accounts(call, {
      count,
      at(place) {
        const index = at(place);
        return index === undefined ? undefined : people.member(index);
      },
    });
  }),
  api("GET", "/orgs/:org/organization-roles", "roles: read", ({ tenant }) => {
    const roles = tenant.roles.all.map((role) => ({ ...role, organization: simpleUser(tenant.org, "Organization") }));
    return ok({ total_count: roles.length, roles });
  }),
  api("GET", "/orgs/:org/organization-roles/:role/users", "role holders", (call) => {
    const role = call.tenant.roles.find(call.parameters.role ?? "");
    if (!role) return notFound();
    const write = (index: number) => ({ ...simpleUser(call.tenant.people.member(index)), assignment: "direct" });
    return listPage(call, listingOf(call.tenant.roles.holders(role)), { write });
  }),
  api("GET", "/orgs/:org/organization-roles/:role/teams", "role holders", (call) => {
    const { roles, teams } = call.tenant;
    const role = roles.find(call.parameters.role ?? "");
    return role ? listPage(call, teams.holding(role), { write: (team) => teams.record(team) }) : notFound();
  }),
  api("DELETE", "/orgs/:org/organization-roles/users/:login/:role", "roles: write", (call) => {
    const { tenant, parameters, caller } = call;
    const role = tenant.roles.find(parameters.role ?? "");
    const account = tenant.people.find(parameters.login ?? "");
    if (!role || !account || account.outside) return notFound();
    if (tenant.roles.revoke(role, account.index))
      tenant.recordOf(account, "organization_role.revoke", caller.login, { organization_role: role.name });
    return noContent;
  }),
];

function accounts(call: GithubCall, listing: Listing<Account>): SandboxResponse {
  return listPage(call, listing, { write: (account) => simpleUser(account), shaped: ["users", ["id", "login"]] });
}

/** Those that `write` gives, and that `filter=2fa_disabled` leaves. */
function present(
  { tenant, request }: GithubCall,
  people: GithubPeople["members"],
  write: (index: number) => Account | undefined,
): Listing<Account> {
  const isFiltered = request.query.get("filter") === "2fa_disabled";
  return {
    count: people.count,
    at(place) {
      const account = people.exists(place) ? write(place) : undefined;
      return account && isFiltered && tenant.people.hasTwoFactor(account) ? undefined : account;
    },
  };
}

function setMembership(call: GithubCall): SandboxResponse {
  const { tenant, parameters, caller } = call;
  const { people } = tenant;
  const { role = "member" } = json(call);
  const account = people.find(parameters.login ?? "");
  if (role !== "admin" && role !== "member") return invalid("Membership", "role");
  if (!account || account.outside) return notFound();
  if (people.role(account) !== role) {
    if (role === "member" && people.owners.size === 1)
      return problem(403, "You can't demote the last owner of an organization.");
    setRole(tenant, caller.login, account, role);
  }
  return ok(membership(tenant, account, "active", role));
}

function membership(
  { org }: GithubTenant,
  account: { login: string; id: number },
  state: "active" | "pending",
  role: Role,
): Record<string, unknown> {
  const url = `https://api.github.com/orgs/${org.login}`;
  return {
    url: `${url}/memberships/${account.login}`,
    state,
    role,
    organization_url: url,
    direct_membership: true,
    user: simpleUser(account),
    organization: organization(org),
  };
}
