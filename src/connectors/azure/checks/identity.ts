import type { Check, CheckResult, PostureSnapshot } from "#src/connector-kit/contract/checks.ts";
import { type Json, listOf, objectOf, valueAt } from "#src/connector-kit/record.ts";
import { cis, unknown, verdict } from "./judge.ts";

type Facts = Pick<Check, "slug" | "title" | "description" | "remediation" | "severity" | "maxPoints" | "benchmark">;

const enabled = (snapshot: PostureSnapshot): Json[] =>
  listOf(snapshot.get("conditionalAccess"))
    .map(objectOf)
    .filter(({ state }) => state === "enabled");

const requiresMfa = (policy: Json): boolean =>
  listOf(valueAt(policy, "grantControls.builtInControls")).includes("mfa") ||
  Boolean(valueAt(policy, "grantControls.authenticationStrength"));

/** The application "Windows Azure Service Management API": portal, command line and API of Azure. */
const management = "797f4846-ba00-4fd7-ba43-dac1f8f63013";

const includes = (policy: Json, path: string, ...values: string[]): boolean =>
  listOf(valueAt(policy, `conditions.${path}`)).some((one) => values.includes(String(one)));

/** Security defaults ask everybody for a second factor; without them a conditional access policy has to. */
function mfaCheck(facts: Facts & { asks: (policy: Json) => boolean; example: Json }): Check {
  const { asks, example, ...about } = facts;
  const policy = { displayName: "Require MFA", state: "enabled", grantControls: { builtInControls: ["mfa"] } };
  return {
    ...about,
    needs: ["securityDefaults", "conditionalAccess"],
    evaluate(snapshot): CheckResult {
      const { isEnabled } = objectOf(snapshot.get("securityDefaults"));
      if (isEnabled === true) return verdict(true, { securityDefaults: true });
      const policies = enabled(snapshot).filter((one) => requiresMfa(one) && asks(one));
      return verdict(policies.length > 0, {
        securityDefaults: false,
        policies: policies.map(({ displayName }) => displayName),
      });
    },
    examples: {
      pass: { securityDefaults: { isEnabled: false }, conditionalAccess: [{ ...policy, conditions: example }] },
      fail: { securityDefaults: { isEnabled: false }, conditionalAccess: [] },
    },
  };
}

interface PolicyCheck extends Facts {
  path: string;
  good: (value: unknown) => boolean;
  values: { pass: unknown; fail: unknown };
}

/** One setting of the authorization policy of the directory. */
function policyCheck({ path, good, values, ...about }: PolicyCheck): Check {
  const example = (value: unknown): Record<string, unknown> => ({
    authorizationPolicy: path.split(".").reduceRight<unknown>((inner, name) => ({ [name]: inner }), value),
  });
  return {
    ...about,
    needs: ["authorizationPolicy"],
    evaluate(snapshot): CheckResult {
      const value = valueAt(snapshot.get("authorizationPolicy"), path);
      if (value === undefined || value === null) return unknown("Entra does not show this setting.");
      return verdict(good(value), { [path]: value });
    },
    examples: { pass: example(values.pass), fail: example(values.fail) },
  };
}

/** Roles of guests: restricted to themselves, and as much as members. */
const restrictedGuest = "2af84b1e-32c8-42b7-82bc-daa82404023b";
const memberGuest = "a0b1b346-4d3e-4e8b-98f8-753987be4970";

const entra = "**Microsoft Entra ID** → **User settings**";

export const identityChecks: readonly Check[] = [
  mfaCheck({
    slug: "azure-mfa-everybody",
    title: "Require multifactor authentication of everybody",
    description:
      "Security defaults are on, or a conditional access policy asks all users for a second factor in all apps.",
    remediation:
      "**Microsoft Entra ID** → **Security** → **Conditional Access**: a policy for *All users* and *All resources* that requires MFA.",
    severity: "CRITICAL",
    maxPoints: 10,
    benchmark: cis("2.1.1", "2.2.5"),
    asks: (policy) =>
      includes(policy, "users.includeUsers", "All") && includes(policy, "applications.includeApplications", "All"),
    example: { users: { includeUsers: ["All"] }, applications: { includeApplications: ["All"] } },
  }),
  mfaCheck({
    slug: "azure-mfa-management",
    title: "Require multifactor authentication to manage Azure",
    description: "Portal, command line and API of Azure ask for a second factor.",
    remediation:
      "**Conditional Access**: a policy for *All users* and *Windows Azure Service Management API* that requires MFA.",
    severity: "CRITICAL",
    maxPoints: 8,
    benchmark: cis("2.2.7"),
    asks: (policy) =>
      includes(policy, "users.includeUsers", "All") &&
      includes(policy, "applications.includeApplications", "All", management),
    example: { users: { includeUsers: ["All"] }, applications: { includeApplications: [management] } },
  }),
  mfaCheck({
    slug: "azure-mfa-administrators",
    title: "Require multifactor authentication of administrators",
    description: "Directory roles sign in with a second factor.",
    remediation: "**Conditional Access**: a policy for *Directory roles*, all that are privileged, that requires MFA.",
    severity: "CRITICAL",
    maxPoints: 8,
    benchmark: cis("2.2.4"),
    asks: (policy) =>
      includes(policy, "users.includeUsers", "All") ||
      listOf(valueAt(policy, "conditions.users.includeRoles")).length > 0,
    example: { users: { includeRoles: ["62e90394-69f5-4237-9190-012177145e10"] } },
  }),
  policyCheck({
    slug: "azure-users-register-apps",
    title: "Let only administrators register applications",
    description: "An application that anybody registers is a way to keep access after a password was changed.",
    remediation: `${entra} → *Users can register applications*: **No**.`,
    severity: "MEDIUM",
    maxPoints: 4,
    benchmark: cis("2.14"),
    path: "defaultUserRolePermissions.allowedToCreateApps",
    good: (value) => value === false,
    values: { pass: false, fail: true },
  }),
  policyCheck({
    slug: "azure-users-create-tenants",
    title: "Let only administrators create tenants",
    description: "Who creates a tenant is its Global Administrator, outside every policy of yours.",
    remediation: `${entra} → *Restrict non-admin users from creating tenants*: **Yes**.`,
    severity: "MEDIUM",
    maxPoints: 3,
    benchmark: cis("2.3"),
    path: "defaultUserRolePermissions.allowedToCreateTenants",
    good: (value) => value === false,
    values: { pass: false, fail: true },
  }),
  policyCheck({
    slug: "azure-users-create-groups",
    title: "Let only administrators create security groups",
    description: "Roles are given to groups; their members should be chosen by those who give roles.",
    remediation: "**Microsoft Entra ID** → **Groups** → **General** → *Users can create security groups*: **No**.",
    severity: "LOW",
    maxPoints: 2,
    benchmark: cis("2.19"),
    path: "defaultUserRolePermissions.allowedToCreateSecurityGroups",
    good: (value) => value === false,
    values: { pass: false, fail: true },
  }),
  policyCheck({
    slug: "azure-user-consent",
    title: "Let users consent to no application",
    description:
      "People are tricked into giving an application access to what they can see; administrators consent instead.",
    remediation: "**Enterprise applications** → **Consent and permissions** → *Do not allow user consent*.",
    severity: "HIGH",
    maxPoints: 5,
    benchmark: cis("2.12"),
    path: "defaultUserRolePermissions.permissionGrantPoliciesAssigned",
    good: (value) => !listOf(value).some((policy) => /^ManagePermissionGrantsForSelf\./i.test(String(policy))),
    values: { pass: [], fail: ["ManagePermissionGrantsForSelf.microsoft-user-default-legacy"] },
  }),
  policyCheck({
    slug: "azure-guest-access",
    title: "Let guests see nobody but themselves",
    description: "A guest cannot list the people, groups and memberships of the directory.",
    remediation:
      "**External Identities** → **External collaboration settings** → *Guest user access is restricted to their own directory objects*.",
    severity: "MEDIUM",
    maxPoints: 4,
    benchmark: cis("2.15"),
    path: "guestUserRoleId",
    good: (value) => String(value).toLowerCase() === restrictedGuest,
    values: { pass: restrictedGuest, fail: memberGuest },
  }),
  policyCheck({
    slug: "azure-guest-invitations",
    title: "Let only administrators invite guests",
    description: "Invitations come from those whose role it is.",
    remediation:
      "**External Identities** → **External collaboration settings** → *Only users assigned to specific admin roles can invite*.",
    severity: "MEDIUM",
    maxPoints: 3,
    benchmark: cis("2.16"),
    path: "allowInvitesFrom",
    good: (value) => value === "none" || value === "adminsAndGuestInviters",
    values: { pass: "adminsAndGuestInviters", fail: "everyone" },
  }),
];
