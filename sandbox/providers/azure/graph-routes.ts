import { type ApiRoute, guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import { listingOf } from "../../kit/paging.ts";
import { badRequest, notFound, ok } from "../_microsoft/answers.ts";
import type { Caller } from "../_microsoft/entra.ts";
import { directoryRoutes, listed } from "../_microsoft/graph.ts";
import { groupRecord, userRecord } from "../_microsoft/people.ts";
import { signInRoutes } from "../_microsoft/sign-ins.ts";
import { servicePrincipalRecord } from "./identities.ts";
import type { AzureTenant } from "./tenant.ts";

const typed = (type: string, record: Record<string, unknown>) => ({
  "@odata.type": `#microsoft.graph.${type}`,
  ...record,
});

/** https://learn.microsoft.com/en-us/graph/api/directoryobject-getbyids */
function objectOf(tenant: AzureTenant, id: string): Record<string, unknown>[] {
  const { people, groups, services, options } = tenant;
  const person = people.indexOf(id);
  if (person !== undefined && people.exists(person)) {
    const { signInActivity: _, ...user } = userRecord(people, person, options.createdAt);
    return [typed("user", user)];
  }
  const group = groups.find(id);
  if (group !== undefined) return [typed("group", groupRecord(groups, group))];
  return services.filter((service) => service.id === id).map(servicePrincipalRecord);
}

export const graphRoutes: ApiRoute<AzureTenant, Caller>[] = [
  ...directoryRoutes<AzureTenant>(),
  ...signInRoutes<AzureTenant>(),
  guarded("POST", "/v1.0/directoryObjects/getByIds", "Directory.Read.All", ({ tenant, request }) => {
    const ids = jsonBody(request)?.ids;
    if (!Array.isArray(ids) || ids.length > 1000) return badRequest("The ids are missing, or more than 1000.");
    return ok({
      "@odata.context": `https://${request.host}/v1.0/$metadata#directoryObjects`,
      value: ids.flatMap((id) => objectOf(tenant, String(id))),
    });
  }),
  guarded("GET", "/v1.0/groups/:id/transitiveMembers", "GroupMember.Read.All", (call) => {
    const { groups, people, options } = call.tenant;
    const group = groups.find(call.parameters.id ?? "");
    if (group === undefined) return notFound(call.parameters.id ?? "");
    const fields = (call.request.query.get("$select") ?? "id").split(",");
    return listed(
      { ...call, request: { ...call.request, query: withoutSelect(call.request.query) } },
      groups.members(group),
      {
        stream: "privileges",
        write: (index) => {
          const user = userRecord(people, index, options.createdAt);
          return typed("user", Object.fromEntries(fields.map((field) => [field, user[field]])));
        },
      },
    );
  }),
  guarded("GET", "/v1.0/servicePrincipals", "Application.Read.All", (call) => {
    const [, appId] = /^appId eq '([^']+)'$/.exec(call.request.query.get("$filter") ?? "") ?? [];
    // Both registrations of the application act as the first service principal.
    const own = appId !== undefined && call.tenant.entra.hasClient(appId) ? call.tenant.services.slice(0, 1) : [];
    return listed(call, listingOf(own), { stream: "servicePrincipals", write: ({ id }) => ({ id }) });
  }),
  guarded("GET", "/v1.0/policies/identitySecurityDefaultsEnforcementPolicy", "Policy.Read.All", ({ tenant }) =>
    ok({
      id: "00000000-0000-0000-0000-000000000005",
      displayName: "Security Defaults",
      isEnabled: tenant.settings.securityDefaults,
    }),
  ),
  guarded("GET", "/v1.0/policies/authorizationPolicy", "Policy.Read.All", ({ tenant }) =>
    ok(tenant.settings.authorizationPolicy),
  ),
  guarded("GET", "/v1.0/identity/conditionalAccess/policies", "Policy.Read.All", (call) =>
    listed(call, listingOf(call.tenant.settings.conditionalAccess), { stream: "policies", write: (policy) => policy }),
  ),
];

function withoutSelect(query: URLSearchParams): URLSearchParams {
  const rest = new URLSearchParams(query);
  rest.delete("$select");
  return rest;
}
