import type { Check } from "#src/connector-kit/contract/checks.ts";
import { listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { cis, list, verdict } from "./judge.ts";

const logTypes = ["ADMIN_READ", "DATA_READ", "DATA_WRITE"];
const auditExample = (exemptedMembers: string[]) => ({
  auditConfigs: [
    {
      service: "allServices",
      auditLogConfigs: logTypes.map((logType) => ({
        logType,
        ...(exemptedMembers.length > 0 ? { exemptedMembers } : {}),
      })),
    },
  ],
});
const sinkExample = (filter: string) => ({
  sinks: [{ name: "everything", destination: "storage.googleapis.com/acme-logs", includeChildren: true, filter }],
});

export const loggingChecks: readonly Check[] = [
  {
    slug: "gcp-audit-config",
    title: "Log who reads and writes data, everywhere and of everybody",
    description: "Data access logs of all services are on for the whole organization, and exempt nobody.",
    remediation:
      "**IAM & Admin** → **Audit Logs**, on the organization → *Set default configuration*: tick all three types and remove exempted principals.",
    severity: "MEDIUM",
    maxPoints: 6,
    benchmark: cis("2.1"),
    needs: ["auditConfigs"],
    evaluate(snapshot) {
      const configs = list(snapshot, "auditConfigs");
      const ofAll = configs
        .filter(({ service }) => service === "allServices")
        .flatMap((one) => listOf(one.auditLogConfigs).map(objectOf));
      const missing = logTypes.filter((type) => !ofAll.some(({ logType }) => logType === type));
      const exempted = configs.flatMap((one) =>
        listOf(one.auditLogConfigs).flatMap((log) => listOf(objectOf(log).exemptedMembers)),
      );
      return {
        ...verdict(missing.length === 0 && exempted.length === 0, { missing, exempted }),
        share: 1 - Math.max(missing.length, exempted.length > 0 ? 1 : 0) / logTypes.length,
      };
    },
    examples: { pass: auditExample([]), fail: auditExample(["user:mira.holt@acme.test"]) },
  },
  {
    slug: "gcp-log-sink",
    title: "Keep all logs of the organization in one place",
    description:
      "A sink of the organization that is not disabled, includes all folders and projects, and filters nothing out.",
    remediation:
      "**Logging** → **Log Router**, on the organization → *Create sink*: leave the filter empty and tick *Include logs ingested by this organization and all child resources*.",
    severity: "MEDIUM",
    maxPoints: 6,
    benchmark: cis("2.2"),
    needs: ["sinks"],
    evaluate(snapshot) {
      const sinks = list(snapshot, "sinks");
      const whole = sinks.filter(
        ({ disabled, filter, includeChildren, exclusions }) =>
          disabled !== true && textOf(filter) === null && includeChildren === true && listOf(exclusions).length === 0,
      );
      return verdict(whole.length > 0, {
        sinks: sinks.length,
        whole: whole.map(({ name, destination }) => ({ name, destination })),
      });
    },
    examples: { pass: sinkExample(""), fail: sinkExample("severity>=ERROR") },
  },
  {
    slug: "gcp-flow-logs",
    title: "Log the flows of every subnet",
    description: "VPC flow logs are on in every subnet that machines use.",
    remediation: "**VPC network** → **Subnets**: switch *Flow logs* on in each subnet listed.",
    severity: "LOW",
    maxPoints: 3,
    benchmark: cis("3.8"),
    needs: ["subnetworks"],
    evaluate(snapshot) {
      const subnets = list(snapshot, "subnetworks");
      const without = subnets.filter(({ flowLogs }) => flowLogs !== true);
      const share = subnets.length === 0 ? 1 : 1 - without.length / subnets.length;
      return {
        ...verdict(without.length === 0, {
          looked: subnets.length,
          found: without.slice(0, 50).map(({ resource }) => resource),
        }),
        share,
      };
    },
    examples: {
      pass: { subnetworks: [{ name: "web", resource: "web", flowLogs: true }] },
      fail: { subnetworks: [{ name: "web", resource: "web", flowLogs: false }] },
    },
  },
];
