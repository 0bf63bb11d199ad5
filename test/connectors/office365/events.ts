/** Events in the provider's own shape, of an invented tenant. */

/** A record of the unified audit log. */
export function recorded(Operation: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    CreationTime: "2026-11-18T07:42:19",
    Id: "3f7c2f0e-0000-4000-8000-5d1f3e9a0001",
    Operation,
    OrganizationId: "9a0f2b11-0000-4000-8000-000000000001",
    RecordType: 6,
    UserKey: "i:0h.f|membership|1003200112345678@live.com",
    UserType: 0,
    Version: 1,
    Workload: "OneDrive",
    ClientIP: "203.0.113.9",
    UserId: "mara.lind@fabrikam.example",
    ...more,
  };
}

/** A cmdlet of Exchange. */
export function ran(Operation: string, parameters: Record<string, string>, more: Record<string, unknown> = {}) {
  return recorded(Operation, {
    ...{ RecordType: 1, Workload: "Exchange", UserType: 2, ResultStatus: "True", ObjectId: "mara.lind" },
    Parameters: Object.entries(parameters).map(([Name, Value]) => ({ Name, Value })),
    ...more,
  });
}

/** An audit of the directory. */
export function audited(activityDisplayName: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: "Directory_6f0c1f2e_1QXZ_88453290",
    category: "UserManagement",
    correlationId: "6f0c1f2e-0000-4000-8000-000000000002",
    result: "success",
    resultReason: "",
    activityDisplayName,
    activityDateTime: "2026-11-18T07:42:19.5712309Z",
    loggedByService: "Core Directory",
    operationType: "Update",
    initiatedBy: {
      user: {
        ...{ id: "5b1f0e6a-8d0c-4b7e-9a7d-1c2e3f4a5b6c", displayName: null },
        ...{ userPrincipalName: "root@fabrikam.example", ipAddress: "203.0.113.4" },
      },
      app: null,
    },
    targetResources: [
      {
        ...{ id: "7d3c1b52-0f5e-4f0a-9c84-2b6f1f9a5e10", displayName: "Mara Lind", type: "User" },
        ...{ userPrincipalName: "mara.lind@fabrikam.example", modifiedProperties: [] },
      },
    ],
    additionalDetails: [],
    ...more,
  };
}

/** A sign-in. */
export function signedIn(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: "66ea54eb-0000-4000-8000-ff5a759b0100",
    createdDateTime: "2026-11-18T07:42:19Z",
    userDisplayName: "Mara Lind",
    userPrincipalName: "mara.lind@fabrikam.example",
    userId: "7d3c1b52-0f5e-4f0a-9c84-2b6f1f9a5e10",
    appId: "d3590ed6-52b3-4102-aeff-aad2292ab01c",
    appDisplayName: "Microsoft Office",
    ipAddress: "203.0.113.9",
    clientAppUsed: "Browser",
    correlationId: "d79f5bee-0000-4000-8000-3133e22ae912",
    conditionalAccessStatus: "notApplied",
    isInteractive: true,
    resourceDisplayName: "Microsoft Graph",
    status: { errorCode: 0, failureReason: "Other.", additionalDetails: null },
    location: { city: "Hamburg", state: "Hamburg", countryOrRegion: "DE" },
    ...more,
  };
}
