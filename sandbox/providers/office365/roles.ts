import type { ApiRoute } from "../../kit/api.ts";
import { guarded } from "../../kit/api.ts";
import { listingOf } from "../../kit/paging.ts";
import { noContent, notFound, problem } from "../_microsoft/answers.ts";
import type { Caller } from "../_microsoft/entra.ts";
import { listed } from "../_microsoft/graph.ts";
import { userRecord } from "../_microsoft/people.ts";
import type { Office365Tenant } from "./tenant.ts";

/** Built-in roles by template id. https://learn.microsoft.com/en-us/entra/identity/role-based-access-control/permissions-reference */
const roles = [
  ["62e90394-69f5-4237-9190-012177145e10", "Global Administrator"],
  ["29232cdf-9323-42fd-ade2-1d097af3e4de", "Exchange Administrator"],
  ["fe930be7-5e62-47db-91af-98c3a49a38b1", "User Administrator"],
  ["194ae4cb-b126-40b2-bd5b-6091b380977d", "Security Administrator"],
  ["f2ef992c-3afb-46b9-b7cf-a126ee74c451", "Global Reader"],
] as const;

interface Assignment {
  id: string;
  role: number;
  principal: { person: number } | { group: number } | { service: string };
}

/** Who holds a role, and who may activate one. */
export class Roles {
  readonly active: Assignment[];
  readonly eligible: Assignment[];

  constructor(users: number, groups: number) {
    const assignment = (role: number, principal: Assignment["principal"], index: number) => ({
      id: `lAPpYvVpN0KRkAEhdxReE${index}`,
      ...{ role, principal },
    });
    const people = (
      [
        [0, 0],
        [1, 1],
        [2, 2],
        [3, 3],
        [4, 4],
      ] as const
    )
      .filter(([, person]) => person < users)
      .map(([role, person], index) => assignment(role, { person }, index));
    this.active = [
      ...people,
      ...(groups > 0 ? [assignment(3, { group: 0 }, 7)] : []),
      assignment(1, { service: "5e1f0000-0000-4000-8000-000000000001" }, 8),
    ];
    this.eligible = users > 6 ? [assignment(0, { person: 5 }, 9), assignment(2, { person: 6 }, 10)] : [];
  }

  remove(id: string): boolean {
    const index = this.active.findIndex((one) => one.id === id);
    if (index < 0) return false;
    this.active.splice(index, 1);
    return true;
  }
}

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
