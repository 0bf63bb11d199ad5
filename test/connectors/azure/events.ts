/**
 * Events of an invented tenant, shaped by the documentation.
 * Sources: https://learn.microsoft.com/en-us/azure/azure-monitor/platform/activity-log-schema,
 * https://learn.microsoft.com/en-us/graph/api/resources/signin
 */
export const subscription = "0b1f6471-1bf0-4dda-aec3-111122223333";
export const vm = `/subscriptions/${subscription}/resourceGroups/shop/providers/Microsoft.Compute/virtualMachines/web-1`;
const objectId = "7c1f7a5e-0d4c-4f7d-9d1a-2b9d8c1e0f11";

const local = (value: string) => ({ value, localizedValue: value });

/** The claims of a person's token. */
export const person = {
  appid: "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
  ipaddr: "203.0.113.7",
  name: "Mira Holt",
  "http://schemas.microsoft.com/identity/claims/objectidentifier": objectId,
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": "mira.holt@acme.example",
};

/** The claims of an application's token. */
export const application = {
  appid: "4c0d4b10-9f50-4a0b-8a6f-5a1f4ab3f4c2",
  appidacr: "1",
  "http://schemas.microsoft.com/identity/claims/objectidentifier": "9d1a7a5e-0d4c-4f7d-8c1e-0f11d94c2b9d",
};

/** The end of an operation that Mira Holt asked for, as the API lists it. */
export function ended(operation: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    authorization: { action: operation, scope: vm },
    caller: "mira.holt@acme.example",
    channels: "Operation",
    claims: person,
    correlationId: "5d2b7c1a-53a4-4b8e-9c8a-0a6a0c2d1e10",
    eventDataId: "f8e7d6c5-53a4-4b8e-9c8a-0a6a0c2d1e11",
    eventName: local("EndRequest"),
    category: local("Administrative"),
    eventTimestamp: "2026-11-18T07:42:19.1184512Z",
    httpRequest: { clientRequestId: "1", clientIpAddress: "203.0.113.7", method: "PUT" },
    level: "Informational",
    resourceId: vm,
    resourceGroupName: "shop",
    resourceProviderName: local("Microsoft.Compute"),
    operationName: local(operation),
    properties: { statusCode: "OK" },
    status: local("Succeeded"),
    subStatus: local(""),
    subscriptionId: subscription,
    ...more,
  };
}

/** A sign-in of Mira Holt that succeeded, as Graph lists it. */
export function signedIn(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: "66ea54eb-6301-4ee5-be62-ff5a759b0100",
    createdDateTime: "2026-11-18T07:42:19Z",
    userDisplayName: "Mira Holt",
    userPrincipalName: "mira.holt@acme.example",
    userId: objectId,
    appId: "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
    appDisplayName: "Azure Portal",
    ipAddress: "203.0.113.7",
    clientAppUsed: "Browser",
    isInteractive: true,
    status: { errorCode: 0, failureReason: "Other.", additionalDetails: null },
    location: { city: "Berlin", countryOrRegion: "DE" },
    ...more,
  };
}

/** What Mira Holt did in the directory. */
export function audited(activity: string): Record<string, unknown> {
  return {
    id: "Directory_1_2",
    category: "Policy",
    activityDisplayName: activity,
    activityDateTime: "2026-11-18T07:42:19.1184512Z",
    loggedByService: "Core Directory",
    operationType: "Update",
    result: "success",
    initiatedBy: { user: { id: objectId, userPrincipalName: "mira.holt@acme.example", ipAddress: "203.0.113.7" } },
    targetResources: [{ id: "1", type: "Policy", displayName: "MFA for everybody", modifiedProperties: [] }],
    additionalDetails: [],
  };
}
