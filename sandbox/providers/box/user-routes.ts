import { finding, guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import { listingOf, offsetPage, sizeOf } from "../../kit/paging.ts";
import { tokenListing } from "../../kit/token-listing.ts";
import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import { actorOf, type BoxCall, type BoxRoute, type Caller } from "./access.ts";
import { badRequest, chosen, forbidden, notFound, ok, problem } from "./answers.ts";
import type { Role, Status } from "./people.ts";
import type { BoxTenant } from "./tenant.ts";

const users = "manage_managed_users";
const sizes = { usual: 100, max: 1000 };

const withGroup = finding<BoxTenant, Caller, number>("id", ({ tenant }, id) => tenant.groups.find(id), notFound);

export const userRoutes: BoxRoute[] = [
  guarded("GET", "/2.0/users/me", "", (call) => {
    const { tenant, caller, request } = call;
    const { people } = tenant;
    const self = caller.person === undefined ? people.serviceRecord() : people.record(caller.person);
    return ok(chosen(self, request));
  }),
  guarded("GET", "/2.0/users", users, listUsers),
  guarded("GET", "/2.0/users/:id", users, ({ tenant, request, parameters: { id = "" } }) => {
    const record = findRecord(tenant, id);
    return record ? ok(chosen(record, request)) : notFound();
  }),
  guarded("PUT", "/2.0/users/:id", users, changeUser),
  guarded("POST", "/2.0/users/terminate_sessions", users, ({ tenant, request }) => {
    const { user_ids, user_logins } = jsonBody(request) ?? {};
    if (!Array.isArray(user_ids) || !Array.isArray(user_logins)) return badRequest("user_ids", "a list is expected");
    const unknown = user_ids.find((id) => tenant.people.find(String(id)) === undefined);
    if (unknown !== undefined) return notFound();
    return ok({ message: "Request is successful, please check the admin events for the status of the job" }, 202);
  }),
  guarded("GET", "/2.0/groups", "manage_groups", (call) => {
    const { groups } = call.tenant;
    const all = Array.from({ length: groups.count }, (_, group) => group);
    return counted(call, "groups", all, (group) => chosen(groups.record(group), call.request));
  }),
  guarded(
    "GET",
    "/2.0/groups/:id/memberships",
    "manage_groups",
    withGroup((call, group) => {
      const { groups, people } = call.tenant;
      const members = Array.from({ length: people.count }, (_, person) => person).filter((one) =>
        groups.has(group, one),
      );
      return counted(call, "members", members, (person) => groups.membership(group, person, people));
    }),
  ),
];

function findRecord({ people }: BoxTenant, id: string): Record<string, unknown> | undefined {
  if (id === people.service.id) return people.serviceRecord();
  const index = people.indexOf(id);
  if (index !== undefined) return people.exists(index) ? people.record(index) : undefined;
  const partner = people.partner(id);
  return partner && people.partnerRecord(partner);
}

function listUsers(call: BoxCall): SandboxResponse {
  const { tenant, request } = call;
  const { people } = tenant;
  const term = request.query.get("filter_term")?.toLowerCase();
  const external = request.query.get("user_type") === "external";
  const matches = ({ login, name }: { login: string; name: string }) =>
    !term || login.toLowerCase().startsWith(term) || name.toLowerCase().startsWith(term);
  const listing = external
    ? listingOf(people.partnerIds)
    : {
        count: people.count,
        at: (index: number) => (people.exists(index) && matches(people.mini(index)) ? people.idOf(index) : undefined),
      };
  const write = (id: string) => chosen(findRecord(tenant, id) ?? {}, request);
  if (request.query.get("usemarker") !== "true") {
    const page = offsetPage(request, "offset", listing, sizeOf(request, "limit", sizes, tenant));
    return ok({ total_count: page.total, offset: page.offset, limit: 100, entries: page.records.map(write) });
  }
  const asked = { token: request.query.get("marker"), size: request.query.get("limit") };
  const page = tokenListing(tenant, listing, asked, { sizes, write, shaped: { stream: "users", required: ["id"] } });
  if (!page) return badRequest("marker", "Invalid marker");
  return ok({ limit: Number(asked.size ?? 100), next_marker: page.nextToken ?? null, entries: page.entries });
}

/** https://developer.box.com/reference/put-users-id/ */
function changeUser(call: BoxCall): SandboxResponse {
  const { tenant, parameters } = call;
  const { people, kit } = tenant;
  const person = people.indexOf(parameters.id ?? "");
  if (person === undefined) return people.partner(parameters.id ?? "") ? forbidden() : notFound();
  const { status, role } = (jsonBody(call.request) ?? {}) as { status?: Status; role?: Role };
  if (status !== undefined && !["active", "inactive", "cannot_delete_edit"].includes(status))
    return badRequest("status", "Invalid value");
  if (role !== undefined && (people.roleOf(person) === "admin" || !["coadmin", "user"].includes(role)))
    return problem(403, "forbidden", "The role of this user cannot be changed");
  if (role !== undefined) people.setRole(person, role);
  people.edit(person, kit.now(), status === undefined ? {} : { status });
  tenant.append({
    type: role === undefined ? "EDIT_USER" : "CHANGE_ADMIN_ROLE",
    actor: actorOf(call),
    user: people.mini(person),
  });
  return ok(chosen(people.record(person), call.request));
}

function counted<R>(
  { tenant, request }: BoxCall,
  stream: string,
  records: readonly R[],
  write: (record: R) => object,
): SandboxResponse {
  const page = offsetPage(request, "offset", listingOf(records), sizeOf(request, "limit", sizes, tenant));
  const entries = shape(tenant, stream, page.records.map(write), ["id", "user"]);
  return ok({
    total_count: page.total,
    entries,
    limit: Number(request.query.get("limit") ?? 100),
    offset: page.offset,
  });
}
