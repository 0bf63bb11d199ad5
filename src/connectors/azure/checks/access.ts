import type { Check, CheckResult } from "#src/connector-kit/contract/checks.ts";
import type { Json } from "#src/connector-kit/record.ts";
import type { Surveyed } from "../streams/posture.ts";
import { cis, judge, resourceCheck, subscriptionCheck, surveyed } from "./judge.ts";

const maxOwners = 3;

const given = (fields: Json): Record<string, Surveyed> => {
  const one = { role: "Owner", isOwner: true, kind: "user", name: "mira.holt@acme.test", principalId: "1", ...fields };
  return { assignments: { found: [{ ...one, subscription: "Production" }], read: ["Production"], denied: [] } };
};

type Facts = Pick<Check, "slug" | "title" | "description" | "remediation" | "severity" | "maxPoints" | "benchmark">;

/** No privileged role is given to an account that should not have it. */
function holderCheck(facts: Facts & { isBad: (assignment: Json) => boolean; pass: Json; fail: Json }): Check {
  const { isBad, pass, fail, ...about } = facts;
  return {
    ...about,
    needs: ["assignments"],
    evaluate(snapshot): CheckResult {
      const all = surveyed(snapshot, "assignments");
      // What is given above a subscription is found in each below it.
      const bad = new Map(all.found.filter(isBad).map((one) => [`${one.principalId} ${one.role} ${one.scope}`, one]));
      const evidence = [...bad.values()].map(({ role, name, kind, scope }) => ({ role, name, kind, scope }));
      return judge(all, evidence, { of: Math.max(all.found.length, evidence.length) });
    },
    examples: { pass: given(pass), fail: given(fail) },
  };
}

const owner = (name: string): Json => ({ isOwner: true, kind: "user", principalId: name, name });

export const accessChecks: readonly Check[] = [
  subscriptionCheck({
    key: "assignments",
    slug: "azure-subscription-owners",
    title: `Have no more than ${maxOwners} owners of a subscription`,
    description: `Of every subscription, ${maxOwners} principals or fewer are owners, those included that own a management group above it.`,
    remediation:
      "Subscription → **Access control (IAM)** → **Role assignments**: give owners who do not need everything a smaller role.",
    severity: "HIGH",
    maxPoints: 6,
    amiss: (assignments) => {
      const owners = new Map(
        assignments.filter(({ isOwner }) => isOwner === true).map((one) => [one.principalId, one]),
      );
      return owners.size > maxOwners ? [...owners.values()].map(({ name }) => `fewer owners: ${String(name)}`) : [];
    },
    examples: { pass: [owner("a"), owner("b")], fail: ["a", "b", "c", "d"].map(owner) },
  }),
  holderCheck({
    slug: "azure-guest-administrators",
    title: "Give guests no privileged role",
    description: "No account of another organisation can do everything in a subscription, or give roles.",
    remediation: "Subscription → **Access control (IAM)** → **Role assignments**: remove the guests listed.",
    severity: "HIGH",
    maxPoints: 7,
    benchmark: cis("2.4"),
    isBad: ({ isGuest }) => isGuest === true,
    pass: { isGuest: false },
    fail: { isGuest: true },
  }),
  holderCheck({
    slug: "azure-tenant-wide-roles",
    title: "Leave no privileged role over the whole tenant",
    description:
      "Who elevates access as a Global Administrator becomes User Access Administrator over every subscription, until that is taken back.",
    remediation:
      "**Microsoft Entra ID** → **Properties** → *Access management for Azure resources*: **No**, for each account listed.",
    severity: "CRITICAL",
    maxPoints: 8,
    isBad: ({ isTenantWide }) => isTenantWide === true,
    pass: { isTenantWide: false },
    fail: { isTenantWide: true, role: "User Access Administrator" },
  }),
  holderCheck({
    slug: "azure-application-owners",
    title: "Make no application an owner",
    description: "A service principal that can give roles turns a leaked secret into control of the subscription.",
    remediation:
      "Give the applications listed *Contributor*, or a role for what they do; for giving roles, one with conditions.",
    severity: "HIGH",
    maxPoints: 5,
    isBad: ({ isOwner, kind }) => isOwner === true && kind === "servicePrincipal",
    pass: { kind: "user" },
    fail: { kind: "servicePrincipal" },
  }),
  holderCheck({
    slug: "azure-orphaned-assignments",
    title: "Remove roles of principals that no longer exist",
    description:
      "An assignment whose account was deleted hides among the others and counts against the limit of a subscription.",
    remediation:
      "Subscription → **Access control (IAM)** → **Role assignments**: remove those of *Identity not found*.",
    severity: "LOW",
    maxPoints: 2,
    isBad: ({ kind }) => kind === "deleted",
    pass: { kind: "user" },
    fail: { kind: "deleted" },
  }),
  resourceCheck({
    key: "customRoles",
    slug: "azure-custom-owner-roles",
    title: "Have no custom role that can do everything",
    description: "A custom role with the action * is an owner under another name, which reviews of owners do not find.",
    remediation: "Subscription → **Access control (IAM)** → **Roles**: delete the role, or list the actions it needs.",
    severity: "MEDIUM",
    maxPoints: 4,
    benchmark: cis("2.23"),
    good: ({ isOwner }) => isOwner !== true,
    shown: ["assignableScopes"],
    examples: { pass: { isOwner: false }, fail: { isOwner: true } },
  }),
];
