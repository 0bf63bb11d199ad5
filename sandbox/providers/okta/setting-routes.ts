import { shape } from "../../trouble.ts";
import type { ApiRoute, Call } from "./routes.ts";
import { api, invalid, listAll, notFound } from "./routes.ts";
import type { Policy } from "./settings.ts";

const policyTypes = [
  "OKTA_SIGN_ON",
  "PASSWORD",
  "ACCESS_POLICY",
  "MFA_ENROLL",
  "IDP_DISCOVERY",
  "PROFILE_ENROLLMENT",
  "POST_AUTH_SESSION",
  "ENTITY_RISK",
];

/** The org and its security settings. */
export const settingRoutes: ApiRoute[] = [
  api("GET", "/api/v1/org", "okta.orgs.read", (call) => {
    const { options, orgId } = call.tenant;
    const org = {
      id: orgId,
      subdomain: options.name,
      companyName: `${options.name.charAt(0).toUpperCase()}${options.name.slice(1)}`,
      status: "ACTIVE",
      website: `https://${options.name}.example`,
      country: "US",
      created: "2021-02-01T09:00:00.000Z",
      lastUpdated: "2026-02-01T09:00:00.000Z",
      expiresAt: null,
      phoneNumber: null,
      supportPhoneNumber: null,
      endUserSupportHelpURL: null,
      address1: null,
      address2: null,
      city: null,
      state: null,
      postalCode: null,
      settings: {},
      _links: { uploadLogo: { href: `${call.origin}/api/v1/org/logo` } },
    };
    return { status: 200, body: shape(call.tenant, "organization", [org], ["id", "status"])[0] };
  }),
  api("GET", "/api/v1/policies", "okta.policies.read", (call) => {
    const type = call.request.query.get("type");
    if (!type || !policyTypes.includes(type)) return invalid("type", "type: Invalid policy type");
    return listAll(
      call,
      call.tenant.settings.policies
        .filter((policy) => policy.type === type)
        .map((policy) => policyRecord(call, policy)),
    );
  }),
  api(
    "GET",
    "/api/v1/policies/:id",
    "okta.policies.read",
    withPolicy((call, policy) => ({ status: 200, body: policyRecord(call, policy) })),
  ),
  api(
    "GET",
    "/api/v1/policies/:id/rules",
    "okta.policies.read",
    withPolicy((call, policy) =>
      listAll(
        call,
        policy.rules.map((rule) => ({
          ...rule,
          created: "2024-01-01T08:00:00.000Z",
          lastUpdated: "2026-01-01T08:00:00.000Z",
          _links: { self: { href: `${call.origin}/api/v1/policies/${policy.id}/rules/${rule.id}` } },
        })),
      ),
    ),
  ),
  api("GET", "/api/v1/authenticators", "okta.authenticators.read", (call) => ({
    status: 200,
    body: call.tenant.settings.authenticators.map((one) => ({
      ...one,
      created: "2024-01-01T08:00:00.000Z",
      lastUpdated: "2026-01-01T08:00:00.000Z",
      settings: { allowedFor: "any" },
    })),
  })),
  api("GET", "/api/v1/zones", "okta.networkZones.read", (call) => listAll(call, call.tenant.settings.zones)),
  api("GET", "/api/v1/threats/configuration", "okta.threatInsights.read", (call) => ({
    status: 200,
    body: call.tenant.settings.threatInsight,
  })),
  api("GET", "/api/v1/org/privacy/oktaSupport", "okta.orgs.read", (call) => ({
    status: 200,
    body: call.tenant.settings.oktaSupport,
  })),
  api("GET", "/api/v1/first-party-app-settings/admin-console", "okta.apps.read", (call) => ({
    status: 200,
    body: call.tenant.settings.adminConsole,
  })),
  api("GET", "/api/v1/org/settings/clientPrivilegesSetting", "okta.orgs.read", (call) => ({
    status: 200,
    body: call.tenant.settings.clientPrivileges,
  })),
  api("GET", "/api/v1/logStreams", "okta.logStreams.read", () => ({ status: 200, body: [] })),
];

function policyRecord(call: Call, { rules: _, ...policy }: Policy): Record<string, unknown> {
  const href = `${call.origin}/api/v1/policies/${policy.id}`;
  return {
    ...policy,
    description: policy.name,
    created: "2024-01-01T08:00:00.000Z",
    lastUpdated: "2026-01-01T08:00:00.000Z",
    conditions: { people: { groups: { include: [call.tenant.groups.idOf(0)] } } },
    _links: { self: { href }, rules: { href: `${href}/rules` } },
  };
}

function withPolicy(run: (call: Call, policy: Policy) => ReturnType<ApiRoute["run"]["run"]>): ApiRoute["run"]["run"] {
  return (call) => {
    const policy = call.tenant.settings.policies.find(({ id }) => id === call.parameters.id);
    return policy ? run(call, policy) : notFound("Policy", call.parameters.id);
  };
}
