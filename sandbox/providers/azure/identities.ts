import { uuids } from "../../kit/ids.ts";

/** What acts by itself: applications, and identities of resources. */
export interface ServicePrincipal {
  id: string;
  appId: string;
  name: string;
  isManaged: boolean;
}

const names = ["Gatehouse", "deploy-pipeline", "backup-service", "vm-web-1"] as const;

/** The first is the application that asks. */
export function servicePrincipals(seed: number, own: string): ServicePrincipal[] {
  const [objects, apps] = [uuids(seed, 821), uuids(seed, 822)];
  return names.map((name, index) => ({
    id: objects.idOf(index),
    appId: index === 0 ? own : apps.idOf(index),
    name,
    isManaged: index === 3,
  }));
}

/** https://learn.microsoft.com/en-us/graph/api/resources/serviceprincipal */
export function servicePrincipalRecord({ id, appId, name, isManaged }: ServicePrincipal): Record<string, unknown> {
  return {
    "@odata.type": "#microsoft.graph.servicePrincipal",
    id,
    accountEnabled: true,
    appDisplayName: isManaged ? null : name,
    appId,
    displayName: name,
    servicePrincipalType: isManaged ? "ManagedIdentity" : "Application",
  };
}
