import type { ApiRoute } from "../../kit/api.ts";
import { guarded } from "../../kit/api.ts";
import { listingOf } from "../../kit/paging.ts";
import { noContent, notFound, problem } from "../_microsoft/answers.ts";
import type { Caller } from "../_microsoft/entra.ts";
import { listed } from "../_microsoft/graph.ts";
import { userRecord } from "../_microsoft/people.ts";
import { type Assignment, roles } from "./roles.ts";
import type { Office365Tenant } from "./tenant.ts";

function assignmentRecord(tenant: Office365Tenant, { id, role, principal }: Assignment): Record<string, unknown> {
  const { people, groups, options } = tenant;
  const who =
    "person" in principal
      ? { ...userRecord(people, principal.person, options.createdAt), "@odata.type": "#microsoft.graph.user" }
      : "group" in principal
        ? { "@odata.type": "#microsoft.graph.group", id: groups.idOf(principal.group) }
        : { "@odata.type": "#microsoft.graph.servicePrincipal", id: principal.service };
  return {
    id,
    principalId: (who as { id: string }).id,
    roleDefinitionId: roles[role]![0],
    directoryScopeId: "/",
    principal: who,
  };
}

const directory = "/v1.0/roleManagement/directory";

export const roleRoutes: ApiRoute<Office365Tenant, Caller>[] = [
  guarded("GET", `${directory}/roleDefinitions`, "RoleManagement.Read.Directory", (call) =>
    listed(call, listingOf(roles), {
      stream: "privileges",
      write: ([id, displayName]) => ({ id, displayName, templateId: id, isBuiltIn: true, isEnabled: true }),
    }),
  ),
  guarded("GET", `${directory}/roleAssignments`, "RoleManagement.Read.Directory", (call) => {
    const [, principal] = /principalId eq '([^']+)'/.exec(call.request.query.get("$filter") ?? "") ?? [];
    const all = call.tenant.roles.active.map((one) => assignmentRecord(call.tenant, one));
    const wanted = all.filter(({ principalId }) => principal === undefined || principalId === principal);
    return listed(call, listingOf(wanted), {
      stream: "privileges",
      write: (one) => one,
      required: ["id", "roleDefinitionId"],
    });
  }),
  guarded(
    "DELETE",
    `${directory}/roleAssignments/:id`,
    "RoleManagement.ReadWrite.Directory",
    ({ tenant, parameters }) => (tenant.roles.remove(parameters.id ?? "") ? noContent : notFound(parameters.id ?? "")),
  ),
  guarded("GET", `${directory}/roleEligibilityScheduleInstances`, "RoleManagement.Read.Directory", (call) => {
    if (!call.tenant.premium)
      return problem(
        400,
        "AadPremiumLicenseRequired",
        "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.",
      );
    return listed(call, listingOf(call.tenant.roles.eligible), {
      ...{ stream: "privileges", required: ["id", "roleDefinitionId"] },
      write: (one) => assignmentRecord(call.tenant, one),
    });
  }),
  guarded("GET", "/v1.0/groups/:id/transitiveMembers/microsoft.graph.user", "GroupMember.Read.All", (call) => {
    const { groups, people, options } = call.tenant;
    const group = groups.find(call.parameters.id ?? "");
    if (group === undefined) return notFound(call.parameters.id ?? "");
    return listed(call, groups.members(group), {
      stream: "privileges",
      write: (index) => userRecord(people, index, options.createdAt),
    });
  }),
];
