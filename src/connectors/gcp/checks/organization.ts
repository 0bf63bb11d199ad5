import type { Check } from "#src/connector-kit/contract/checks.ts";
import type { Severity } from "#src/connector-kit/contract/kinds.ts";
import { listOf, objectOf } from "#src/connector-kit/record.ts";
import { cis, isEnforced, verdict } from "./judge.ts";

interface Enforced {
  slug: string;
  title: string;
  description: string;
  constraint: string;
  severity: Severity;
  maxPoints: number;
  benchmark?: string;
}

/** A constraint that is either enforced or not. */
function enforced({ constraint, ...facts }: Enforced): Check {
  return {
    ...facts,
    remediation: `**IAM & Admin** → **Organization policies**, on the organization → \`${constraint}\`: *Override parent's policy*, *Enforcement: On*.`,
    needs: ["orgPolicies"],
    evaluate(snapshot) {
      const rules = objectOf(snapshot.get("orgPolicies"))[constraint];
      return verdict(isEnforced(rules), { constraint, rules: rules ?? null });
    },
    examples: {
      pass: { orgPolicies: { [constraint]: [{ enforce: true }] } },
      fail: { orgPolicies: { [constraint]: [{ enforce: false }] } },
    },
  };
}

export const organizationChecks: readonly Check[] = [
  enforced({
    slug: "gcp-org-no-service-account-keys",
    title: "Forbid service account keys",
    description: "The organization policy iam.disableServiceAccountKeyCreation is enforced.",
    constraint: "iam.disableServiceAccountKeyCreation",
    severity: "HIGH",
    maxPoints: 5,
    benchmark: cis("1.4"),
  }),
  enforced({
    slug: "gcp-org-no-default-grants",
    title: "Give default service accounts no roles by themselves",
    description:
      "The organization policy iam.automaticIamGrantsForDefaultServiceAccounts is enforced: without it, they become Editor.",
    constraint: "iam.automaticIamGrantsForDefaultServiceAccounts",
    severity: "HIGH",
    maxPoints: 5,
    benchmark: cis("1.5"),
  }),
  enforced({
    slug: "gcp-org-no-public-buckets",
    title: "Forbid public buckets",
    description: "The organization policy storage.publicAccessPrevention is enforced.",
    constraint: "storage.publicAccessPrevention",
    severity: "HIGH",
    maxPoints: 5,
    benchmark: cis("5.1"),
  }),
  enforced({
    slug: "gcp-org-uniform-buckets",
    title: "Require uniform access to new buckets",
    description: "The organization policy storage.uniformBucketLevelAccess is enforced.",
    constraint: "storage.uniformBucketLevelAccess",
    severity: "MEDIUM",
    maxPoints: 3,
    benchmark: cis("5.2"),
  }),
  enforced({
    slug: "gcp-org-no-default-network",
    title: "Make new projects without a default network",
    description: "The organization policy compute.skipDefaultNetworkCreation is enforced.",
    constraint: "compute.skipDefaultNetworkCreation",
    severity: "MEDIUM",
    maxPoints: 3,
    benchmark: cis("3.1"),
  }),
  enforced({
    slug: "gcp-org-os-login",
    title: "Sign in to machines by OS Login",
    description: "The organization policy compute.requireOsLogin is enforced, so that IAM decides who may use SSH.",
    constraint: "compute.requireOsLogin",
    severity: "MEDIUM",
    maxPoints: 3,
    benchmark: cis("4.4"),
  }),
  enforced({
    slug: "gcp-org-no-public-databases",
    title: "Forbid public addresses of databases",
    description: "The organization policy sql.restrictPublicIp is enforced.",
    constraint: "sql.restrictPublicIp",
    severity: "MEDIUM",
    maxPoints: 3,
    benchmark: cis("6.6"),
  }),
  {
    slug: "gcp-org-domains",
    title: "Let only accounts of known domains be granted roles",
    description:
      "The organization policy iam.allowedPolicyMemberDomains names customers, so that nobody else can be granted anything.",
    remediation:
      "**IAM & Admin** → **Organization policies** → *Domain restricted sharing*: allow your own customer ID and those of partners.",
    severity: "HIGH",
    maxPoints: 6,
    benchmark: cis("1.1"),
    needs: ["orgPolicies"],
    evaluate(snapshot) {
      const rules = listOf(objectOf(snapshot.get("orgPolicies"))["iam.allowedPolicyMemberDomains"]).map(objectOf);
      const named = rules.flatMap(({ values }) => listOf(objectOf(values).allowedValues));
      const isOpen = rules.length === 0 || rules.some(({ allowAll }) => allowAll === true);
      return verdict(!isOpen && (named.length > 0 || rules.some(({ denyAll }) => denyAll === true)), {
        allowed: named,
      });
    },
    examples: {
      pass: { orgPolicies: { "iam.allowedPolicyMemberDomains": [{ values: { allowedValues: ["C03az79cb"] } }] } },
      fail: { orgPolicies: { "iam.allowedPolicyMemberDomains": [{ allowAll: true }] } },
    },
  },
  {
    slug: "gcp-security-findings",
    title: "Have no open severe findings of Security Command Center",
    description:
      "No active finding of severity CRITICAL or HIGH that is not muted. Where Security Command Center is not active, the answer is unknown.",
    remediation: "**Security Command Center** → **Findings**: remedy each finding listed, or mute it with a reason.",
    severity: "HIGH",
    maxPoints: 6,
    needs: ["findings"],
    evaluate(snapshot) {
      const { total, severe, findings } = objectOf(snapshot.get("findings"));
      return verdict(severe === 0, { total, severe, findings: listOf(findings).slice(0, 50) });
    },
    examples: {
      pass: { findings: { total: 3, severe: 0, findings: [] } },
      fail: { findings: { total: 3, severe: 1, findings: [{ category: "PUBLIC_BUCKET_ACL", severity: "HIGH" }] } },
    },
  },
];
