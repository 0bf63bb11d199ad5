import type { Check } from "#src/connector-kit/contract/checks.ts";
import { instantOf, objectOf } from "#src/connector-kit/record.ts";
import type { Surveyed } from "../streams/posture.ts";
import { cis, judge, subscriptionCheck, surveyed, unknown } from "./judge.ts";

/** Plans of Defender for Cloud that the benchmark asks for, by their names in the API. */
const plans: Readonly<Record<string, string>> = {
  VirtualMachines: "3.1.3.1",
  Containers: "3.1.4.1",
  StorageAccounts: "3.1.5.1",
  AppServices: "3.1.6.1",
  CosmosDbs: "3.1.7.1",
  OpenSourceRelationalDatabases: "3.1.7.2",
  SqlServers: "3.1.7.3",
  SqlServerVirtualMachines: "3.1.7.4",
  KeyVaults: "3.1.8.1",
  Arm: "3.1.9.1",
};

/** "Auditing on SQL server should be enabled". https://learn.microsoft.com/en-us/azure/defender-for-cloud/recommendations-reference-data */
const sqlAuditing = "94208a8b-16e8-4e5b-abbd-4e81c9d02bee";
const goodScore = 0.8;

const score = (percentage: number): Record<string, Surveyed> => ({
  secureScores: {
    found: [{ name: "ascScore", subscription: "Production", score: { percentage } }],
    read: ["Production"],
    denied: [],
  },
});
const assessed = (assessment: string, code: string, severity: string): Record<string, Surveyed> => ({
  assessments: {
    found: [{ assessment, code, severity, displayName: "Something", subscription: "Production" }],
    read: ["Production"],
    denied: [],
  },
});

export const defenderChecks: readonly Check[] = [
  subscriptionCheck({
    key: "defenderPlans",
    slug: "azure-defender-plans",
    title: "Switch on the plans of Defender for Cloud",
    description:
      "Servers, containers, storage, databases, vaults and Azure Resource Manager itself are watched for attacks.",
    remediation:
      "**Microsoft Defender for Cloud** → **Environment settings** → subscription → *Defender plans*: switch on those listed.",
    severity: "HIGH",
    maxPoints: 8,
    benchmark: cis(...Object.values(plans)),
    amiss: (found) => {
      const on = new Set(found.filter(({ pricingTier }) => pricingTier === "Standard").map(({ name }) => name));
      return Object.keys(plans).filter((plan) => !on.has(plan));
    },
    examples: {
      pass: Object.keys(plans).map((name) => ({ name, pricingTier: "Standard" })),
      fail: [{ name: "VirtualMachines", pricingTier: "Free" }],
    },
  }),
  subscriptionCheck({
    key: "securityContacts",
    slug: "azure-security-contact",
    title: "Name who is notified of alerts",
    description: "Defender for Cloud sends its alerts to an address that is read.",
    remediation:
      "**Microsoft Defender for Cloud** → **Environment settings** → subscription → *Email notifications*: an address, and severity High or lower.",
    severity: "MEDIUM",
    maxPoints: 4,
    benchmark: cis("3.1.13", "3.1.14"),
    amiss: (contacts) => {
      const reached = contacts.some(({ email, emails, alertNotifications }) => {
        const isOn = alertNotifications === "On" || objectOf(alertNotifications).state === "On";
        return Boolean(email || emails) && isOn;
      });
      return reached ? [] : ["an address with notifications switched on"];
    },
    examples: {
      pass: [{ email: "soc@acme.test", alertNotifications: "On" }],
      fail: [{ email: "soc@acme.test", alertNotifications: "Off" }],
    },
  }),
  {
    slug: "azure-secure-score",
    title: "Reach 80 % of the secure score of Defender for Cloud",
    description: "Defender for Cloud weighs all its recommendations; points are given in proportion.",
    remediation: "**Microsoft Defender for Cloud** → **Recommendations**: begin with those that raise the score most.",
    severity: "MEDIUM",
    maxPoints: 6,
    needs: ["secureScores"],
    evaluate(snapshot) {
      const all = surveyed(snapshot, "secureScores");
      const scores = all.found.flatMap(({ subscription, score: given }) => {
        const { percentage } = objectOf(given);
        return typeof percentage === "number" ? [{ subscription, percentage }] : [];
      });
      if (scores.length === 0) return unknown("Defender for Cloud has no score of these subscriptions yet.");
      const low = scores.filter(({ percentage }) => percentage < goodScore);
      const share = scores.reduce((sum, { percentage }) => sum + percentage, 0) / scores.length;
      const result = judge(all, low, { of: scores.length, scores: scores.slice(0, 50) });
      return result.result === "fail" ? { ...result, share } : result;
    },
    examples: { pass: score(0.84), fail: score(0.4) },
  },
  {
    slug: "azure-defender-findings",
    title: "Resolve findings of high severity of Defender for Cloud",
    description: "No recommendation of high severity is unhealthy on any resource.",
    remediation:
      "**Microsoft Defender for Cloud** → **Recommendations**: filter by severity *High*; fix, or exempt with a reason.",
    severity: "HIGH",
    maxPoints: 6,
    needs: ["assessments"],
    evaluate(snapshot) {
      const all = surveyed(snapshot, "assessments");
      if (all.found.length === 0) return unknown("Defender for Cloud has assessed nothing here.");
      const bad = all.found.filter(({ code, severity }) => code === "Unhealthy" && severity === "High");
      const oldest = bad
        .map(({ since }) => instantOf(since)?.getTime() ?? Number.POSITIVE_INFINITY)
        .sort((a, b) => a - b)[0];
      const since =
        oldest !== undefined && Number.isFinite(oldest) ? { oldestSince: new Date(oldest).toISOString() } : {};
      return judge(
        all,
        bad.map(({ displayName, resource, subscription }) => ({ displayName, resource, subscription })),
        {
          of: all.found.length,
          ...{ assessed: all.found.length, ...since },
        },
      );
    },
    examples: { pass: assessed("a", "Healthy", "High"), fail: assessed("a", "Unhealthy", "High") },
  },
  {
    slug: "azure-sql-auditing",
    title: "Audit SQL servers",
    description: "What is done in databases is logged. Defender for Cloud assesses every server.",
    remediation: "SQL server → **Auditing**: *Enable Azure SQL Auditing*, to a workspace or a storage account.",
    severity: "HIGH",
    maxPoints: 5,
    benchmark: cis("5.1.1"),
    needs: ["assessments"],
    evaluate(snapshot) {
      const all = surveyed(snapshot, "assessments");
      const servers = all.found.filter(
        ({ assessment, code }) => assessment === sqlAuditing && code !== "NotApplicable",
      );
      if (servers.length === 0) return unknown("Defender for Cloud has assessed the auditing of no SQL server.");
      const bad = servers.filter(({ code }) => code !== "Healthy");
      return judge(
        all,
        bad.map(({ resource, subscription }) => ({ resource, subscription })),
        { of: servers.length },
      );
    },
    examples: { pass: assessed(sqlAuditing, "Healthy", "Low"), fail: assessed(sqlAuditing, "Unhealthy", "Low") },
  },
];
