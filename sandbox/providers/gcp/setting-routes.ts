import { guarded } from "../../kit/api.ts";
import type { GcpRoute } from "./access.ts";
import { cloudError } from "./answers.ts";

export const settingRoutes: GcpRoute[] = [
  // https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/organizations.policies/getEffectivePolicy
  guarded(
    "GET",
    "/v2/organizations/:id/policies/:constraint:getEffectivePolicy",
    "orgpolicy.policy.get",
    ({ tenant, parameters }) => {
      const { id, constraint = "" } = parameters;
      const rules = tenant.constraints[constraint] ?? [{ enforce: false }];
      return { status: 200, body: { name: `organizations/${id}/policies/${constraint}`, spec: { rules } } };
    },
  ),
  // https://cloud.google.com/security-command-center/docs/reference/rest/v2/organizations.sources.locations.findings/list
  guarded(
    "GET",
    "/v2/organizations/:id/sources/:source/locations/:location/findings",
    "securitycenter.findings.list",
    ({ tenant }) => {
      if (tenant.findings === null)
        return cloudError(404, "NOT_FOUND", "Security Command Center is not activated for this organization.");
      return { status: 200, body: { listFindingsResults: tenant.findings, totalSize: tenant.findings.length } };
    },
  ),
];
