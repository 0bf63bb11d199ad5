import { uuids } from "../../kit/ids.ts";
import type { Tenant } from "../../provider.ts";

/** A subscription of a tenant. */
export interface Subscription {
  id: string;
  name: string;
  /** Management group that holds it. */
  managementGroup: string;
}

/** Management groups by name, with their names for people: the root has the tenant's id for a name. */
export type ManagementGroups = Readonly<Record<string, string>>;

export function subscriptionsOf({ options }: Pick<Tenant, "options">, root: string): Subscription[] {
  const ids = uuids(options.seed, 820);
  return [
    { id: ids.idOf(0), name: "Production", managementGroup: "platform" },
    { id: ids.idOf(1), name: "Research", managementGroup: root },
  ];
}

/** https://learn.microsoft.com/en-us/rest/api/resources/subscriptions/list */
export function subscriptionRecord({ id, name }: Subscription, tenantId: string): Record<string, unknown> {
  return {
    id: `/subscriptions/${id}`,
    authorizationSource: "RoleBased",
    managedByTenants: [],
    subscriptionId: id,
    tenantId,
    displayName: name,
    state: "Enabled",
    subscriptionPolicies: {
      locationPlacementId: "Public_2014-09-01",
      quotaId: "EnterpriseAgreement_2014-09-01",
      spendingLimit: "Off",
    },
  };
}

/** https://learn.microsoft.com/en-us/rest/api/managementgroups/management-groups/list */
export function managementGroupRecord(name: string, displayName: string, tenantId: string): Record<string, unknown> {
  return {
    id: `/providers/Microsoft.Management/managementGroups/${name}`,
    type: "Microsoft.Management/managementGroups",
    name,
    properties: { tenantId, displayName },
  };
}
