import type { Api, ApiRoute, Call } from "../../kit/api.ts";
import { guarded, open } from "../../kit/api.ts";
import { credentialOf } from "../../kit/body.ts";
import { type Listing, listingOf, odataPage, sizeOf } from "../../kit/paging.ts";
import type { SandboxKit, SandboxRequest, SandboxResponse, Tenant } from "../../provider.ts";
import { missesScope, shape } from "../../trouble.ts";
import { badRequest, denied, notFound, ok, problem, tooMany, withoutPremium } from "./answers.ts";
import { type Caller, type Entra, entraOf } from "./entra.ts";
import { deletedUserRecord, type EntraGroups, type EntraPeople, groupRecord, userRecord } from "./people.ts";

/** What the calls of the directory need of a tenant. */
export interface GraphTenant extends Tenant {
  readonly entra: Entra;
  readonly people: EntraPeople;
  readonly groups: EntraGroups;
  /** Whether the tenant has Microsoft Entra ID P1 or P2. */
  readonly premium: boolean;
}

/** Larger permissions that hold a smaller one. https://learn.microsoft.com/en-us/graph/permissions-reference */
const larger: Readonly<Record<string, readonly string[]>> = {
  "User.Read.All": ["User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
  "GroupMember.Read.All": ["Group.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"],
  "Organization.Read.All": ["User.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"],
  "Application.Read.All": ["Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
  "DelegatedPermissionGrant.Read.All": ["DelegatedPermissionGrant.ReadWrite.All", "Directory.Read.All"],
  "Files.Read.All": ["Files.ReadWrite.All", "Sites.Read.All", "Sites.ReadWrite.All", "Sites.FullControl.All"],
  "Files.ReadWrite.All": ["Sites.ReadWrite.All", "Sites.FullControl.All"],
  "Sites.Read.All": ["Sites.ReadWrite.All", "Sites.FullControl.All"],
  "IdentityRiskyUser.Read.All": ["IdentityRiskyUser.ReadWrite.All"],
  "RoleManagement.Read.Directory": ["RoleManagement.ReadWrite.Directory", "Directory.Read.All"],
};

/** Whether a token holds each of the permissions of `A+B`, itself or in a larger one. */
export function holds({ roles }: Caller, permissions: string): boolean {
  return permissions
    .split("+")
    .filter(Boolean)
    .every((one) => [one, ...(larger[one] ?? [])].some((name) => roles.includes(name)));
}

/** A page of a Graph listing, in the fields of `$select`. */
export function listed<R>(
  { tenant, request }: Pick<Call<GraphTenant, Caller>, "tenant" | "request">,
  listing: Listing<R>,
  options: {
    stream: string;
    write: (record: R) => Record<string, unknown>;
    required?: string[];
    size?: { usual: number; max: number };
  },
): SandboxResponse {
  const { stream, write, required = ["id"], size = { usual: 100, max: 999 } } = options;
  const page = odataPage(request, listing, sizeOf(request, "$top", size, tenant));
  if (!page) return badRequest("Invalid skip token.");
  const records = (page.value as R[]).map((record) => selected(request, write(record)));
  return ok({ ...page, value: shape(tenant, stream, records, required) });
}

export function selected(request: SandboxRequest, record: Record<string, unknown>): Record<string, unknown> {
  const fields = request.query.get("$select")?.split(",");
  return fields ? Object.fromEntries(Object.entries(record).filter(([name]) => fields.includes(name))) : record;
}

/** Sign-in and consent, and the directory. */
export function directoryRoutes<T extends GraphTenant>(): ApiRoute<T, Caller>[] {
  return [
    open("GET", "/:directory/v2.0/adminconsent", ({ tenant, request }) => tenant.entra.adminConsent(request)),
    open("POST", "/:directory/v2.0/adminconsent", ({ tenant, request }) => tenant.entra.adminConsent(request)),
    open("POST", "/:directory/oauth2/v2.0/token", ({ tenant, request }) => tenant.entra.token(request)),
    guarded("GET", "/v1.0/organization", "Organization.Read.All", (call) =>
      listed(call, listingOf([call.tenant]), { stream: "organization", write: organizationRecord, required: [] }),
    ),
    guarded("GET", "/v1.0/users", "User.Read.All", users),
    guarded("GET", "/v1.0/directory/deletedItems/microsoft.graph.user", "User.Read.All", (call) => {
      const { people, options } = call.tenant;
      return listed(call, listingOf(people.deleted), {
        ...{ stream: "users", required: ["id", "userPrincipalName"] },
        write: ([index, at]) => deletedUserRecord(people, index, options.createdAt, at),
      });
    }),
    guarded("GET", "/v1.0/groups", "GroupMember.Read.All", (call) => {
      const { groups } = call.tenant;
      const all = { count: groups.count, at: (group: number) => group };
      return listed(call, all, { stream: "groups", write: (group) => groupRecord(groups, group) });
    }),
    guarded("GET", "/v1.0/groups/:id/members/microsoft.graph.user", "GroupMember.Read.All", (call) => {
      const { groups, people, options } = call.tenant;
      const group = groups.find(call.parameters.id ?? "");
      if (group === undefined) return notFound(call.parameters.id ?? "");
      return listed(call, groups.members(group), {
        ...{ stream: "groups" },
        write: (index) => userRecord(people, index, options.createdAt),
      });
    }),
  ];
}

function users<T extends GraphTenant>(call: Call<T, Caller>): SandboxResponse {
  const { tenant, request, caller } = call;
  const { people, options } = tenant;
  const withSignIns = request.query.get("$select")?.split(",").includes("signInActivity") ?? false;
  if (withSignIns && !holds(caller, "AuditLog.Read.All")) return denied;
  if (withSignIns && !tenant.premium) return withoutPremium;
  return listed(call, people, {
    ...{ stream: "users", required: ["id", "userPrincipalName"] },
    size: { usual: 100, max: withSignIns ? 500 : 999 },
    write: (index) => userRecord(people, index, options.createdAt),
  });
}

function organizationRecord({ entra, people, options }: GraphTenant): Record<string, unknown> {
  const { name } = options;
  const domain = (domainName: string, isInitial: boolean) => ({
    ...{ capabilities: "Email, OfficeCommunicationsOnline", isDefault: !isInitial, isInitial, name: domainName },
    type: "Managed",
  });
  return {
    id: entra.tenantId,
    displayName: `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    verifiedDomains: [domain(people.domain, false), domain(people.initialDomain, true)],
  };
}

/** An API that takes tokens of Entra: all but its routes. */
export function entraApi<T extends GraphTenant>(slug: string, routes: ApiRoute<T, Caller>[]): Api<T, Caller> {
  return {
    routes,
    find(request: SandboxRequest, kit: SandboxKit) {
      const tenant = entraOf<T>(request, kit, slug);
      return tenant ? { tenant } : { refusal: unknownCaller(request) };
    },
    serverError: (_, status) => problem(status, "serviceNotAvailable", "The service is temporarily unavailable."),
    rateLimited: (_, seconds) => tooMany(seconds),
    authenticate({ tenant, request, origin }) {
      const token = credentialOf(request, "Bearer") ?? "";
      const caller = tenant.faults.unauthorized ? undefined : tenant.entra.authenticate(token, origin);
      if (!caller) return { refusal: invalidToken };
      return { caller: { ...caller, roles: caller.roles.filter((role) => !missesScope(tenant, role)) } };
    },
    refuse: ({ caller }, permissions) => (holds(caller, permissions) ? undefined : denied),
    noRoute: () => problem(400, "BadRequest", "Resource not found for the segment."),
  };
}

const invalidToken = problem(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.");

function unknownCaller({ path }: SandboxRequest): SandboxResponse {
  if (!path.endsWith("/token")) return invalidToken;
  const error_description = "AADSTS700016: Application was not found in the directory.";
  return { status: 400, body: { error: "unauthorized_client", error_description, error_codes: [700016] } };
}
