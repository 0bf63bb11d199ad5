import { inWords, type Lexicon } from "#src/connector-kit/event-names.ts";

/** A resource as its id names it. */
export interface Resource {
  /** `Microsoft.Network/networkSecurityGroups/securityRules`. */
  type: string;
  /** Of the innermost: `allow-ssh`. */
  name: string;
  /** In words: `security rule`. */
  noun: string;
  /** The resource that holds it: `network security group edge`. */
  parent: string | null;
  resourceGroup: string | null;
  subscription: string | null;
  /** Id of what an extension belongs to, or of the group that holds a resource; a slash for the tenant. */
  scope: string;
}

/**
 * Reads `/subscriptions/{id}/resourceGroups/{group}/providers/{namespace}/{type}/{name}/…`. Of an extension (a role assignment) what comes after
 * the last `providers`. Null for what is no id of a resource. Case does not matter, and is kept.
 * Source: https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/resource-name-rules
 */
export function readResourceId(id: string | null): Resource | null {
  const segments = (id ?? "").split("/").filter(Boolean);
  const after = (name: string) => {
    const index = segments.findIndex((segment) => segment.toLowerCase() === name);
    return index < 0 ? null : (segments[index + 1] ?? null);
  };
  const [subscription, resourceGroup] = [after("subscriptions"), after("resourcegroups")];
  const start = segments.findLastIndex((segment) => segment.toLowerCase() === "providers");
  const [namespace, ...pairs] = start < 0 ? [] : segments.slice(start + 1);
  if (namespace !== undefined && pairs.length >= 2) {
    const types = pairs.filter((_, index) => index % 2 === 0);
    const names = pairs.filter((_, index) => index % 2 === 1);
    const innermost = names.length - 1;
    const isInPlace = types[innermost - 1]?.toLowerCase() === "locations";
    const holder = innermost > 0 && !isInPlace ? `${nounOf(types[innermost - 1] ?? "")} ${names[innermost - 1]}` : null;
    return {
      type: `${namespace}/${types.slice(0, names.length).join("/")}`,
      name: names[innermost] ?? "",
      noun: nounOf(types[innermost] ?? ""),
      parent: holder,
      resourceGroup,
      subscription,
      scope: `/${segments.slice(0, start).join("/")}`,
    };
  }
  if (subscription === null) return null;
  const isGroup = resourceGroup !== null;
  return {
    type: isGroup ? "Microsoft.Resources/subscriptions/resourceGroups" : "Microsoft.Resources/subscriptions",
    name: resourceGroup ?? subscription,
    noun: isGroup ? "resource group" : "subscription",
    parent: null,
    resourceGroup,
    subscription,
    scope: isGroup ? `/subscriptions/${subscription}` : "/",
  };
}

/** Types whose words do not come from their spelling; the log writes some types in capitals alone. */
const nouns: Readonly<Record<string, string>> = {
  ...{ accesspolicies: "access policy", accounts: "account", actiongroups: "action group" },
  ...{ activitylogalerts: "activity log alert", administrators: "administrator", agentpools: "node pool" },
  ...{ alertrules: "alert rule", applicationgateways: "application gateway", auditingsettings: "auditing settings" },
  ...{ authorizationrules: "access key", automationaccounts: "automation account", azurefirewalls: "firewall" },
  ...{ bastionhosts: "bastion host", blobservices: "blob service", classicadministrators: "classic administrator" },
  ...{ configurationstores: "configuration store", connections: "connection", containergroups: "container group" },
  ...{ databaseaccounts: "Cosmos DB account", databases: "database", deployments: "deployment", disks: "disk" },
  ...{ diagnosticsettings: "diagnostic setting", dnszones: "DNS zone", elasticpools: "elastic pool" },
  ...{ eventhubs: "event hub", expressroutecircuits: "ExpressRoute circuit", extensions: "extension" },
  ...{ federatedidentitycredentials: "federated credential", firewallpolicies: "firewall policy" },
  ...{ firewallrules: "firewall rule", flexibleservers: "flexible server", flowlogs: "flow log", images: "image" },
  ...{ hybridconnections: "hybrid connection", keys: "key", loadbalancers: "load balancer", locks: "resource lock" },
  ...{ managedclusters: "Kubernetes cluster", managementgroups: "management group", metricalerts: "metric alert" },
  ...{ namespaces: "namespace", networkinterfaces: "network interface", networkwatchers: "network watcher" },
  ...{ networksecuritygroups: "network security group", policyassignments: "policy assignment" },
  ...{ policydefinitions: "policy definition", policyexemptions: "policy exemption" },
  ...{ policysetdefinitions: "policy initiative", pricings: "Defender plan", privateendpoints: "private endpoint" },
  ...{ privatednszones: "private DNS zone", publicipaddresses: "public IP address", registries: "registry" },
  ...{ resourcegroups: "resource group", roleassignments: "role assignment", roledefinitions: "role definition" },
  ...{ roleeligibilityschedulerequests: "role eligibility request", runbooks: "runbook", secrets: "secret" },
  ...{ roleassignmentschedulerequests: "role activation request", routetables: "route table", schedules: "schedule" },
  ...{ scheduledqueryrules: "log alert", securitycontacts: "security contact", securityrules: "security rule" },
  ...{ securitysolutions: "security solution", serverfarms: "App Service plan", servers: "server", sites: "web app" },
  ...{ slots: "deployment slot", snapshots: "snapshot", sqlroleassignments: "Cosmos DB role assignment" },
  ...{ storageaccounts: "storage account", subnets: "subnet", subscriptions: "subscription" },
  ...{ userassignedidentities: "managed identity", vaults: "vault", virtualmachines: "virtual machine" },
  ...{ virtualmachinescalesets: "scale set", virtualnetworkgateways: "virtual network gateway" },
  ...{
    virtualnetworkpeerings: "network peering",
    virtualnetworks: "virtual network",
    vpnconnections: "VPN connection",
  },
  ...{ webhooks: "webhook", workflows: "logic app", workspaces: "workspace" },
};

const lexicon: Lexicon = { names: { api: "API", dns: "DNS", ip: "IP", sql: "SQL", vm: "VM", vpn: "VPN" } };

/** `networkSecurityGroups` → `network security group`. */
export function nounOf(type: string): string {
  if (type.toLowerCase() === "rbac.authorization.k8s.io") return "Kubernetes access rule";
  const known = Object.hasOwn(nouns, type.toLowerCase()) ? nouns[type.toLowerCase()] : undefined;
  if (known !== undefined) return known;
  const words = inWords(/[a-z]/.test(type) ? type : type.toLowerCase(), lexicon);
  return words
    .replace(/ies$/, "y")
    .replace(/(ss|x|ch)es$/, "$1")
    .replace(/(?<=[^sui])s$/, "");
}
