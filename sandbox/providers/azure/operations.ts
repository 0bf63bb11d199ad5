import { EventMix } from "../../kit/event-mix.ts";

/** Kinds of events of the activity log: an operation, and the resource it is done to below its subscription. */
export interface Operation {
  name: string;
  category: "Administrative" | "Policy" | "Security";
  /** `{group}/{type}/{name}`; empty for the subscription itself. */
  resource: string;
  /** How often the generator chooses it; 0: only on demand. */
  weight: number;
  /** By a service principal. */
  byService?: boolean;
}

const shop = "resourceGroups/shop/providers";
const operation = (name: string, resource: string, weight: number, more: Partial<Operation> = {}): Operation => ({
  ...{ name, resource, weight, category: "Administrative" },
  ...more,
});

const operations: readonly Operation[] = [
  operation("Microsoft.Compute/virtualMachines/start/action", `${shop}/Microsoft.Compute/virtualMachines/web-1`, 12),
  operation(
    "Microsoft.Compute/virtualMachines/deallocate/action",
    `${shop}/Microsoft.Compute/virtualMachines/web-1`,
    10,
  ),
  operation("Microsoft.Compute/virtualMachines/write", `${shop}/Microsoft.Compute/virtualMachines/web-2`, 8),
  operation("Microsoft.Compute/virtualMachines/delete", `${shop}/Microsoft.Compute/virtualMachines/web-2`, 3),
  operation(
    "Microsoft.Compute/virtualMachines/runCommand/action",
    `${shop}/Microsoft.Compute/virtualMachines/web-1`,
    1,
  ),
  operation("Microsoft.Resources/deployments/write", `${shop}/Microsoft.Resources/deployments/release-41`, 14, {
    byService: true,
  }),
  operation("Microsoft.Resources/subscriptions/resourceGroups/write", "resourceGroups/shop", 3),
  operation("Microsoft.Web/sites/restart/action", `${shop}/Microsoft.Web/sites/storefront`, 5),
  operation(
    "Microsoft.Storage/storageAccounts/listKeys/action",
    `${shop}/Microsoft.Storage/storageAccounts/shopdata`,
    6,
    { byService: true },
  ),
  operation("Microsoft.Storage/storageAccounts/write", `${shop}/Microsoft.Storage/storageAccounts/shopdata`, 3),
  operation(
    "Microsoft.Network/networkSecurityGroups/securityRules/write",
    `${shop}/Microsoft.Network/networkSecurityGroups/edge/securityRules/allow-ssh`,
    4,
  ),
  operation("Microsoft.Network/networkSecurityGroups/delete", `${shop}/Microsoft.Network/networkSecurityGroups/old`, 1),
  operation("Microsoft.KeyVault/vaults/write", `${shop}/Microsoft.KeyVault/vaults/shop-keys`, 2),
  operation(
    "Microsoft.Authorization/roleAssignments/write",
    "providers/Microsoft.Authorization/roleAssignments/{guid}",
    4,
  ),
  operation(
    "Microsoft.Authorization/roleAssignments/delete",
    "providers/Microsoft.Authorization/roleAssignments/{guid}",
    2,
  ),
  operation(
    "Microsoft.Insights/diagnosticSettings/delete",
    "providers/Microsoft.Insights/diagnosticSettings/to-workspace",
    1,
  ),
  operation("Microsoft.Authorization/policies/audit/action", `${shop}/Microsoft.Sql/servers/shop-sql`, 4, {
    category: "Policy",
    byService: true,
  }),
  operation(
    "Microsoft.Security/locations/alerts/activate/action",
    "providers/Microsoft.Security/locations/westeurope/alerts/2517",
    1,
    { category: "Security" },
  ),
];

const mix = new EventMix(operations, ({ weight }) => weight);

export const anyOperation = (random: number): Operation => mix.pick(random);

/** An unknown one is done to a resource of the first resource group. */
export function operationNamed(name: string): Operation {
  const known = operations.find((one) => one.name.toLowerCase() === name.toLowerCase());
  return known ?? operation(name, `${shop}/Microsoft.Compute/virtualMachines/web-1`, 0);
}
