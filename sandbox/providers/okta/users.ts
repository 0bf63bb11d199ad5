import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import { problem } from "./access.ts";
import type { Test } from "./filter.ts";
import { parseFilter, valueAt } from "./filter.ts";
import { iso } from "./people.ts";
import type { ApiRoute, Call } from "./routes.ts";
import { api, links, listAll, notFound, sizeOf } from "./routes.ts";

export const userRoutes: ApiRoute[] = [
  api("GET", "/api/v1/users", "okta.users.read", listUsers),
  api(
    "GET",
    "/api/v1/users/:id",
    "okta.users.read",
    withUser((call, user) => ({ status: 200, body: userRecords(call, [user])[0] })),
  ),
  api(
    "GET",
    "/api/v1/users/:id/groups",
    "okta.users.read",
    withUser((call, user) => {
      const { groups } = call.tenant;
      const mine = Array.from({ length: groups.count }, (_, index) => index).filter((index) => groups.has(index, user));
      return listAll(
        call,
        mine.map((index) => groups.record(index, call.origin, false)),
      );
    }),
  ),
  api(
    "GET",
    "/api/v1/users/:id/factors",
    "okta.users.read",
    withUser((call, user) => {
      const factor = (number: number, factorType: string, provider: string) => ({
        id: `opf${call.tenant.people.idOf(user).slice(3, 16)}${number}`,
        factorType,
        provider,
        vendorName: provider,
        status: "ACTIVE",
        created: "2025-02-03T09:15:00.000Z",
        lastUpdated: "2025-02-03T09:15:00.000Z",
      });
      return {
        status: 200,
        body:
          user % 9 === 7
            ? []
            : [
                factor(1, user % 3 ? "push" : "webauthn", user % 3 ? "OKTA" : "FIDO"),
                ...(user % 4 === 0 ? [factor(2, "sms", "OKTA")] : []),
              ],
      };
    }),
  ),
  api("GET", "/api/v1/groups", "okta.groups.read", (call) => {
    const { groups } = call.tenant;
    const { query } = call.request;
    const text = query.get("filter") ?? query.get("search");
    const test = text ? parseFilter(text) : undefined;
    if (text && !test) return problem(400, "E0000053", `Invalid filter '${text}'`);
    const stats = query.get("expand") === "stats";
    const name = query.get("q")?.toLowerCase();
    let indexes = Array.from({ length: groups.count }, (_, index) => index);
    if (name) indexes = indexes.filter((index) => groups.nameOf(index).toLowerCase().startsWith(name));
    if (test)
      indexes = indexes.filter((index) => test((path) => valueAt(groups.record(index, call.origin, false), path)));
    const page = listAll(call, indexes, 200, 10_000);
    return {
      ...page,
      body: shape(
        call.tenant,
        "groups",
        (page.body as number[]).map((index) => groups.record(index, call.origin, stats)),
        ["id", "profile"],
      ),
    };
  }),
  api(
    "GET",
    "/api/v1/groups/:id",
    "okta.groups.read",
    withGroup((call, group) => ({ status: 200, body: call.tenant.groups.record(group, call.origin, false) })),
  ),
  api(
    "GET",
    "/api/v1/groups/:id/users",
    "okta.groups.read",
    withGroup((call, group) => {
      const size = sizeOf(call, 200, 1000);
      const after = readAfter(call);
      if (after === null) return badCursor();
      const found = call.tenant.groups.members(group, after, size + 1);
      return page(call, found, size);
    }),
  ),
  api("PUT", "/api/v1/groups/:id/users/:user", "okta.groups.manage", setMember(true)),
  api("DELETE", "/api/v1/groups/:id/users/:user", "okta.groups.manage", setMember(false)),
];

/** Without a filter, those that were given up are left out. */
function listUsers(call: Call): SandboxResponse {
  const { people } = call.tenant;
  const { query } = call.request;
  const size = sizeOf(call, 200, 200);
  const after = readAfter(call);
  if (after === null) return badCursor();
  const text = query.get("search") ?? query.get("filter");
  const test: Test | undefined = text ? parseFilter(text) : undefined;
  if (text && !test)
    return query.has("search")
      ? problem(400, "E0000031", "Invalid search criteria.")
      : problem(400, "E0000053", `Invalid filter '${text}'`);
  const start = query.get("q")?.toLowerCase();
  const found: number[] = [];
  for (let index = after + 1; index < people.total && found.length <= size; index++) {
    if (!people.exists(index)) continue;
    if (test ? !test((path) => fieldOf(call, index, path)) : people.status(index) === "DEPROVISIONED") continue;
    if (
      start &&
      ![people.loginOf(index), people.nameOf(index), people.nameOf(index).split(" ")[1] ?? ""].some((one) =>
        one.toLowerCase().startsWith(start),
      )
    )
      continue;
    found.push(index);
  }
  return page(call, found, size);
}

/** A field of a user; those most asked for without making the whole record. */
function fieldOf(call: Call, index: number, path: string): unknown {
  const { people } = call.tenant;
  if (path === "status") return people.status(index);
  if (path === "lastUpdated") return iso(people.lastUpdated(index));
  if (path === "id") return people.idOf(index);
  return valueAt(people.record(index, call.origin), path);
}

function page(call: Call, found: number[], size: number): SandboxResponse {
  const shown = found.slice(0, size);
  const next = found.length > size ? call.tenant.people.idOf(shown.at(-1) as number) : undefined;
  return { status: 200, headers: links(call, next), body: userRecords(call, shown) };
}

function userRecords(call: Call, users: number[]): Record<string, unknown>[] {
  return shape(
    call.tenant,
    "users",
    users.map((user) => call.tenant.people.record(user, call.origin)),
    ["id", "status", "profile"],
  );
}

/** Index of the user the last page ended with, -1 at the start; null when the cursor is none of ours. */
function readAfter(call: Call): number | null {
  const text = call.request.query.get("after");
  // The user may have been deleted since: its number still says where to go on.
  return text ? (call.tenant.people.indexOf(text) ?? null) : -1;
}

function badCursor(): SandboxResponse {
  return problem(400, "E0000031", "Invalid search criteria.", ["after: not a cursor"]);
}

function setMember(member: boolean): ApiRoute["run"]["run"] {
  return withGroup((call, group) => {
    const { tenant, caller } = call;
    const user = tenant.people.find(call.parameters.user ?? "");
    if (user === undefined) return notFound("User", call.parameters.user);
    if (group === 0) return problem(403, "E0000006", "You do not have permission to perform the requested action");
    if (tenant.groups.has(group, user) !== member) {
      tenant.groups.setMember(group, user, member, tenant.kit.now());
      tenant.append({
        ...caller.actor,
        type: `group.user_membership.${member ? "add" : "remove"}`,
        targets: [tenant.userTarget(user), tenant.groups.target(group)],
      });
    }
    return { status: 204 };
  });
}

export function withUser(
  run: (call: Call, user: number) => ReturnType<ApiRoute["run"]["run"]>,
): ApiRoute["run"]["run"] {
  return (call) => {
    const user = call.tenant.people.find(call.parameters.id ?? "");
    return user === undefined ? notFound("User", call.parameters.id) : run(call, user);
  };
}

function withGroup(run: (call: Call, group: number) => ReturnType<ApiRoute["run"]["run"]>): ApiRoute["run"]["run"] {
  return (call) => {
    const group = call.tenant.groups.find(call.parameters.id ?? "");
    return group === undefined ? notFound("UserGroup", call.parameters.id) : run(call, group);
  };
}
