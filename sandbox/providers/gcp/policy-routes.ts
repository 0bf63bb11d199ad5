import { guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import { missesScope } from "../../trouble.ts";
import type { GcpCall, GcpRoute } from "./access.ts";
import { cloudError, denied, invalid, notFound } from "./answers.ts";
import type { Policy } from "./policies.ts";

const containers = ["organizations", "folders", "projects"] as const;

const pathOf = (kind: string, { parameters }: GcpCall) => `${kind}/${parameters.id}`;

/** https://cloud.google.com/resource-manager/reference/rest/v3 */
export const policyRoutes: GcpRoute[] = [
  guarded("GET", "/v3/organizations/:id", "resourcemanager.organizations.get", (call) => {
    const { organization, customerId } = call.tenant.hierarchy;
    const path = pathOf("organizations", call);
    if (path !== organization.path) return denied("resourcemanager.organizations.get", path);
    const { displayName } = organization;
    const createTime = "2019-03-01T09:00:00Z";
    return {
      status: 200,
      body: {
        name: path,
        displayName,
        directoryCustomerId: customerId,
        state: "ACTIVE",
        createTime,
        updateTime: createTime,
      },
    };
  }),
  guarded("POST", "/v3/organizations/:id:testIamPermissions", "", ({ tenant, request }) => {
    const asked = jsonBody(request)?.permissions;
    if (!Array.isArray(asked) || asked.length > 100) return invalid("permissions must have 1 to 100 elements");
    const permissions = asked.map(String).filter((permission) => !missesScope(tenant, permission));
    return { status: 200, body: permissions.length > 0 ? { permissions } : {} };
  }),
  ...containers.flatMap((kind): GcpRoute[] => [
    guarded("POST", `/v3/${kind}/:id:getIamPolicy`, `resourcemanager.${kind}.getIamPolicy`, (call) => {
      const policy = call.tenant.policies.read(pathOf(kind, call));
      return policy ? { status: 200, body: policy } : notFound(pathOf(kind, call));
    }),
    guarded("POST", `/v3/${kind}/:id:setIamPolicy`, `resourcemanager.${kind}.setIamPolicy`, (call) => {
      const path = pathOf(kind, call);
      const policy = jsonBody(call.request)?.policy as (Policy & { etag?: string }) | undefined;
      if (!policy || !Array.isArray(policy.bindings)) return invalid("policy is missing");
      if (!call.tenant.policies.write(path, policy))
        return cloudError(
          409,
          "ABORTED",
          "There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.",
        );
      return { status: 200, body: call.tenant.policies.read(path) };
    }),
  ]),
];
