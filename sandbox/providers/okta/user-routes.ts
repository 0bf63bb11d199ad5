import { finding, guarded } from "../../kit/api.ts";
import { parseFilter, valueAt } from "../../kit/filter.ts";
import type { Listing } from "../../kit/paging.ts";
import { linkHeader, pageAt, sizeOf } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import type { Caller, OktaCall } from "./access.ts";
import { badCursor, iso, notFound, ok, problem } from "./answers.ts";
import { listAll, type OktaRoute, withUser } from "./calls.ts";
import { lastUpdatedOf, userRecord } from "./people.ts";
import type { OktaTenant } from "./tenant.ts";

const withGroup = finding<OktaTenant, Caller, number>(
  "id",
  ({ tenant }, id) => tenant.groups.find(id),
  notFound("UserGroup"),
);

export const userRoutes: OktaRoute[] = [
  guarded("GET", "/api/v1/users", "okta.users.read", listUsers),
  guarded(
    "GET",
    "/api/v1/users/:id",
    "okta.users.read",
    withUser((call, user) => ok(userRecords(call, [user])[0])),
  ),
  guarded("GET", "/api/v1/groups", "okta.groups.read", (call) => {
    const { groups } = call.tenant;
    const indexes = Array.from({ length: groups.count }, (_, group) => group);
    return listAll(call, indexes, (group) => groups.record(group, call.origin), {
      sizes: { usual: 200, max: 10_000 },
      shaped: { stream: "groups", required: ["id", "profile"] },
    });
  }),
  guarded(
    "GET",
    "/api/v1/groups/:id/users",
    "okta.groups.read",
    withGroup((call, group) => userPage(call, call.tenant.groups.members(group), { usual: 200, max: 1000 })),
  ),
];

/** https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/ Without a filter, the deprovisioned are left out. */
function listUsers(call: OktaCall): SandboxResponse {
  const { people } = call.tenant;
  const { query } = call.request;
  const text = query.get("search") ?? query.get("filter");
  const test = text === null ? undefined : parseFilter(text);
  if (text !== null && !test)
    return query.has("search")
      ? problem(400, "E0000031", "Invalid search criteria.")
      : problem(400, "E0000053", `Invalid filter '${text}'`);
  const isListed = (user: number): boolean =>
    people.exists(user) && (test ? test((path) => fieldOf(call, user, path)) : people.status(user) !== "DEPROVISIONED");
  return userPage(
    call,
    { count: people.count, at: (user) => (isListed(user) ? user : undefined) },
    { usual: 200, max: 200 },
  );
}

/** A field of a user; those most asked for without making the whole record. */
function fieldOf({ tenant, origin }: OktaCall, user: number, path: string): unknown {
  const { people, options } = tenant;
  if (path === "status") return people.status(user);
  if (path === "lastUpdated") return iso(lastUpdatedOf(people, options, user));
  return valueAt(userRecord(people, options, user, origin), path);
}

/** A page whose cursor is the id of its last user. That user may have been deleted since: the number in the id still shows where to go on. */
function userPage(call: OktaCall, listing: Listing<number>, sizes: { usual: number; max: number }): SandboxResponse {
  const { tenant, request } = call;
  const after = request.query.get("after");
  const last = after ? tenant.people.indexOf(after) : -1;
  if (last === undefined) return badCursor();
  const { records, next } = pageAt(listing, last + 1, sizeOf(request, "limit", sizes, tenant));
  return {
    status: 200,
    headers: linkHeader(request, next === undefined ? undefined : { after: tenant.people.idOf(next - 1) }),
    body: userRecords(call, records),
  };
}

function userRecords({ tenant, origin }: OktaCall, users: number[]): Record<string, unknown>[] {
  const records = users.map((user) => userRecord(tenant.people, tenant.options, user, origin));
  return shape(tenant, "users", records, ["id", "status", "profile"]);
}
