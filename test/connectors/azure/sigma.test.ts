/** Rules in the shape of SigmaHQ's for Azure, on events as Azure sends them and the connector maps them. */
import { expect, test } from "vitest";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { azure } from "#src/connectors/azure/index.ts";
import { activity, ruleOf } from "../../detection/sigma/support.ts";
import { audited, ended, signedIn } from "./events.ts";

interface Case {
  rule: string;
  service: "activitylogs" | "signinlogs" | "auditlogs";
  detection: string;
  hit: object;
  miss: object;
}

const operations = (...names: string[]) => `selection: {operationName: [${names.join(", ")}]}\ncondition: selection`;

const cases: Case[] = [
  {
    rule: "A virtual machine is deleted",
    service: "activitylogs",
    detection: operations("MICROSOFT.COMPUTE/VIRTUALMACHINES/DELETE"),
    hit: ended("Microsoft.Compute/virtualMachines/delete"),
    miss: ended("Microsoft.Compute/virtualMachines/start/action"),
  },
  {
    rule: "A rule of a network security group is changed or deleted",
    service: "activitylogs",
    detection: operations(
      "MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/SECURITYRULES/WRITE",
      "MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/SECURITYRULES/DELETE",
    ),
    hit: ended("Microsoft.Network/networkSecurityGroups/securityRules/write"),
    miss: ended("Microsoft.Network/networkSecurityGroups/join/action"),
  },
  {
    rule: "A key of a vault is changed, backed up or deleted",
    service: "activitylogs",
    detection: operations(
      "MICROSOFT.KEYVAULT/VAULTS/KEYS/DELETE/ACTION",
      "MICROSOFT.KEYVAULT/VAULTS/KEYS/BACKUP/ACTION",
    ),
    hit: ended("Microsoft.KeyVault/vaults/keys/backup/action"),
    miss: ended("Microsoft.KeyVault/vaults/read"),
  },
  {
    rule: "The firewall of a network is changed",
    service: "activitylogs",
    detection: operations("MICROSOFT.NETWORK/AZUREFIREWALLS/WRITE", "MICROSOFT.NETWORK/AZUREFIREWALLS/DELETE"),
    hit: ended("Microsoft.Network/azureFirewalls/delete"),
    miss: ended("Microsoft.Network/virtualNetworks/delete"),
  },
  {
    rule: "Roles of a Kubernetes cluster are changed",
    service: "activitylogs",
    detection:
      "selection:\n  operationName|startswith: MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/RBAC.AUTHORIZATION.K8S.IO/\n  operationName|endswith: [/WRITE, /DELETE]\ncondition: selection",
    hit: ended("Microsoft.ContainerService/managedClusters/rbac.authorization.k8s.io/rolebindings/write"),
    miss: ended("Microsoft.ContainerService/managedClusters/rbac.authorization.k8s.io/rolebindings/read"),
  },
  {
    rule: "Suppression of alerts is set up",
    service: "activitylogs",
    detection: operations("MICROSOFT.SECURITY/ALERTSSUPPRESSIONRULES/WRITE"),
    hit: ended("Microsoft.Security/alertsSuppressionRules/write"),
    miss: ended("Microsoft.Security/pricings/write"),
  },
  {
    rule: "A subscription is given its permissions by elevation",
    service: "activitylogs",
    detection: operations("MICROSOFT.AUTHORIZATION/ELEVATEACCESS/ACTION"),
    hit: ended("Microsoft.Authorization/elevateAccess/action"),
    miss: ended("Microsoft.Authorization/roleAssignments/write"),
  },
  {
    rule: "An operation is refused",
    service: "activitylogs",
    detection: "selection: {categoryValue: Administrative, status: [Failure, Failed]}\ncondition: selection",
    hit: ended("Microsoft.Authorization/roleAssignments/write", { status: { value: "Failed" } }),
    miss: ended("Microsoft.Authorization/roleAssignments/write"),
  },
  {
    rule: "A resource of a provider is changed, whatever it is",
    service: "activitylogs",
    detection:
      "selection: {ResourceProviderValue: MICROSOFT.KEYVAULT, ResourceId|contains: /vaults/}\ncondition: selection",
    hit: ended("Microsoft.KeyVault/vaults/write", {
      resourceProviderName: { value: "Microsoft.KeyVault" },
      resourceId: "/subscriptions/1/resourceGroups/shop/providers/Microsoft.KeyVault/vaults/shop-keys",
    }),
    miss: ended("Microsoft.Compute/disks/write"),
  },
  {
    rule: "A wrong password",
    service: "signinlogs",
    detection: "selection: {ResultType: 50126}\ncondition: selection",
    hit: signedIn({ status: { errorCode: 50126, failureReason: "Invalid username or password." } }),
    miss: signedIn(),
  },
  {
    rule: "A sign-in by a legacy protocol",
    service: "signinlogs",
    detection: "selection: {ClientApp: [IMAP4, POP3, Other clients], Status: Success}\ncondition: selection",
    hit: signedIn({ clientAppUsed: "IMAP4" }),
    miss: signedIn(),
  },
  {
    rule: "A sign-in to Azure by the command line",
    service: "signinlogs",
    detection: "selection: {AppDisplayName|contains: Azure CLI, ResultType: 0}\ncondition: selection",
    hit: signedIn({ appDisplayName: "Microsoft Azure CLI" }),
    miss: signedIn(),
  },
  {
    rule: "Conditional access is changed",
    service: "auditlogs",
    detection: "selection: {properties.message: Update conditional access policy}\ncondition: selection",
    hit: audited("Update conditional access policy"),
    miss: audited("Update user"),
  },
  {
    rule: "An application gets credentials",
    service: "auditlogs",
    detection: "selection: {OperationName: Add service principal credentials}\ncondition: selection",
    hit: audited("Add service principal credentials"),
    miss: audited("Add service principal"),
  },
];

test.each(cases)(
  "$rule: the rule fires on the event of Azure, and not on its neighbour",
  ({ service, detection, hit, miss }) => {
    const indented = detection.replace(/^/gm, "  ");
    const rule = ruleOf(
      `title: A rule\nlogsource:\n  product: azure\n  service: ${service}\ndetection:\n${indented}\n`,
    );
    const fires = (event: object) => {
      const [mapped] = azure.mapEvent!(event) as [ActivityRecord];
      const { category, eventType, outcome, description, userAgent = null } = mapped;
      return rule.matches(activity(event, { category, eventType, outcome, description, userAgent }, "azure"));
    };
    expect(fires(hit)).toBe(true);
    expect(fires(miss)).toBe(false);
  },
);
