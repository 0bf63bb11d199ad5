import { jsonBody } from "../../kit/body.ts";
import { listingOf } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { missesScope } from "../../trouble.ts";
import { created, noContent, ok, problem } from "../_microsoft/answers.ts";
import { type ArmCall, arm, armPage } from "./arm.ts";
import {
  type Assignment,
  assignmentRecord,
  customRoles,
  type RoleName,
  roleIds,
  roleNamed,
  roleRecord,
} from "./roles.ts";
import { managementGroupRecord, subscriptionRecord } from "./subscriptions.ts";

const assignments = "providers/Microsoft.Authorization/roleAssignments";
const definitions = "providers/Microsoft.Authorization/roleDefinitions";
const action = (name: string) => `Microsoft.Authorization/${name}`;
const scopes = ["/subscriptions/:subscription", "/providers/Microsoft.Management/managementGroups/:group"] as const;
/** Where an assignment may be: on these, on a resource group and on a resource in it. */
const deeper = [
  ...scopes,
  "/subscriptions/:subscription/resourceGroups/:resourceGroup",
  "/subscriptions/:subscription/resourceGroups/:resourceGroup/providers/:namespace/:type/:resource",
] as const;

export const roleRoutes = [
  // Who has no role is answered an empty list.
  arm("GET", "/subscriptions", "", (call) => {
    const { tenant } = call;
    const all = missesScope(tenant, "Reader") ? [] : tenant.subscriptions;
    return armPage(call, listingOf(all), {
      ...{ stream: "subscriptions", required: [] },
      write: (one) => subscriptionRecord(one, tenant.entra.tenantId),
    });
  }),
  arm("GET", "/subscriptions/:subscription", "Microsoft.Resources/subscriptions/read", (call) => {
    const one = call.tenant.subscriptions.find(({ id }) => id === call.parameters.subscription);
    return one ? ok(subscriptionRecord(one, call.tenant.entra.tenantId)) : noSubscription(call);
  }),
  arm("GET", "/providers/Microsoft.Management/managementGroups", "Microsoft.Management/managementGroups/read", (call) =>
    armPage(call, listingOf(Object.entries(call.tenant.managementGroups)), {
      ...{ stream: "managementGroups", required: [] },
      write: ([name, displayName]) => managementGroupRecord(name, displayName, call.tenant.entra.tenantId),
    }),
  ),
  ...scopes.flatMap((scope) => [
    arm("GET", `${scope}/${assignments}`, action("roleAssignments/read"), listAssignments),
    arm("GET", `${scope}/${definitions}`, action("roleDefinitions/read"), listDefinitions),
  ]),
  ...["", ...deeper].map((scope) =>
    arm("GET", `${scope}/${definitions}/:id`, action("roleDefinitions/read"), ({ parameters, request }) => {
      const name = roleNamed(parameters.id ?? "");
      if (!name)
        return problem(
          404,
          "RoleDefinitionDoesNotExist",
          `The specified role definition with ID '${parameters.id}' does not exist.`,
        );
      return ok(roleRecord(name, request.path.slice(0, request.path.indexOf(`/${definitions}`))));
    }),
  ),
  ...deeper.flatMap((scope) => [
    arm("GET", `${scope}/${assignments}/:name`, action("roleAssignments/read"), (call) => {
      const found = call.tenant.assignments.get(call.parameters.name ?? "");
      return found
        ? ok(assignmentRecord(found))
        : problem(404, "RoleAssignmentNotFound", "The role assignment is not found.");
    }),
    arm("PUT", `${scope}/${assignments}/:name`, action("roleAssignments/write"), putAssignment),
    arm("DELETE", `${scope}/${assignments}/:name`, action("roleAssignments/delete"), ({ tenant, parameters }) => {
      const found = tenant.assignments.get(parameters.name ?? "");
      if (!found) return noContent;
      tenant.assignments.delete(found.name);
      return ok(assignmentRecord(found));
    }),
  ]),
];

function noSubscription({ parameters }: ArmCall): SandboxResponse {
  return problem(404, "SubscriptionNotFound", `The subscription '${parameters.subscription}' could not be found.`);
}

/** The scope of a call, and those above it: a subscription, its management group, the root, the tenant. */
function lineOf({ tenant, parameters }: ArmCall): { own: string; above: string[] } {
  const group = (name: string) => `/providers/Microsoft.Management/managementGroups/${name}`;
  const root = tenant.entra.tenantId;
  if (parameters.group !== undefined)
    return { own: group(parameters.group), above: parameters.group === root ? ["/"] : [group(root), "/"] };
  const subscription = tenant.subscriptions.find(({ id }) => id === parameters.subscription);
  return {
    own: `/subscriptions/${parameters.subscription}`,
    above: [group(subscription?.managementGroup ?? root), group(root), "/"],
  };
}

/** https://learn.microsoft.com/en-us/azure/role-based-access-control/role-assignments-list-rest */
function listAssignments(call: ArmCall): SandboxResponse {
  const { tenant, request } = call;
  const { own, above } = lineOf(call);
  const filter = request.query.get("$filter") ?? "";
  const [, kind, principal] = /^(principalId eq |assignedTo\()'([^']+)'\)?$/.exec(filter) ?? [];
  if (filter !== "" && filter !== "atScope()" && !kind)
    return problem(400, "UnsupportedFilter", `The filter '${filter}' is not supported.`);
  const isBelow = ({ scope }: Assignment) => filter !== "atScope()" && scope.startsWith(`${own}/`);
  const isOf = ({ principalId }: Assignment) =>
    !principal || principalId === principal || (kind !== "principalId eq " && tenant.isInGroup(principal, principalId));
  const found = [...tenant.assignments.values()].filter(
    (one) => (one.scope === own || above.includes(one.scope) || isBelow(one)) && isOf(one) && !tenant.isHidden(one),
  );
  return armPage(call, listingOf(found), {
    stream: "roleAssignments",
    required: ["id", "properties"],
    write: assignmentRecord,
  });
}

function listDefinitions(call: ArmCall): SandboxResponse {
  const isCustom = call.request.query.get("$filter") === "type eq 'CustomRole'";
  const names = isCustom ? customRoles : (Object.keys(roleIds) as RoleName[]);
  return armPage(call, listingOf(names), {
    ...{ stream: "roleDefinitions", required: ["properties"] },
    write: (name) => roleRecord(name, lineOf(call).own),
  });
}

function putAssignment({ tenant, request, parameters }: ArmCall): SandboxResponse {
  const properties = jsonBody(request)?.properties as Record<string, unknown> | undefined;
  const role = roleNamed(String(properties?.roleDefinitionId).split("/").pop() ?? "");
  if (!role || typeof properties?.principalId !== "string")
    return problem(400, "InvalidRoleAssignmentProperties", "The role definition or the principal is missing.");
  const assignment: Assignment = {
    name: parameters.name ?? "",
    scope: request.path.slice(0, request.path.indexOf(`/${assignments}`)),
    role,
    principalId: properties.principalId,
    principalType: (properties.principalType as Assignment["principalType"] | undefined) ?? "User",
  };
  tenant.assignments.set(assignment.name, assignment);
  return created(assignmentRecord(assignment));
}
