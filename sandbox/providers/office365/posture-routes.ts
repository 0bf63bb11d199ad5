import type { ApiRoute } from "../../kit/api.ts";
import { guarded } from "../../kit/api.ts";
import { listingOf } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { ok, withoutPremium } from "../_microsoft/answers.ts";
import type { Caller } from "../_microsoft/entra.ts";
import { listed } from "../_microsoft/graph.ts";
import { userRecord } from "../_microsoft/people.ts";
import type { FileCall } from "./drive-routes.ts";
import { type Settings, settingsOf } from "./posture-settings.ts";
import type { Office365Tenant } from "./tenant.ts";

type PostureRoute = ApiRoute<Office365Tenant, Caller>;
type Json = Record<string, unknown>;

function one(path: string, scope: string, read: (settings: Settings, call: FileCall) => Json): PostureRoute {
  return guarded("GET", `/v1.0${path}`, scope, (call) =>
    ok({
      "@odata.context": `https://graph.microsoft.com/v1.0/$metadata#${path.slice(1)}`,
      ...read(settingsOf(call.tenant), call),
    }),
  );
}

function list(path: string, scope: string, read: (settings: Settings, call: FileCall) => Json[]): PostureRoute {
  return guarded("GET", `/v1.0${path}`, scope, (call) => answer(call, read(settingsOf(call.tenant), call)));
}

function answer(call: FileCall, records: readonly Json[]): SandboxResponse {
  return listed(call, listingOf(records), { stream: "posture", required: [], write: (record) => record });
}

/** Of a licence of Entra ID P1 or P2. */
function premium(path: string, scope: string, read: (settings: Settings, call: FileCall) => Json[]): PostureRoute {
  return guarded("GET", `/v1.0${path}`, scope, (call) =>
    call.tenant.premium ? answer(call, read(settingsOf(call.tenant), call)) : withoutPremium,
  );
}

const policies = "Policy.Read.All";
const globalAdministrator = "62e90394-69f5-4237-9190-012177145e10";

/** Settings that posture looks at. https://learn.microsoft.com/en-us/graph/api/overview */
export const postureRoutes: PostureRoute[] = [
  one("/policies/identitySecurityDefaultsEnforcementPolicy", policies, ({ securityDefaults }) => securityDefaults),
  one("/policies/authorizationPolicy", policies, ({ authorization }) => authorization),
  one("/policies/adminConsentRequestPolicy", policies, ({ adminConsent }) => adminConsent),
  one("/policies/crossTenantAccessPolicy/default", policies, ({ crossTenant }) => crossTenant),
  one("/policies/authenticationMethodsPolicy", policies, ({ authenticationMethods }) => authenticationMethods),
  premium("/identity/conditionalAccess/policies", policies, ({ conditionalAccess }) => conditionalAccess),
  premium("/reports/authenticationMethods/userRegistrationDetails", "AuditLog.Read.All", (_, call) =>
    registrations(call),
  ),
  list("/groupSettings", "GroupSettings.Read.All", ({ groupSettings }) => groupSettings),
  list("/domains", "Domain.Read.All", (_, { tenant: { people } }) => [
    { id: people.domain, authenticationType: "Managed", isVerified: true, passwordValidityPeriodInDays: 90 },
    {
      id: people.initialDomain,
      authenticationType: "Managed",
      isVerified: true,
      passwordValidityPeriodInDays: 2_147_483_647,
    },
  ]),
  list("/directory/onPremisesSynchronization", "OnPremDirectorySynchronization.Read.All", ({ synchronisation }) => [
    synchronisation,
  ]),
  premium("/identityProtection/riskyUsers", "IdentityRiskyUser.Read.All", (_, { tenant: { people } }) => [
    {
      id: people.idOf(3),
      ...{ userPrincipalName: people.upnOf(3), riskLevel: "high", riskState: "atRisk", isDeleted: false },
    },
  ]),
  premium("/roleManagement/directory/roleAssignmentScheduleInstances", "RoleManagement.Read.Directory", (_, call) => [
    scheduled(call, 0, { assignmentType: "Assigned", endDateTime: null }),
    scheduled(call, 1, { assignmentType: "Activated", endDateTime: "2027-01-01T18:00:00Z" }),
  ]),
  premium("/roleManagement/directory/roleEligibilityScheduleInstances", "RoleManagement.Read.Directory", (_, call) => [
    scheduled(call, 1, { endDateTime: null }),
  ]),
  premium("/policies/roleManagementPolicyAssignments", "RoleManagement.Read.Directory", () => [
    {
      id: `DirectoryRole_1_${globalAdministrator}`,
      policyId: "DirectoryRole_1",
      ...{ scopeId: "/", scopeType: "DirectoryRole", roleDefinitionId: globalAdministrator },
      policy: { id: "DirectoryRole_1", rules: roleRules },
    },
  ]),
  list("/directoryRoles", "RoleManagement.Read.Directory", () => [
    { id: "role-1", roleTemplateId: globalAdministrator, displayName: "Global Administrator", description: "" },
  ]),
  list("/directoryRoles/:id/members", "RoleManagement.Read.Directory", (_, { tenant }) =>
    tenant.roles.active.flatMap(({ role, principal }) => {
      if (role !== 0 || !("person" in principal)) return [];
      const { id, displayName, userPrincipalName, userType, onPremisesSyncEnabled } = userRecord(
        tenant.people,
        principal.person,
        tenant.options.createdAt,
      );
      const type = { "@odata.type": "#microsoft.graph.user", assignedLicenses: [] };
      return [{ ...type, id, displayName, userPrincipalName, userType, onPremisesSyncEnabled }];
    }),
  ),
  list("/applications", "Application.Read.All", (_, { tenant, now }) => [
    {
      id: tenant.people.idOf(0),
      displayName: "Payroll export",
      keyCredentials: [],
      passwordCredentials: [
        { startDateTime: new Date(now - 86_400_000).toISOString(), endDateTime: "2030-01-01T00:00:00Z" },
      ],
    },
  ]),
  one("/admin/sharepoint/settings", "SharePointTenantSettings.Read.All", ({ sharePoint }) => sharePoint),
  list("/security/secureScores", "SecurityEvents.Read.All", ({ scores }, { tenant, now }) => [
    {
      id: `${tenant.entra.tenantId}_2026-01-12`,
      ...{ azureTenantId: tenant.entra.tenantId, activeUserCount: 20, licensedUserCount: 20 },
      createdDateTime: new Date(now - (now % 86_400_000)).toISOString(),
      currentScore: Object.values(scores).reduce((sum, score) => sum + score, 0),
      maxScore: 5 * Object.keys(scores).length,
      enabledServices: ["HasExchange", "HasSharePoint"],
      vendorInformation: { provider: "SecureScore", vendor: "Microsoft" },
      averageComparativeScores: [],
      controlScores: Object.entries(scores).map(([controlName, score]) => ({
        ...{ controlName, score, controlCategory: "Apps", description: "" },
      })),
    },
  ]),
  list("/security/secureScoreControlProfiles", "SecurityEvents.Read.All", ({ scores }, { tenant }) =>
    [...Object.keys(scores), "meeting_autoadmitusers_v1"].map((id) => ({
      ...{ id, azureTenantId: tenant.entra.tenantId, title: id, maxScore: 5, deprecated: false, service: "EXO" },
      controlStateUpdates: [],
    })),
  ),
];

function registrations({ tenant: { people } }: FileCall): Json[] {
  const all = Array.from({ length: people.count }, (_, index) => index).filter((index) => people.exists(index));
  return all.map((index) => {
    const has = index % 4 !== 3;
    return {
      id: people.idOf(index),
      ...{ userPrincipalName: people.upnOf(index), userDisplayName: people.person(index).name },
      ...{
        userType: people.isGuest(index) ? "guest" : "member",
        isAdmin: index < 2,
        isMfaCapable: has,
        isMfaRegistered: has,
      },
      methodsRegistered: has ? ["microsoftAuthenticatorPush"] : [],
    };
  });
}

function scheduled({ tenant: { people } }: FileCall, person: number, more: Json): Json {
  return {
    id: `instance-${person}`,
    ...{
      principalId: people.idOf(person),
      roleDefinitionId: globalAdministrator,
      directoryScopeId: "/",
      memberType: "Direct",
    },
    ...more,
  };
}

const roleRules = [
  {
    "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyApprovalRule",
    id: "Approval_EndUser_Assignment",
    setting: { isApprovalRequired: false, approvalMode: "SingleStage", approvalStages: [{ primaryApprovers: [] }] },
  },
  ...[
    "Notification_Admin_Admin_Eligibility",
    "Notification_Admin_Admin_Assignment",
    "Notification_Admin_EndUser_Assignment",
  ].map((id) => ({
    "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyNotificationRule",
    ...{ id, notificationType: "Email", recipientType: "Admin", notificationRecipients: [] as string[] },
  })),
];
