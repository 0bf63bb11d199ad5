import type { Subscription } from "./subscriptions.ts";

/** What a subscription has that can be set well or badly. */
export interface Estate {
  diagnosticSettings: Record<string, unknown>[];
  activityLogAlerts: Record<string, unknown>[];
  pricings: Record<string, unknown>[];
  securityContacts: Record<string, unknown>[];
  secureScores: Record<string, unknown>[];
  assessments: Record<string, unknown>[];
  storageAccounts: Record<string, unknown>[];
  /** As Resource Graph has them. */
  resources: Record<string, unknown>[];
}

export interface Settings {
  securityDefaults: boolean;
  authorizationPolicy: Record<string, unknown>;
  conditionalAccess: Record<string, unknown>[];
  estates: ReadonlyMap<string, Estate>;
}

export function defaultSettings(subscriptions: readonly Subscription[]): Settings {
  return {
    securityDefaults: false,
    authorizationPolicy: {
      id: "authorizationPolicy",
      displayName: "Authorization Policy",
      allowInvitesFrom: "everyone",
      guestUserRoleId: "10dae51f-b6af-4016-8d66-8c2a99b929b3",
      allowedToUseSSPR: true,
      blockMsolPowerShell: false,
      defaultUserRolePermissions: {
        allowedToCreateApps: false,
        allowedToCreateSecurityGroups: true,
        allowedToCreateTenants: false,
        allowedToReadOtherUsers: true,
        permissionGrantPoliciesAssigned: [],
      },
    },
    conditionalAccess: [
      {
        id: "7c0a1f6e-3a52-4d0e-8f0b-6c8b0b1d2a11",
        displayName: "MFA for everybody",
        state: "enabled",
        createdDateTime: "2025-01-08T10:00:00Z",
        conditions: {
          clientAppTypes: ["all"],
          users: {
            includeUsers: ["All"],
            excludeUsers: [],
            includeRoles: [],
            excludeRoles: [],
            includeGroups: [],
            excludeGroups: [],
          },
          applications: { includeApplications: ["All"], excludeApplications: [], includeUserActions: [] },
          signInRiskLevels: [],
          userRiskLevels: [],
        },
        grantControls: { operator: "OR", builtInControls: ["mfa"], customAuthenticationFactors: [], termsOfUse: [] },
      },
    ],
    estates: new Map(subscriptions.map(({ id }, index) => [id, estateOf(`/subscriptions/${id}`, index === 0)])),
  };
}

/** The first is kept in order, the others less so. */
function estateOf(scope: string, isTidy: boolean): Estate {
  const shop = `${scope}/resourceGroups/shop/providers`;
  const security = (type: string, name: string, properties: Record<string, unknown>) => ({
    ...{
      id: `${scope}/providers/Microsoft.Security/${type}/${name}`,
      name,
      type: `Microsoft.Security/${type}`,
      properties,
    },
  });
  const categories = [
    "Administrative",
    "Security",
    "ServiceHealth",
    "Alert",
    "Recommendation",
    "Policy",
    "Autoscale",
    "ResourceHealth",
  ];
  return {
    diagnosticSettings: isTidy
      ? [
          {
            id: `${scope}/providers/microsoft.insights/diagnosticSettings/to-workspace`,
            type: "Microsoft.Insights/diagnosticSettings",
            name: "to-workspace",
            properties: {
              workspaceId: `${shop}/Microsoft.OperationalInsights/workspaces/central`,
              logs: categories.map((category) => ({
                category,
                enabled: true,
                retentionPolicy: { enabled: false, days: 0 },
              })),
              metrics: [],
            },
          },
        ]
      : [],
    activityLogAlerts: isTidy ? [alertOn(scope, shop, "Microsoft.Authorization/policyAssignments/write")] : [],
    pricings: ["VirtualMachines", "StorageAccounts", "KeyVaults", "Arm", "SqlServers", "Containers"].map((name) =>
      security("pricings", name, { pricingTier: isTidy ? "Standard" : "Free", freeTrialRemainingTime: "P0D" }),
    ),
    securityContacts: isTidy
      ? [
          security("securityContacts", "default1", {
            email: "soc@acme.example",
            phone: "",
            alertNotifications: "On",
            alertsToAdmins: "On",
          }),
        ]
      : [],
    secureScores: [
      security("secureScores", "ascScore", {
        displayName: "ASC score",
        score: { max: 58, current: isTidy ? 49.3 : 31, percentage: isTidy ? 0.85 : 0.5345 },
        weight: 112,
      }),
    ],
    assessments: [
      assessment(
        shop,
        "94208a8b-16e8-4e5b-abbd-4e81c9d02bee",
        "Auditing on SQL server should be enabled",
        "Low",
        isTidy,
      ),
      assessment(
        shop,
        "22489c48-27d1-4e40-9420-4303ad9cffef",
        "Guest accounts with owner permissions should be removed",
        "High",
        isTidy,
      ),
      assessment(
        shop,
        "1195afff-c881-495e-9bc5-1486211ae03f",
        "Machines should have vulnerability findings resolved",
        "Low",
        false,
      ),
    ],
    storageAccounts: [
      storageAccount(shop, "shopdata", true),
      ...(isTidy ? [] : [storageAccount(shop, "labdata", false)]),
    ],
    resources: [
      resource(shop, "microsoft.network/networksecuritygroups", "edge", {
        provisioningState: "Succeeded",
        securityRules: [
          { name: "allow-https", properties: ruleOf("443", "*", 100) },
          { name: "allow-ssh", properties: ruleOf("22", isTidy ? "198.51.100.0/24" : "Internet", 110) },
        ],
      }),
      resource(shop, "microsoft.keyvault/vaults", "shop-keys", {
        sku: { family: "A", name: "standard" },
        ...{
          enableSoftDelete: true,
          enableRbacAuthorization: isTidy,
          publicNetworkAccess: isTidy ? "Disabled" : "Enabled",
        },
        ...(isTidy && { enablePurgeProtection: true }),
      }),
      resource(shop, "microsoft.sql/servers", "shop-sql", {
        version: "12.0",
        ...{ minimalTlsVersion: "1.2", publicNetworkAccess: isTidy ? "Disabled" : "Enabled" },
        administrators: { administratorType: "ActiveDirectory", login: "dba", azureADOnlyAuthentication: isTidy },
      }),
    ],
  };
}

function alertOn(scope: string, shop: string, operation: string): Record<string, unknown> {
  return {
    id: `${shop}/microsoft.insights/activityLogAlerts/policy-changes`,
    type: "Microsoft.Insights/ActivityLogAlerts",
    name: "policy-changes",
    location: "global",
    properties: {
      scopes: [scope],
      enabled: true,
      condition: {
        allOf: [
          { field: "category", equals: "Administrative" },
          { field: "operationName", equals: operation },
        ],
      },
      actions: { actionGroups: [] },
    },
  };
}

function assessment(
  shop: string,
  name: string,
  displayName: string,
  severity: string,
  isHealthy: boolean,
): Record<string, unknown> {
  const on = `${shop}/Microsoft.Sql/servers/shop-sql`;
  return {
    id: `${on}/providers/Microsoft.Security/assessments/${name}`,
    type: "Microsoft.Security/assessments",
    name,
    properties: {
      displayName,
      status: {
        code: isHealthy ? "Healthy" : "Unhealthy",
        firstEvaluationDate: "2026-02-01T00:00:00Z",
        statusChangeDate: "2026-02-01T00:00:00Z",
      },
      resourceDetails: { source: "Azure", id: on },
      metadata: { displayName, severity, assessmentType: "BuiltIn" },
    },
  };
}

function storageAccount(shop: string, name: string, isTidy: boolean): Record<string, unknown> {
  return {
    id: `${shop}/Microsoft.Storage/storageAccounts/${name}`,
    name,
    type: "Microsoft.Storage/storageAccounts",
    location: "westeurope",
    kind: "StorageV2",
    sku: { name: "Standard_LRS", tier: "Standard" },
    tags: {},
    properties: {
      provisioningState: "Succeeded",
      creationTime: "2025-02-03T08:00:00.0000000Z",
      accessTier: "Hot",
      allowBlobPublicAccess: !isTidy,
      allowCrossTenantReplication: !isTidy,
      allowSharedKeyAccess: !isTidy,
      minimumTlsVersion: isTidy ? "TLS1_2" : "TLS1_0",
      publicNetworkAccess: "Enabled",
      supportsHttpsTrafficOnly: true,
      networkAcls: {
        bypass: "AzureServices",
        defaultAction: isTidy ? "Deny" : "Allow",
        ipRules: [],
        virtualNetworkRules: [],
      },
    },
  };
}

function ruleOf(port: string, source: string, priority: number): Record<string, unknown> {
  return {
    ...{ access: "Allow", direction: "Inbound", protocol: "Tcp", priority },
    ...{ sourceAddressPrefix: source, sourceAddressPrefixes: [], sourcePortRange: "*" },
    ...{ destinationAddressPrefix: "*", destinationPortRange: port, destinationPortRanges: [] },
  };
}

function resource(
  shop: string,
  type: string,
  name: string,
  properties: Record<string, unknown>,
): Record<string, unknown> {
  return { id: `${shop}/${type}/${name}`, name, type, location: "westeurope", properties };
}
