import type { Check } from "#src/connector-kit/contract/checks.ts";
import { listOf } from "#src/connector-kit/record.ts";
import { cis, subscriptionCheck } from "./judge.ts";

/** Categories of the activity log that a subscription must keep. */
const categories = ["Administrative", "Alert", "Policy", "Security"];

/** Operations of which a person should be notified, as the benchmark lists them. */
const alerted: Readonly<Record<string, string>> = {
  "microsoft.authorization/policyassignments/write": "6.2.1",
  "microsoft.authorization/policyassignments/delete": "6.2.2",
  "microsoft.network/networksecuritygroups/write": "6.2.3",
  "microsoft.network/networksecuritygroups/delete": "6.2.4",
  "microsoft.security/securitysolutions/write": "6.2.5",
  "microsoft.security/securitysolutions/delete": "6.2.6",
  "microsoft.sql/servers/firewallrules/write": "6.2.7",
  "microsoft.sql/servers/firewallrules/delete": "6.2.8",
  "microsoft.network/publicipaddresses/write": "6.2.9",
  "microsoft.network/publicipaddresses/delete": "6.2.10",
};

export const loggingChecks: readonly Check[] = [
  subscriptionCheck({
    key: "diagnosticSettings",
    slug: "azure-activity-log-export",
    title: "Keep the activity log of every subscription",
    description:
      "Azure forgets the activity log after 90 days. A diagnostic setting sends it somewhere where it stays.",
    remediation:
      "**Monitor** → **Activity log** → *Export Activity Logs*: add a diagnostic setting to a workspace, storage account or event hub.",
    severity: "HIGH",
    maxPoints: 7,
    benchmark: cis("6.1.1"),
    amiss: (settings) =>
      settings.some(({ hasDestination }) => hasDestination === true) ? [] : ["a diagnostic setting"],
    examples: { pass: [{ name: "to-workspace", hasDestination: true }], fail: [] },
  }),
  subscriptionCheck({
    key: "diagnosticSettings",
    slug: "azure-activity-log-categories",
    title: "Keep all of the activity log that matters",
    description: `The diagnostic settings of a subscription cover the categories ${categories.join(", ")}.`,
    remediation: `**Monitor** → **Activity log** → *Export Activity Logs* → *Edit setting*: tick ${categories.join(", ")}.`,
    severity: "MEDIUM",
    maxPoints: 4,
    benchmark: cis("6.1.2"),
    amiss: (settings) => {
      if (settings.some(({ hasAllLogs }) => hasAllLogs === true)) return [];
      const kept = new Set(settings.flatMap((one) => listOf(one.categories)));
      return categories.filter((category) => !kept.has(category));
    },
    examples: { pass: [{ categories }], fail: [{ categories: ["Administrative"] }] },
  }),
  subscriptionCheck({
    key: "activityAlerts",
    slug: "azure-activity-alerts",
    title: "Raise alerts on changes of policies, networks and firewalls",
    description: "Every subscription has activity log alerts for the ten operations of the benchmark.",
    remediation:
      "**Monitor** → **Alerts** → *Create* → *Alert rule*: scope the subscription, signal the operation listed, with an action group that is read.",
    severity: "LOW",
    maxPoints: 3,
    benchmark: cis(...Object.values(alerted)),
    amiss: (found) => Object.keys(alerted).filter((wanted) => !found.some(({ operation }) => operation === wanted)),
    examples: { pass: Object.keys(alerted).map((operation) => ({ operation })), fail: [] },
  }),
];
