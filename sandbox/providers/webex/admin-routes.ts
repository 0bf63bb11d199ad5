import { guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import { groupName } from "../../kit/directory.ts";
import { listingOf } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import type { WebexCall, WebexRoute } from "./access.ts";
import { badRequest, iso, itemsPage, noContent, notFound, ok } from "./answers.ts";
import { roleNames } from "./people.ts";

const sizes = { usual: 100, max: 1000 };

export const adminRoutes: WebexRoute[] = [
  guarded("GET", "/v1/people/me", "", ({ tenant: { people }, caller }) => {
    const person = people.find(caller.subject);
    return person === undefined ? notFound() : ok(people.record(person));
  }),
  guarded("GET", "/v1/people", "spark-admin:people_read", (call) => {
    const { people } = call.tenant;
    const write = (person: number) => people.record(person);
    return itemsPage(call, people, { sizes, write, stream: "users", required: ["id"] });
  }),
  guarded("GET", "/v1/people/:id", "spark-admin:people_read", ({ tenant: { people }, parameters }) => {
    const person = people.find(parameters.id ?? "");
    return person === undefined ? notFound() : ok(people.record(person));
  }),
  guarded("PUT", "/v1/people/:id", "spark-admin:people_write", updatePerson),
  guarded("GET", "/v1/roles", "spark-admin:roles_read", (call) => {
    const { people } = call.tenant;
    const records = roleNames.map((name, number) => ({ id: people.roleId(number), name }));
    return ok({ items: shape(call.tenant, "roles", records, ["id"]) });
  }),
  guarded("GET", "/v1/licenses", "spark-admin:licenses_read", ({ tenant }) =>
    ok({ items: shape(tenant, "licenses", tenant.people.licences(), ["id"]) }),
  ),
  guarded("GET", "/v1/organizations/:id", "spark-admin:organizations_read", ({ tenant, parameters }) => {
    const { people, options } = tenant;
    if (parameters.id !== people.orgId) return notFound();
    const displayName = `${options.name.charAt(0).toUpperCase()}${options.name.slice(1)}`;
    return ok({ id: people.orgId, displayName, created: "2019-03-04T09:00:00.000Z" });
  }),
  guarded("GET", "/v1/groups", "identity:groups_read", listGroups),
  guarded("GET", "/v1/groups/:id/members", "identity:groups_read", listMembers),
  guarded("GET", "/v1/authorizations", "identity:tokens_read", ({ tenant, request }) => {
    const person = tenant.people.find(request.query.get("personId") ?? request.query.get("personEmail") ?? "");
    if (person === undefined) return notFound();
    return ok({ items: shape(tenant, "authorizations", tenant.authorizations.of(person), ["id", "clientId"]) });
  }),
  guarded("DELETE", "/v1/authorizations", "identity:tokens_write", ({ tenant, request }) => {
    const clientId = request.query.get("clientId");
    if (!clientId) return badRequest("clientId is missing");
    return tenant.authorizations.revokeClient(clientId) ? noContent : notFound();
  }),
  guarded("DELETE", "/v1/authorizations/:id", "identity:tokens_write", ({ tenant, parameters }) =>
    tenant.authorizations.revoke(parameters.id ?? "") ? noContent : notFound(),
  ),
  guarded("GET", "/v1/admin/meeting/config/commonSettings", "meeting:admin_config_read", ({ tenant, request }) => {
    const site = request.query.get("siteUrl");
    if (site !== null && site !== tenant.people.siteUrl) return notFound();
    return ok({ securityOptions: tenant.securityOptions });
  }),
];

/** What is left out is taken away: the whole person has to be sent. */
function updatePerson({ tenant, parameters, request }: WebexCall): SandboxResponse {
  const { people, kit } = tenant;
  const person = people.find(parameters.id ?? "");
  if (person === undefined) return notFound();
  const body = jsonBody(request);
  if (!body?.displayName) return badRequest("displayName is missing");
  const { loginEnabled, roles, licenses, siteUrls } = body;
  people.setRoles(person, Array.isArray(roles) ? roles.map(String) : []);
  const isPending = people.status(person) === "pending" && loginEnabled !== false;
  people.edit(person, kit.now(), {
    status: loginEnabled === false ? "suspended" : isPending ? "pending" : "active",
    profile: { displayName: body.displayName, licenses: licenses ?? [], siteUrls: siteUrls ?? [] },
  });
  tenant.append({ type: "User was updated", target: person });
  return ok(people.record(person));
}

const listed = ({ request }: WebexCall, usual: number, max: number) => ({
  start: Math.max(1, Number(request.query.get("startIndex") ?? 1)),
  count: Math.min(max, Number(request.query.get("count") ?? usual)),
});

function listGroups(call: WebexCall): SandboxResponse {
  const { groups } = call.tenant;
  const { start, count } = listed(call, 100, 500);
  const numbers = Array.from({ length: groups.count }, (_, group) => group).slice(start - 1, start - 1 + count);
  const found = shape(
    call.tenant,
    "groups",
    numbers.map((group) => groupRecord(call, group)),
    ["id"],
  );
  return ok({ totalResults: groups.count, startIndex: start, itemsPerPage: found.length, groups: found });
}

function listMembers(call: WebexCall): SandboxResponse {
  const { tenant, parameters } = call;
  const { groups, people } = tenant;
  const group = groups.find(parameters.id ?? "");
  if (group === undefined) return notFound();
  const { start, count } = listed(call, 500, 500);
  const all = Array.from({ length: people.count }, (_, person) => person).filter((one) => groups.has(group, one));
  const members = all
    .slice(start - 1, start - 1 + count)
    .map((person) => ({ id: people.idOf(person), type: "user", displayName: people.person(person).name }));
  return ok({
    ...groupRecord(call, group),
    memberSize: all.length,
    members: shape(tenant, "members", members, ["id"]),
  });
}

function groupRecord({ tenant: { groups, people, options } }: WebexCall, group: number) {
  const created = iso(options.createdAt - 300 * 86_400_000);
  const memberSize = listingOf(
    Array.from({ length: people.count }, (_, one) => one).filter((one) => groups.has(group, one)),
  ).count;
  return {
    id: groups.idOf(group),
    displayName: groupName(group),
    orgId: people.orgId,
    created,
    lastModified: created,
    memberSize,
  };
}
