import { type Api, type ApiRoute, type Call, finding, guarded, type OpenCall } from "../../kit/api.ts";
import { credentialOf, jsonBody } from "../../kit/body.ts";
import { type Listing, listingOf, offsetPage, sizeOf } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { missesScope, shape } from "../../trouble.ts";
import type { ShareFileTenant } from "./tenant.ts";

/** The employee who consented: an administrator. */
export type Caller = Record<string, never>;
type ShareFileCall = Call<ShareFileTenant, Caller>;

/** https://github.com/citrix/ShareFile-NET, ODataException */
export function problem(status: number, code: string, reason: string, message: string): SandboxResponse {
  return { status, body: { code, message: { lang: "en-US", value: message }, reason } };
}
const ok = (body: unknown): SandboxResponse => ({ status: 200, body });
const notFound = () => problem(404, "NotFound", "NotFound", "The item was not found.");

export function authenticate({
  tenant,
  request,
}: OpenCall<ShareFileTenant>): ReturnType<Api<ShareFileTenant, Caller>["authenticate"]> {
  const granted = tenant.oauth.authenticate(credentialOf(request, "Bearer") ?? "");
  const isDead = tenant.faults.unauthorized || tenant.faults.revoked;
  return granted && !isDead
    ? { caller: {} }
    : { refusal: problem(401, "Unauthorized", "NotAuthenticated", "The access token is not valid.") };
}

/** A scope stands for the role of the employee. */
export function refuse({ tenant }: ShareFileCall, role: string) {
  if (role === "" || !missesScope(tenant, role)) return undefined;
  return problem(403, "Forbidden", "NotAuthorized", "You do not have permission to do this.");
}

const withUser = finding<ShareFileTenant, Caller, number>(
  "id",
  ({ tenant }, id) => {
    const index = tenant.people.indexOf(id);
    return index !== undefined && tenant.people.exists(index) ? index : undefined;
  },
  notFound,
);

const manage = "AdminManageEmployees";
const policies = "AdminAccountPolicies";

/** `Users(id)` is written `Users/id` here: see index.ts. */
export const routes: ApiRoute<ShareFileTenant, Caller>[] = [
  guarded("GET", "/sf/v3/Accounts", "", ({ tenant }) =>
    ok({
      Id: tenant.accountId,
      CompanyName: `${tenant.options.name} Ltd`,
      Subdomain: tenant.options.name,
      PlanName: "Premium",
    }),
  ),
  guarded("GET", "/sf/v3/Accounts/Employees", manage, (call) => contacts(call, false)),
  guarded("GET", "/sf/v3/Accounts/Clients", manage, (call) => contacts(call, true)),
  guarded(
    "GET",
    "/sf/v3/Users/:id",
    manage,
    withUser(({ tenant, request }, user) =>
      ok(tenant.people.record(user, request.query.get("$expand")?.includes("Security") ?? false)),
    ),
  ),
  guarded(
    "PATCH",
    "/sf/v3/Users/:id",
    manage,
    withUser((call, user) => (call.tenant.people.isClient(user) ? setSecurity(call, user) : notFound())),
  ),
  guarded(
    "PATCH",
    "/sf/v3/Users/AccountUser/:id",
    manage,
    withUser((call, user) => (call.tenant.people.isClient(user) ? notFound() : setSecurity(call, user))),
  ),
  guarded("GET", "/sf/v3/Groups", manage, (call) => {
    const { groups } = call.tenant;
    const all = listingOf(Array.from({ length: groups.count }, (_, group) => group));
    return page(call, all, "groups", ["Id", "Name"], (group) => groups.record(group));
  }),
  guarded("GET", "/sf/v3/Groups/:group/Contacts", manage, (call) => {
    const { groups, people } = call.tenant;
    const group = groups.find(call.parameters.group ?? "");
    if (group === undefined) return notFound();
    return page(call, groups.members(group), "groups", ["Id"], (person) => people.contact(person));
  }),
  guarded("GET", "/sf/v3/Accounts/Preferences", policies, () => ok(preferences)),
  guarded("GET", "/sf/v3/Accounts/SSO", policies, () => ok({ IsActive: true, ForceSSO: false, SSOProvider: "saml" })),
];

const preferences = {
  "odata.type": "ShareFile.Api.Models.AccountPreferences",
  ...{ EnableTwoFactorAuth: true, EnableSSO: true, RequireLoginByDefault: false, ShareIDMaxExpirationDays: 30 },
  ...{ LoginFailMaxAttempts: 5, LoginFailLockoutSecs: 300, InactiveTimeoutMins: 60 },
  ...{
    OAuth2RefreshTokenLifetimeMinutes: 43_200,
    EnableAntiVirus: true,
    EnableDLP: false,
    EnableFTP: true,
    IPRestrictions: "",
  },
  PasswordPolicy: { MinimumLength: 8, MinimumNumeric: 1, MinimumSpecialCharacters: 1, MaxAgeDays: 90, HistoryCount: 5 },
};

function contacts(call: ShareFileCall, areClients: boolean): SandboxResponse {
  const { people } = call.tenant;
  const found: Listing<number> = {
    count: people.count,
    at: (place) => (people.exists(place) && people.isClient(place) === areClients ? place : undefined),
  };
  return page(call, found, "users", ["Id"], (index) => people.contact(index));
}

/** OData of version 3 by `$top` and `$skip`, with the count of all and a link to what follows. */
function page<R>(
  call: ShareFileCall,
  listing: Listing<R>,
  stream: string,
  required: string[],
  write: (record: R) => Record<string, unknown>,
): SandboxResponse {
  const { tenant, request } = call;
  const size = sizeOf(request, "$top", { usual: 100, max: 100 }, tenant);
  const { records, offset, total } = offsetPage(request, "$skip", listing, size);
  const end = offset + records.length;
  const link = `https://${request.host}${request.path}?$skip=${end}&$top=${size}`;
  return ok({
    "odata.metadata": `https://${request.host}/sf/v3/$metadata`,
    "odata.count": total,
    ...(end < total && { "odata.nextLink": link }),
    value: shape(tenant, stream, records.map(write), required),
  });
}

function setSecurity({ tenant, request, now }: ShareFileCall, user: number): SandboxResponse {
  const { IsDisabled } = (jsonBody(request)?.Security ?? {}) as Record<string, unknown>;
  if (typeof IsDisabled !== "boolean") return problem(400, "BadRequest", "BadRequest", "Security is not valid.");
  tenant.people.edit(user, now, { status: IsDisabled ? "disabled" : "active" });
  return ok(tenant.people.record(user, true));
}
