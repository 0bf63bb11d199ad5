import type { ApiRoute, Call } from "../../kit/api.ts";
import { finding, guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import { listingOf } from "../../kit/paging.ts";
import { noContent, notFound, ok, withoutPremium } from "../_microsoft/answers.ts";
import type { Caller } from "../_microsoft/entra.ts";
import { listed, selected } from "../_microsoft/graph.ts";
import { isoSecond } from "../_microsoft/people.ts";
import { type App, type Grant, graphRoles } from "./apps.ts";
import type { Office365Tenant } from "./tenant.ts";

type AppCall = Call<Office365Tenant, Caller>;

function appRecord({ id, appId, displayName, owner, publisher, accountEnabled }: App): Record<string, unknown> {
  return {
    ...{ id, appId, displayName, accountEnabled, appOwnerOrganizationId: owner, servicePrincipalType: "Application" },
    verifiedPublisher: { displayName: publisher, verifiedPublisherId: publisher && "6048573", addedDateTime: null },
    ...{ replyUrls: [], tags: ["WindowsAzureActiveDirectoryIntegratedApp"], disabledByMicrosoftStatus: null },
    signInAudience: "AzureADMultipleOrgs",
    appRoles:
      displayName === "Microsoft Graph"
        ? graphRoles.map(([roleId, value]) => ({
            id: roleId,
            value,
            displayName: value,
            isEnabled: true,
            allowedMemberTypes: ["Application"],
          }))
        : [],
  };
}

function grantRecord({ apps, people }: Office365Tenant, { id, app, person, scope }: Grant): Record<string, unknown> {
  return {
    ...{ id, clientId: apps.all[app]!.id, resourceId: apps.all[0]!.id, scope },
    ...(person === undefined
      ? { consentType: "AllPrincipals", principalId: null }
      : { consentType: "Principal", principalId: people.idOf(person) }),
  };
}

const ofApp = finding<Office365Tenant, Caller, number>("id", ({ tenant }, id) => tenant.apps.find(id), notFound);
const path = "/v1.0/servicePrincipals/:id";

export const appRoutes: ApiRoute<Office365Tenant, Caller>[] = [
  guarded("GET", "/v1.0/servicePrincipals", "Application.Read.All", (call) =>
    listed(call, listingOf(call.tenant.apps.all), { stream: "oauth-apps", write: appRecord }),
  ),
  guarded(
    "GET",
    path,
    "Application.Read.All",
    ofApp(({ tenant, request }, app) => ok(selected(request, appRecord(tenant.apps.all[app]!)))),
  ),
  guarded(
    "PATCH",
    path,
    "Application.ReadWrite.All",
    ofApp(({ tenant, request }, app) => {
      tenant.apps.all[app]!.accountEnabled = jsonBody(request)?.accountEnabled === true;
      return noContent;
    }),
  ),
  guarded(
    "GET",
    `${path}/oauth2PermissionGrants`,
    "DelegatedPermissionGrant.Read.All",
    ofApp((call, app) => {
      const { apps, people } = call.tenant;
      const grants = apps.grants.filter(
        (one) => one.app === app && (one.person === undefined || people.exists(one.person)),
      );
      return listed(call, listingOf(grants), {
        stream: "oauth-apps",
        write: (grant) => grantRecord(call.tenant, grant),
      });
    }),
  ),
  guarded(
    "DELETE",
    "/v1.0/oauth2PermissionGrants/:grant",
    "DelegatedPermissionGrant.ReadWrite.All",
    ({ tenant, parameters }: AppCall) => {
      const left = tenant.apps.grants.filter(({ id }) => id !== parameters.grant);
      if (left.length === tenant.apps.grants.length) return notFound(parameters.grant ?? "");
      tenant.apps.grants = left;
      return noContent;
    },
  ),
  guarded(
    "GET",
    `${path}/appRoleAssignments`,
    "Application.Read.All",
    ofApp((call, app) => {
      const { apps } = call.tenant;
      const { id, displayName } = apps.all[app]!;
      return listed(call, listingOf(apps.assignments.filter((one) => one.app === app)), {
        stream: "oauth-apps",
        write: ({ id: assignment, role }) => ({
          ...{ id: assignment, appRoleId: graphRoles[role]![0], principalId: id, principalDisplayName: displayName },
          ...{ principalType: "ServicePrincipal", resourceId: apps.all[0]!.id, resourceDisplayName: "Microsoft Graph" },
        }),
      });
    }),
  ),
  guarded(
    "DELETE",
    `${path}/appRoleAssignments/:assignment`,
    "AppRoleAssignment.ReadWrite.All",
    ({ tenant, parameters }: AppCall) => {
      const left = tenant.apps.assignments.filter(({ id }) => id !== parameters.assignment);
      if (left.length === tenant.apps.assignments.length) return notFound(parameters.assignment ?? "");
      tenant.apps.assignments = left;
      return noContent;
    },
  ),
  guarded("GET", "/beta/reports/servicePrincipalSignInActivities", "AuditLog.Read.All", (call) => {
    if (!call.tenant.premium) return withoutPremium;
    // One was never used.
    return listed(call, listingOf(call.tenant.apps.all.slice(0, 6)), {
      ...{ stream: "oauth-apps" },
      write: ({ appId }) => ({
        ...{ id: Buffer.from(appId).toString("base64url"), appId },
        lastSignInActivity: { lastSignInDateTime: isoSecond(call.tenant.options.createdAt - 3_600_000) },
      }),
    });
  }),
];
