import { finding, guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import { type Listing, listingOf, sizeOf, tokenPage } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import type { ZendeskCall, ZendeskRoute } from "./access.ts";
import { invalid, iso, none, notFound, notOfPlan, ok, paged } from "./answers.ts";
import { customRoles, groupIds } from "./people.ts";
import { clients } from "./tenant.ts";

const withUser = finding<ZendeskCall["tenant"], ZendeskCall["caller"], number>(
  "id",
  ({ tenant }, id) => {
    const index = tenant.people.indexOf(id);
    return index !== undefined && tenant.people.exists(index) ? index : undefined;
  },
  notFound,
);

export const routes: ZendeskRoute[] = [
  guarded("GET", "/api/v2/users/me", "", ({ tenant, request }) => ok({ user: tenant.people.record(0, request.host) })),
  guarded("GET", "/api/v2/users", "users:read", (call) => {
    const { people } = call.tenant;
    return page(call, "users", people as Listing<number>, ["id"], (user) => people.record(user, call.request.host));
  }),
  guarded(
    "GET",
    "/api/v2/users/:id",
    "users:read",
    withUser(({ tenant, request }, user) => ok({ user: tenant.people.record(user, request.host) })),
  ),
  guarded("PUT", "/api/v2/users/:id", "users:write", withUser(update)),
  guarded(
    "DELETE",
    "/api/v2/users/:id/sessions",
    "write",
    withUser(() => none),
  ),
  guarded("GET", "/api/v2/groups", "read", (call) => {
    const { groups } = call.tenant;
    const all = listingOf(Array.from({ length: groups.count }, (_, group) => group));
    return page(call, "groups", all, ["id", "name"], (group) => groups.record(group));
  }),
  guarded("GET", "/api/v2/group_memberships", "read", (call) => {
    const { groups, people } = call.tenant;
    return page(
      call,
      "group_memberships",
      listingOf(groups.memberships()),
      ["group_id", "user_id"],
      ({ group, person }) => ({
        id: 9_000_000 + group * 100_000 + person,
        ...{ user_id: Number(people.idOf(person)), group_id: Number(groupIds.idOf(group)), default: true },
      }),
      "groups",
    );
  }),
  guarded("GET", "/api/v2/custom_roles", "read", ({ tenant }) =>
    ok({
      custom_roles: shape(
        tenant,
        "privileges",
        customRoles.map((role) => ({ ...role, role_type: 0 })),
        ["id", "name"],
      ),
    }),
  ),
  guarded("GET", "/api/v2/oauth/clients", "read", (call) => clientPage(call, "clients", false)),
  guarded("GET", "/api/v2/oauth/global_clients", "read", (call) => clientPage(call, "global_clients", true)),
  guarded("GET", "/api/v2/oauth/tokens", "read", (call) => {
    const client = call.request.query.get("client_id");
    const found = call.tenant.tokens.filter((token) => client === null || String(token.client) === client);
    return page(
      call,
      "tokens",
      listingOf(found),
      ["id", "client_id"],
      (token) => ({
        ...{
          id: token.id,
          user_id: Number(call.tenant.people.idOf(token.user)),
          client_id: token.client,
          scopes: token.scopes,
        },
        ...{
          token: "a1b2c3d4e5",
          created_at: iso(token.usedAt - 5 * 86_400_000),
          used_at: iso(token.usedAt),
          expires_at: null,
        },
      }),
      "apps",
    );
  }),
  guarded("DELETE", "/api/v2/oauth/tokens/:id", "write", ({ tenant, parameters }) => {
    const place = tenant.tokens.findIndex(({ id }) => String(id) === parameters.id);
    if (place < 0) return notFound();
    tenant.tokens.splice(place, 1);
    tenant.append({ type: "oauth_token.destroy", actor: tenant.people.idOf(0) });
    return none;
  }),
  guarded("GET", "/api/v2/audit_logs", "auditlogs:read", auditLog),
  guarded("GET", "/api/v2/security_settings", "security:read", () => ok({ security_settings: securitySettings })),
  guarded("GET", "/api/v2/account/settings", "read", () =>
    ok({
      settings: {
        api: { api_password_access: "false", api_token_access: "true" },
        tickets: { private_attachments: false },
      },
    }),
  ),
];

const securitySettings = {
  authentication: {
    agent: {
      enforce_sso: false,
      two_factor_enforce: true,
      remote_bypass: 2,
      security_policy_id: 300,
      zendesk_login: true,
    },
    end_user: { security_policy_id: 100 },
  },
  ...{ agent_session_timeout: 480, maximum_session_duration_enabled: false, maximum_session_duration: 720 },
  ...{ assumable: true, assumption_duration: "not_selected", admins_can_set_user_passwords: false },
  ...{ email_agent_when_sensitive_fields_changed: true, ip: { ip_restriction_enabled: false, ip_ranges: "" } },
};

/** Cursor pages of at most 100. https://developer.zendesk.com/api-reference/introduction/pagination/ */
function page<R>(
  call: ZendeskCall,
  list: string,
  listing: Listing<R>,
  required: string[],
  write: (record: R) => Record<string, unknown>,
  stream = list,
): SandboxResponse {
  const { tenant, request } = call;
  const size = sizeOf(request, "page[size]", { usual: 100, max: 100 }, tenant);
  const found = tokenPage(request, "page[after]", listing, size);
  if (!found)
    return { status: 400, body: { error: "InvalidPaginationParameter", description: "page[after] is not valid" } };
  return paged(request, list, {
    records: shape(tenant, stream, found.records.map(write), required),
    next: found.nextToken,
  });
}

function clientPage(call: ZendeskCall, list: string, isGlobal: boolean): SandboxResponse {
  const found = clients.filter((client) => client.isGlobal === isGlobal);
  return page(
    call,
    list,
    listingOf(found),
    ["id", "name"],
    ({ isGlobal: _, ...client }) => ({ ...client, kind: "confidential" }),
    "apps",
  );
}

/** The filter is given twice, start and end; with the newest first unless `sort=created_at`. */
function auditLog(call: ZendeskCall): SandboxResponse {
  const { tenant, request } = call;
  if (!tenant.isEnterprise) return notOfPlan();
  const given = [...request.query.getAll("filter[created_at]"), ...request.query.getAll("filter[created_at][]")];
  const [from, to] = given.map((text) => Date.parse(text));
  if (given.length === 1 || Number.isNaN(from) || Number.isNaN(to))
    return { status: 400, body: { error: "InvalidFilter", description: "created_at takes a start and an end" } };
  const numbers = Array.from({ length: tenant.timeline.count }, (_, number) => number)
    .map((number) => ({ number, at: tenant.event(number).at }))
    .filter(({ at }) => (from === undefined || at >= from) && (to === undefined || at <= to));
  const isUp = request.query.get("sort") === "created_at";
  numbers.sort((a, b) => (isUp ? a.at - b.at || a.number - b.number : b.at - a.at || b.number - a.number));
  return page(
    call,
    "audit_logs",
    listingOf(numbers),
    ["id", "created_at", "source_type"],
    ({ number }) => tenant.record(number),
    "activities",
  );
}

function update({ tenant, request, now }: ZendeskCall, user: number): SandboxResponse {
  const { suspended, role } = (jsonBody(request)?.user ?? {}) as Record<string, unknown>;
  if (user === 0 && (suspended === true || (role !== undefined && role !== "admin")))
    return invalid({ base: [{ description: "The account owner cannot be suspended or downgraded." }] });
  const done = { actor: tenant.people.idOf(0), person: user };
  if (typeof suspended === "boolean") {
    tenant.people.edit(user, now, { status: suspended ? "suspended" : "active" });
    tenant.append({ ...done, type: "user_setting.create", change: suspended ? "Suspended" : "Unsuspended" });
  }
  if (role === "agent" || role === "admin") {
    tenant.people.setRole(user, role);
    tenant.append({ ...done, type: "user.update", change: "Role changed from Administrator to Agent" });
  }
  return ok({ user: tenant.people.record(user, request.host) });
}
