import { uuidAt } from "../../generator.ts";
import type { ApiRoute, Call } from "../../kit/api.ts";
import { finding, guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import { listingOf } from "../../kit/paging.ts";
import { noContent, notFound, ok, withoutPremium } from "../_microsoft/answers.ts";
import type { Caller } from "../_microsoft/entra.ts";
import { listed, selected } from "../_microsoft/graph.ts";
import { isoSecond } from "../_microsoft/people.ts";
import type { Office365Tenant } from "./tenant.ts";

const microsoft = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";
const graphRoles = [
  ["df021288-bdef-4463-88db-98f22de89214", "User.Read.All"],
  ["810c84a8-4a9e-49e6-bf7d-12d183f40d01", "Mail.Read"],
  ["75359482-378d-4052-8f01-80520e7db3cd", "Files.ReadWrite.All"],
] as const;

interface App {
  id: string;
  appId: string;
  displayName: string;
  owner: string;
  publisher: string | null;
  accountEnabled: boolean;
}

interface Grant {
  id: string;
  app: number;
  /** Undefined: an administrator consented for everybody. */
  person?: number;
  scope: string;
}

/** Apps in the tenant, with what was granted to them. The first is Microsoft Graph itself. */
export class Apps {
  readonly all: App[];
  grants: Grant[];
  assignments: { id: string; app: number; role: number }[];

  constructor(seed: number, tenantId: string, users: number) {
    const named: [string, string, string | null][] = [
      ["Microsoft Graph", microsoft, null],
      ["Office 365 Exchange Online", microsoft, null],
      ["Calendly", uuidAt(seed, 1, 871), "Calendly LLC"],
      ["Mail Merge Pro", uuidAt(seed, 2, 871), null],
      ["Backup for Mailboxes", uuidAt(seed, 3, 871), "Backup Corp"],
      ["Payroll sync", tenantId, null],
      ["Survey widget", uuidAt(seed, 4, 871), null],
    ];
    this.all = named.map(([displayName, owner, publisher], index) => ({
      id: uuidAt(seed, index, 872),
      appId: uuidAt(seed, index, 873),
      ...{ displayName, owner, publisher, accountEnabled: true },
    }));
    const people = [...Array(Math.min(6, users)).keys()];
    this.grants = [
      { id: `g${uuidAt(seed, 0, 874)}`, app: 2, scope: "openid profile User.Read Calendars.ReadWrite" },
      ...people.map((person) => ({
        ...{ id: `g${uuidAt(seed, 10 + person, 874)}`, app: 3 + (person % 2) * 3, person },
        scope: person % 2 === 0 ? "User.Read Mail.ReadWrite offline_access" : "openid profile User.Read",
      })),
    ];
    this.assignments = [
      { id: `a${uuidAt(seed, 1, 875)}`, app: 4, role: 1 },
      { id: `a${uuidAt(seed, 2, 875)}`, app: 5, role: 0 },
      { id: `a${uuidAt(seed, 3, 875)}`, app: 5, role: 2 },
    ];
  }

  find(id: string): number | undefined {
    const index = this.all.findIndex((app) => app.id === id);
    return index < 0 ? undefined : index;
  }
}

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
