import { guarded } from "../../kit/api.ts";
import { linkTo, listingOf, pageAt, sizeOf } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import type { OktaCall } from "./access.ts";
import { badCursor, forbidden, noContent, notFound, ok } from "./answers.ts";
import { type OktaRoute, placeIn, withUser } from "./calls.ts";
import { userTarget } from "./people.ts";

export const roleRoutes: OktaRoute[] = [
  // Pages of /iam are linked in the body.
  guarded("GET", "/api/v1/iam/assignees/users", "okta.roles.read", (call) => {
    const { tenant, origin, request } = call;
    const start = placeIn(call);
    if (start === undefined) return badCursor();
    const size = sizeOf(request, "limit", { usual: 100, max: 200 }, tenant);
    const { records, next } = pageAt(listingOf(tenant.roles.assignees()), start, size);
    const value = records.map((user) => {
      const id = tenant.people.idOf(user);
      const href = `${origin}/api/v1/users/${id}`;
      return {
        id,
        orn: `orn:okta:directory:${tenant.orgId}:users:${id}`,
        _links: { self: { href }, roles: { href: `${href}/roles` } },
      };
    });
    const _links = next === undefined ? {} : { next: { href: linkTo(request, { after: String(next) }) } };
    return ok({ value: shape(tenant, "privileges", value, ["id"]), _links });
  }),
  guarded("GET", "/api/v1/users/:id/roles", "okta.roles.read", withUser(listRoles)),
  guarded("DELETE", "/api/v1/users/:id/roles/:role", "okta.roles.manage", withUser(revokeRole)),
];

function listRoles({ tenant, origin }: OktaCall, user: number): SandboxResponse {
  const roles = tenant.roles.of(user).map((role) => tenant.roles.record(role, origin));
  return ok(shape(tenant, "privileges", roles, ["id", "type"]));
}

function revokeRole({ tenant, caller, parameters }: OktaCall, user: number): SandboxResponse {
  const role = tenant.roles.of(user).find(({ id }) => id === parameters.role);
  if (!role) return notFound("Role")(parameters.role ?? "");
  if (role.assignmentType === "GROUP") return forbidden();
  tenant.roles.revoke(user, role.id);
  const targets = [userTarget(tenant.people, user)];
  tenant.append({ ...caller.actor, type: "user.account.privilege.revoke", targets });
  return noContent;
}
