import { finding, guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import { type Listing, listingOf, sizeOf, tokenPage } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import type { OneLoginCall, OneLoginRoute } from "./access.ts";
import { ok, refusal, success } from "./answers.ts";
import { numbers, type Status } from "./people.ts";
import { roleIds } from "./tenant.ts";

const missing = () => refusal(2, 404, "NotFound", "Not Found");
const withUser = finding<OneLoginCall["tenant"], OneLoginCall["caller"], number>(
  "id",
  ({ tenant }, id) => {
    const index = tenant.people.indexOf(id);
    return index !== undefined && tenant.people.exists(index) ? index : undefined;
  },
  missing,
);
const withRole = finding<OneLoginCall["tenant"], OneLoginCall["caller"], number>(
  "id",
  ({ tenant }, id) => tenant.roles.find(id),
  missing,
);

export const userRoutes: OneLoginRoute[] = [
  guarded("GET", "/api/2/users", "Read All", (call) => {
    const { people } = call.tenant;
    return page(call, people as Listing<number>, "users", (index) => people.record(index));
  }),
  guarded(
    "GET",
    "/api/2/users/:id",
    "Read All",
    withUser(({ tenant }, user) => ok(tenant.people.record(user))),
  ),
  guarded("PUT", "/api/2/users/:id", "Manage All", withUser(update)),
  guarded(
    "PUT",
    "/api/1/users/:id/logout",
    "Manage All",
    withUser(({ tenant }, user) => {
      tenant.append({ type: "516", actor: tenant.people.idOf(0), person: user });
      return success;
    }),
  ),
  guarded(
    "GET",
    "/api/2/mfa/users/:id/devices",
    "Read All",
    withUser(({ tenant }, user) => ok(tenant.people.factors(user))),
  ),
  guarded("GET", "/api/2/roles", "Read All", (call) => {
    const { roles } = call.tenant;
    const all = listingOf(Array.from({ length: roles.count }, (_, role) => role));
    return page(call, all, "groups", (role) => ({ id: Number(roleIds.idOf(role)), name: roles.nameOf(role) }));
  }),
  guarded(
    "GET",
    "/api/2/roles/:id/users",
    "Read All",
    withRole((call, role) => {
      const { people, roles } = call.tenant;
      return page(call, roles.members(role), "groups", (user) => {
        const { name, handle } = people.person(user);
        return {
          id: Number(people.idOf(user)),
          name,
          username: handle,
          assigned: true,
          added_at: null,
          added_by: null,
        };
      });
    }),
  ),
];

/** The list alone; headers say where to go on. https://developers.onelogin.com/api-docs/2/getting-started/using-query-parameters */
export function page<R>(
  call: OneLoginCall,
  listing: Listing<R>,
  stream: string,
  write: (record: R) => Record<string, unknown>,
): SandboxResponse {
  const { tenant, request } = call;
  const size = sizeOf(request, "limit", { usual: 50, max: 100 }, tenant);
  const found = tokenPage(request, "cursor", listing, size);
  if (!found) return refusal(2, 400, "BadRequest", "The cursor is invalid");
  const records = shape(tenant, stream, found.records.map(write), ["id", "name"]);
  return ok(records, { "after-cursor": found.nextToken ?? "", "page-items": String(size) });
}

const settable: Readonly<Record<number, Status>> = { 1: "active", 2: "suspended", 5: "resetting" };

function update({ tenant, request, now }: OneLoginCall, user: number): SandboxResponse {
  const { status } = jsonBody(request) ?? {};
  const wanted = settable[Number(status)];
  if (wanted === undefined) return refusal(2, 422, "UnprocessableEntity", "status is invalid");
  const type = wanted === "suspended" ? "551" : "529";
  if (numbers[tenant.people.status(user)] !== status) {
    tenant.people.edit(user, now, { status: wanted });
    tenant.append({ type, actor: tenant.people.idOf(0), person: user });
  }
  return ok(tenant.people.record(user));
}
