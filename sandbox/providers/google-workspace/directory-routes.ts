import { finding, guarded } from "../../kit/api.ts";
import type { Caller, WorkspaceRoute } from "./access.ts";
import { listed, noContent, notFound } from "./answers.ts";
import { scopes } from "./scopes.ts";
import type { GoogleWorkspaceTenant } from "./tenant.ts";

const directory = "/admin/directory/v1";
const customer = `${directory}/customer/:customer`;

const withGroup = finding<GoogleWorkspaceTenant, Caller, number>(
  "groupKey",
  ({ tenant }, key) => tenant.groups.find(decodeURIComponent(key)),
  () => notFound("groupKey"),
);

export const directoryRoutes: WorkspaceRoute[] = [
  guarded("GET", `${directory}/customers/:customer`, scopes.customer, ({ tenant }) => ({
    status: 200,
    body: {
      kind: "admin#directory#customer",
      id: tenant.customerId,
      customerDomain: tenant.people.domain,
      customerCreationTime: "2019-03-01T09:00:00.000Z",
      alternateEmail: `it@${tenant.people.domain}`,
    },
  })),
  guarded("GET", `${customer}/domains`, scopes.domains, ({ tenant }) => ({
    status: 200,
    body: {
      kind: "admin#directory#domains",
      domains: [
        {
          ...{ kind: "admin#directory#domain", domainName: tenant.people.domain, creationTime: "1551430800000" },
          ...{ isPrimary: true, verified: true },
        },
      ],
    },
  })),
  guarded("GET", `${directory}/groups`, scopes.readGroups, (call) => {
    const { groups } = call.tenant;
    const records = Array.from({ length: groups.count }, (_, group) => groups.record(group));
    return listed(call, records, {
      ...{ kind: "admin#directory#groups", list: "groups", stream: "groups", required: ["id"] },
      sizes: { usual: 200, max: 200 },
    });
  }),
  guarded(
    "GET",
    `${directory}/groups/:groupKey/members`,
    scopes.readGroups,
    withGroup((call, group) =>
      listed(call, call.tenant.groups.membersOf(group, call.request.query.get("includeDerivedMembership") === "true"), {
        ...{ kind: "admin#directory#members", list: "members", stream: "members", required: ["type"] },
        sizes: { usual: 200, max: 200 },
      }),
    ),
  ),
  guarded("GET", `${customer}/roles`, scopes.readRoles, (call) =>
    listed(call, call.tenant.roles.records, {
      ...{ kind: "admin#directory#roles", list: "items", stream: "privileges", required: ["roleId", "roleName"] },
      sizes: { usual: 100, max: 100 },
    }),
  ),
  guarded("GET", `${customer}/roleassignments`, scopes.readRoles, (call) => {
    const userKey = call.request.query.get("userKey");
    const person = userKey === null ? undefined : call.tenant.people.find(userKey);
    if (userKey !== null && person === undefined) return notFound("userKey");
    const id = person === undefined ? null : call.tenant.people.idOf(person);
    const assignments = call.tenant.roles.assignments.filter(({ assignedTo }) => id === null || assignedTo === id);
    return listed(call, assignments, {
      ...{ kind: "admin#directory#roleAssignments", list: "items", stream: "privileges" },
      ...{ required: ["roleId", "assignedTo"], sizes: { usual: 200, max: 200 } },
    });
  }),
  guarded("DELETE", `${customer}/roleassignments/:assignment`, scopes.writeRoles, ({ tenant, parameters }) =>
    tenant.roles.remove(parameters.assignment ?? "") ? noContent : notFound("roleAssignment"),
  ),
];
