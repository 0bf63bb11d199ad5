import type { Check } from "#src/connector-kit/contract/checks.ts";
import { listOf, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { type About, recordsOf, some, verdict } from "./check.ts";
import { privilegedRoles } from "./roles.ts";

/** A conditional access policy as Graph writes it. https://learn.microsoft.com/en-us/graph/api/resources/conditionalaccesspolicy */
export type Policy = Record<string, unknown>;
export type Test = (policy: Policy) => boolean;

interface PolicyCheck extends About {
  /** What one policy that is in force must be like. */
  wanted: readonly Test[];
  /** Security defaults do the same for tenants without policies. */
  orSecurityDefaults?: boolean;
  /** A policy that passes. */
  example: Policy;
}

/**
 * A check that passes when one policy in force does it. Whom and what that policy leaves out is part of the evidence: an exception may be an
 * emergency account, which no call distinguishes from a mistake.
 */
export function policyCheck({ wanted, orSecurityDefaults, example, ...about }: PolicyCheck): Check {
  const needs = orSecurityDefaults ? ["conditionalAccess", "securityDefaults"] : ["conditionalAccess"];
  const defaults = orSecurityDefaults ? { securityDefaults: { isEnabled: false } } : {};
  return {
    ...about,
    needs,
    evaluate(snapshot) {
      const policies = recordsOf(snapshot, "conditionalAccess").filter((one) => wanted.every((test) => test(one)));
      const inForce = policies.filter((one) => one.state === "enabled");
      const byDefaults = orSecurityDefaults && objectOf(snapshot.get("securityDefaults")).isEnabled === true;
      const trial = policies.filter((one) => one.state === "enabledForReportingButNotEnforced").map(nameOf);
      return verdict(inForce.length > 0 || byDefaults === true, {
        policies: some(inForce).map((one) => ({ name: nameOf(one), exceptions: exceptionsOf(one) })),
        ...(byDefaults ? { securityDefaults: true } : {}),
        ...(trial.length > 0 ? { reportOnly: some(trial) } : {}),
      });
    },
    examples: {
      pass: { ...defaults, conditionalAccess: [example] },
      fail: { ...defaults, conditionalAccess: [{ ...example, state: "enabledForReportingButNotEnforced" }] },
    },
  };
}

const nameOf = ({ displayName, id }: Policy): string => textOf(displayName) ?? String(id);

function exceptionsOf(policy: Policy): Record<string, unknown> {
  const users = objectOf(valueAt(policy, "conditions.users"));
  const apps = listOf(valueAt(policy, "conditions.applications.excludeApplications"));
  const lists = {
    users: listOf(users.excludeUsers),
    groups: listOf(users.excludeGroups),
    roles: listOf(users.excludeRoles),
    apps,
  };
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
}

/** A list at a path holds one of these values, or all of them. */
export const holds =
  (path: string, ...values: readonly string[]): Test =>
  (policy) => {
    const list = listOf(valueAt(policy, path));
    return values.every((value) => list.includes(value));
  };

export const forAllUsers = holds("conditions.users.includeUsers", "All");
export const forAllApps = holds("conditions.applications.includeApplications", "All");

/** Everybody, or each of the highly privileged roles. */
export const forAdmins: Test = (policy) =>
  forAllUsers(policy) || holds("conditions.users.includeRoles", ...Object.keys(privilegedRoles))(policy);

/** Neither locations nor platforms nor devices narrow it. */
export const everywhere: Test = ({ conditions }) => {
  const { locations, platforms, devices } = objectOf(conditions);
  return isAll(objectOf(locations).includeLocations) && isAll(objectOf(platforms).includePlatforms) && devices == null;
};

function isAll(included: unknown): boolean {
  const list = listOf(included).map((one) => String(one).toLowerCase());
  return list.length === 0 || list.includes("all");
}

function controlsOf(policy: Policy): { controls: string[]; all: boolean } {
  const { builtInControls, authenticationStrength, operator } = objectOf(policy.grantControls);
  const controls = listOf(builtInControls).map(String);
  return { controls: authenticationStrength ? [...controls, "mfa"] : controls, all: operator !== "OR" };
}

/** Access is granted with one of these controls only: none of the others would do instead. */
export const grantsOnlyWith =
  (...wanted: readonly string[]): Test =>
  (policy) => {
    const { controls, all } = controlsOf(policy);
    if (controls.length === 0) return false;
    return all ? controls.some((one) => wanted.includes(one)) : controls.every((one) => wanted.includes(one));
  };

export const blocks = grantsOnlyWith("block");
export const requiresMfa = grantsOnlyWith("mfa");

const phishingResistant: readonly string[] = ["windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor"];

/** Whatever its name: the strength allows nothing that can be phished. */
export const requiresPhishingResistant: Test = (policy) => {
  const combinations = listOf(valueAt(policy, "grantControls.authenticationStrength.allowedCombinations"));
  return (
    combinations.length > 0 &&
    combinations.every((one) => phishingResistant.includes(String(one))) &&
    requiresMfa(policy)
  );
};

const everybody = {
  users: { includeUsers: ["All"], excludeUsers: ["5f0c1c1e-0000-4000-8000-00000000b9a5"] },
  applications: { includeApplications: ["All"] },
  clientAppTypes: ["all"],
};

/** Of examples: for everybody and everything, in force. */
export function examplePolicy(conditions: object, grantControls: object | null, sessionControls?: object): Policy {
  return {
    id: "3f1a0c52-0000-4000-8000-000000000001",
    displayName: "Example",
    state: "enabled",
    conditions: { ...everybody, ...conditions },
    grantControls,
    ...(sessionControls ? { sessionControls } : {}),
  };
}
