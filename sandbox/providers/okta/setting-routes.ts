import { finding, guarded } from "../../kit/api.ts";
import { shape } from "../../trouble.ts";
import type { Caller, OktaCall } from "./access.ts";
import { invalid, notFound, ok } from "./answers.ts";
import { listAll, type OktaRoute } from "./calls.ts";
import type { Policy } from "./settings.ts";
import type { OktaTenant } from "./tenant.ts";

const policyTypes = [
  ...["OKTA_SIGN_ON", "PASSWORD", "ACCESS_POLICY", "MFA_ENROLL", "IDP_DISCOVERY"],
  ...["PROFILE_ENROLLMENT", "POST_AUTH_SESSION", "ENTITY_RISK"],
];

const dates = { created: "2024-01-01T08:00:00.000Z", lastUpdated: "2026-01-01T08:00:00.000Z" };

const withPolicy = finding<OktaTenant, Caller, Policy>(
  "id",
  ({ tenant }, id) => tenant.settings.policies.find((policy) => policy.id === id),
  notFound("Policy"),
);

/** The org and its security settings. */
export const settingRoutes: OktaRoute[] = [
  guarded("GET", "/api/v1/org", "okta.orgs.read", ({ tenant, origin }) => {
    const { name } = tenant.options;
    const org = {
      id: tenant.orgId,
      subdomain: name,
      companyName: `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      status: "ACTIVE",
      website: `https://${name}.example`,
      country: "US",
      created: "2021-02-01T09:00:00.000Z",
      lastUpdated: "2026-02-01T09:00:00.000Z",
      _links: { uploadLogo: { href: `${origin}/api/v1/org/logo` } },
    };
    return ok(shape(tenant, "organization", [org], ["id", "status"])[0]);
  }),
  guarded("GET", "/api/v1/policies", "okta.policies.read", (call) => {
    const type = call.request.query.get("type");
    if (!type || !policyTypes.includes(type)) return invalid("type", "type: Invalid policy type");
    const policies = call.tenant.settings.policies.filter((policy) => policy.type === type);
    return listAll(call, policies, (policy) => policyRecord(call, policy));
  }),
  guarded(
    "GET",
    "/api/v1/policies/:id/rules",
    "okta.policies.read",
    withPolicy((call, policy) =>
      listAll(call, policy.rules, (rule) => ({
        ...rule,
        ...dates,
        _links: { self: { href: `${call.origin}/api/v1/policies/${policy.id}/rules/${rule.id}` } },
      })),
    ),
  ),
  guarded("GET", "/api/v1/authenticators", "okta.authenticators.read", ({ tenant }) =>
    ok(
      tenant.settings.authenticators.map((authenticator) => ({
        ...authenticator,
        ...dates,
        ...(hasAllowedFor.includes(authenticator.key) && { settings: { allowedFor: "any" } }),
      })),
    ),
  ),
  guarded("GET", "/api/v1/threats/configuration", "okta.threatInsights.read", ({ tenant }) =>
    ok(tenant.settings.threatInsight),
  ),
  guarded("GET", "/api/v1/org/privacy/oktaSupport", "okta.orgs.read", ({ tenant }) => ok(tenant.settings.oktaSupport)),
  guarded("GET", "/api/v1/first-party-app-settings/admin-console", "okta.apps.read", ({ tenant }) =>
    ok(tenant.settings.adminConsole),
  ),
  guarded("GET", "/api/v1/org/settings/clientPrivilegesSetting", "okta.orgs.read", ({ tenant }) =>
    ok(tenant.settings.clientPrivileges),
  ),
];

/** Authenticators that can be kept for recovery or for signing in only; the others have no such setting. */
const hasAllowedFor = ["okta_email", "phone_number", "security_question"];

function policyRecord({ tenant, origin }: OktaCall, { rules: _, ...policy }: Policy): Record<string, unknown> {
  const href = `${origin}/api/v1/policies/${policy.id}`;
  return {
    ...policy,
    ...dates,
    description: policy.name,
    // App sign-in policies apply through the apps they are assigned to.
    conditions: policy.type === "ACCESS_POLICY" ? null : { people: { groups: { include: [tenant.groups.idOf(0)] } } },
    _links: { self: { href }, rules: { href: `${href}/rules` } },
  };
}
