/** Who holds the highly privileged roles, and how. */
import type { Context } from "#src/connector-kit/contract/context.ts";
import { type Json, listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { pathOf, readAll } from "../_microsoft/graph.ts";
import { privilegedRoles } from "./checks/roles.ts";

const memberFields = "id,displayName,userPrincipalName,userType,onPremisesSyncEnabled,assignedLicenses";

/** People and applications that hold one now, each once with its roles. Members of groups that hold a role are not among them. */
export async function administratorsOf(context: Context): Promise<Json[]> {
  const found = new Map<string, { roles: string[] } & Json>();
  for (const { id, roleTemplateId } of await readAll(context, "/directoryRoles", "roles")) {
    const role = String(roleTemplateId);
    if (!(role in privilegedRoles)) continue;
    const path = pathOf`/directoryRoles/${String(id)}/members?$select=` + memberFields;
    for (const member of await readAll(context, path, "members of roles")) {
      const known = found.get(String(member.id)) ?? { ...toAdministrator(member), roles: [] };
      known.roles.push(role);
      found.set(String(member.id), known);
    }
  }
  return [...found.values()];
}

function toAdministrator(member: Json): Json {
  return {
    id: member.id,
    kind: textOf(member["@odata.type"])?.split(".").at(-1) ?? "user",
    name: textOf(member.userPrincipalName) ?? textOf(member.displayName) ?? member.id,
    userType: member.userType ?? null,
    synchronised: member.onPremisesSyncEnabled === true,
    licences: listOf(member.assignedLicenses).length,
  };
}

/** Assignments of Privileged Identity Management, which needs a licence of Entra ID P2 or Governance. */
export async function scheduledRolesOf(
  context: Context,
  kind: "roleAssignmentScheduleInstances" | "roleEligibilityScheduleInstances",
): Promise<Json[]> {
  const instances = await readAll(context, `/roleManagement/directory/${kind}`, "role assignments");
  return instances.flatMap(({ roleDefinitionId, principalId, assignmentType, endDateTime }) => {
    if (!(String(roleDefinitionId) in privilegedRoles)) return [];
    const permanent = assignmentType !== "Activated" && (endDateTime === null || endDateTime === undefined);
    return [{ role: roleDefinitionId, principal: principalId, permanent }];
  });
}

/** Settings of each highly privileged role, by the id of the rule: `Approval_EndUser_Assignment`. */
export async function roleRulesOf(context: Context): Promise<Record<string, Json>> {
  const filter = encodeURIComponent("scopeId eq '/' and scopeType eq 'DirectoryRole'");
  const path = `/policies/roleManagementPolicyAssignments?$filter=${filter}&$expand=policy($expand=rules)`;
  const found: Record<string, Json> = {};
  for (const { roleDefinitionId, policy } of await readAll(context, path, "settings of roles")) {
    if (!(String(roleDefinitionId) in privilegedRoles)) continue;
    const rules = listOf(objectOf(policy).rules).map(objectOf);
    found[String(roleDefinitionId)] = Object.fromEntries(
      rules
        .filter(({ id }) => /^(Approval_EndUser|Notification_Admin)_/.test(String(id)))
        .map(({ id, setting, notificationRecipients }) => [String(id), { setting, notificationRecipients }]),
    );
  }
  return found;
}
