import { shape } from "../../trouble.ts";
import { problem } from "./access.ts";
import { roleLabels } from "./roles.ts";
import type { ApiRoute } from "./routes.ts";
import { api, invalid, json, noContent, notFound, sizeOf } from "./routes.ts";
import { withUser } from "./users.ts";

export const privilegeRoutes: ApiRoute[] = [
  // Pages of /iam are linked in the body.
  api("GET", "/api/v1/iam/assignees/users", "okta.roles.read", (call) => {
    const { roles, people, orgId } = call.tenant;
    const size = sizeOf(call, 100, 200);
    const start = Number(call.request.query.get("after") ?? 0) || 0;
    const all = roles.assignees();
    const value = all.slice(start, start + size).map((user) => {
      const id = people.idOf(user);
      return {
        id,
        orn: `orn:okta:directory:${orgId}:users:${id}`,
        _links: {
          self: { href: `${call.origin}/api/v1/users/${id}` },
          roles: { href: `${call.origin}/api/v1/users/${id}/roles` },
        },
      };
    });
    const next =
      start + size < all.length
        ? { next: { href: `${call.origin}/api/v1/iam/assignees/users?after=${start + size}&limit=${size}` } }
        : {};
    return {
      status: 200,
      body: {
        value: shape(call.tenant, "privileges", value, ["id"]),
        _links: { self: { href: `${call.origin}/api/v1/iam/assignees/users` }, ...next },
      },
    };
  }),
  api("GET", "/api/v1/iam/roles", "okta.roles.read", (call) => {
    const { custom } = call.tenant.roles;
    const dates = { created: "2025-01-10T09:00:00.000Z", lastUpdated: "2025-01-10T09:00:00.000Z" };
    return {
      status: 200,
      body: {
        roles: [
          {
            ...custom,
            ...dates,
            _links: { permissions: { href: `${call.origin}/api/v1/iam/roles/${custom.id}/permissions` } },
          },
        ],
        _links: {},
      },
    };
  }),
  api("GET", "/api/v1/iam/roles/:id", "okta.roles.read", (call) =>
    call.parameters.id === call.tenant.roles.custom.id
      ? { status: 200, body: call.tenant.roles.custom }
      : notFound("Role", call.parameters.id),
  ),
  api(
    "GET",
    "/api/v1/users/:id/roles",
    "okta.roles.read",
    withUser((call, user) => ({
      status: 200,
      body: shape(
        call.tenant,
        "privileges",
        call.tenant.roles.of(user).map((role) => call.tenant.roles.record(role, call.origin)),
        ["id", "type"],
      ),
    })),
  ),
  api(
    "POST",
    "/api/v1/users/:id/roles",
    "okta.roles.manage",
    withUser((call, user) => {
      const { tenant, caller } = call;
      const type = String(json(call).type);
      if (!roleLabels[type]) return invalid("type", "type: unknown role");
      if (tenant.roles.of(user).some((role) => role.type === type && role.assignmentType === "USER"))
        return problem(409, "E0000090", "Duplicate role assignment exception.");
      const role = tenant.roles.grant(user, type);
      tenant.append({ ...caller.actor, type: "user.account.privilege.grant", targets: [tenant.userTarget(user)] });
      return { status: 201, body: tenant.roles.record(role, call.origin) };
    }),
  ),
  api(
    "DELETE",
    "/api/v1/users/:id/roles/:role",
    "okta.roles.manage",
    withUser((call, user) => {
      const { tenant, caller, parameters } = call;
      const own = tenant.roles.of(user).find((role) => role.id === parameters.role);
      if (!own) return notFound("Role", parameters.role);
      if (own.assignmentType === "GROUP")
        return problem(403, "E0000006", "You do not have permission to perform the requested action");
      tenant.roles.revoke(user, own.id);
      tenant.append({ ...caller.actor, type: "user.account.privilege.revoke", targets: [tenant.userTarget(user)] });
      return noContent;
    }),
  ),
  api("GET", "/api/v1/groups/:id/roles", "okta.roles.read", (call) => {
    const group = call.tenant.groups.find(call.parameters.id ?? "");
    if (group === undefined) return notFound("UserGroup", call.parameters.id);
    return {
      status: 200,
      body: call.tenant.roles.ofGroup(group).map((role) => call.tenant.roles.record(role, call.origin)),
    };
  }),
  api("GET", "/oauth2/v1/clients/:id/roles", "okta.roles.read", (call) => ({
    status: 200,
    body:
      call.parameters.id === call.tenant.clientId
        ? [
            {
              id: "ra1gatehouse",
              type: "SUPER_ADMIN",
              label: "Super Administrator",
              status: "ACTIVE",
              assignmentType: "CLIENT",
            },
          ]
        : [],
  })),
];
