import { guarded } from "../../kit/api.ts";
import { listingOf } from "../../kit/paging.ts";
import { tokenListing } from "../../kit/token-listing.ts";
import { googleError } from "../_google/answers.ts";
import type { WorkspaceRoute } from "./access.ts";
import { policyRecord, units } from "./policies.ts";
import { scopes } from "./scopes.ts";

export const policyRoutes: WorkspaceRoute[] = [
  guarded("GET", "/admin/directory/v1/customer/:customer/orgunits", scopes.orgUnits, () => ({
    status: 200,
    body: {
      kind: "admin#directory#orgUnits",
      organizationUnits: Object.entries(units).map(([path, id]) => ({
        kind: "admin#directory#orgUnit",
        name: path.slice(1) || "Organisation",
        orgUnitId: `id:${id}`,
        orgUnitPath: path,
        ...(path !== "/" && { parentOrgUnitId: `id:${units["/"]}`, parentOrgUnitPath: "/" }),
      })),
    },
  })),
  guarded("GET", "/v1/policies", scopes.policies, ({ tenant, caller, request }) => {
    // Super admins only: https://cloud.google.com/identity/docs/concepts/overview-policies
    if (!tenant.people.isSuperAdmin(caller.person))
      return googleError(403, "forbidden", "The caller does not have permission");
    const numbered = tenant.policies.map((policy, number) => ({ policy, number }));
    const asked = { token: request.query.get("pageToken"), size: request.query.get("pageSize") };
    const page = tokenListing(tenant, listingOf(numbered), asked, {
      sizes: { usual: 50, max: 100 },
      write: ({ policy, number }) => policyRecord(policy, number, tenant.customerId),
      shaped: { stream: "posture", required: ["setting"] },
    });
    if (!page) return googleError(400, "INVALID_ARGUMENT", "Invalid page token.");
    return { status: 200, body: { policies: page.entries, ...(page.nextToken && { nextPageToken: page.nextToken }) } };
  }),
];
