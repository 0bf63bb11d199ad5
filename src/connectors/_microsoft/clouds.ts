import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import type { RateLimitRule } from "#src/platform/http/rate-limit.ts";

/** Host names of one of Microsoft's clouds. */
export interface Cloud {
  /** Where tokens and consents are given. */
  login: string;
  /** Microsoft Graph. */
  graph: string;
  /** The Office 365 Management Activity API. */
  activity: string;
  /** Azure Resource Manager. */
  resources: string;
}

/**
 * Tenants of the US Government Community Cloud (`gcc`) sign in at the worldwide cloud, and have an audit log of their own.
 * Sources: https://learn.microsoft.com/en-us/graph/deployments,
 * https://learn.microsoft.com/en-us/office/office-365-management-api/office-365-management-activity-api-reference#activity-api-operations
 */
export const clouds = {
  global: {
    login: "login.microsoftonline.com",
    graph: "graph.microsoft.com",
    activity: "manage.office.com",
    resources: "management.azure.com",
  },
  gcc: {
    login: "login.microsoftonline.com",
    graph: "graph.microsoft.com",
    activity: "manage-gcc.office.com",
    resources: "management.azure.com",
  },
  "gcc-high": {
    login: "login.microsoftonline.us",
    graph: "graph.microsoft.us",
    activity: "manage.office365.us",
    resources: "management.usgovcloudapi.net",
  },
  dod: {
    login: "login.microsoftonline.us",
    graph: "dod-graph.microsoft.us",
    activity: "manage.protection.apps.mil",
    resources: "management.usgovcloudapi.net",
  },
} as const satisfies Record<string, Cloud>;

export const cloudNames = Object.keys(clouds) as (keyof typeof clouds)[];

/** Of the setting `cloud`; the worldwide one without it. */
export function cloudOf({ cloud = "global" }: Settings): Cloud {
  return clouds[cloud as keyof typeof clouds] ?? clouds.global;
}

/** The hosts of one kind in all clouds, each once: for `hosts` of a manifest. */
export function hostsOf(...kinds: readonly (keyof Cloud)[]): string[] {
  return [...new Set(kinds.flatMap((kind) => Object.values(clouds).map((cloud) => cloud[kind])))];
}

/**
 * Limits of Graph beside its general one, for each cloud. Reports of audits: five calls in ten seconds. Conditional access and identity
 * protection: one call a second, refused without a time to come back.
 * Source: https://learn.microsoft.com/en-us/graph/throttling-limits
 */
export const graphLimits: readonly RateLimitRule[] = hostsOf("graph").flatMap((host): RateLimitRule[] => [
  { match: `${host}/v1.0/auditLogs`, concurrency: 1, perMinute: 30, defaultWaitSeconds: 10 },
  { match: `${host}/beta/auditLogs`, concurrency: 1, perMinute: 30, defaultWaitSeconds: 10 },
  { match: `${host}/v1.0/identity/conditionalAccess`, concurrency: 1, perMinute: 60, defaultWaitSeconds: 30 },
  { match: `${host}/v1.0/identityProtection`, concurrency: 1, perMinute: 60, defaultWaitSeconds: 30 },
]);

/**
 * Calls of the Management Activity API by one publisher for one tenant: 2,000 a minute to start with.
 * Source: https://learn.microsoft.com/en-us/office/office-365-management-api/office-365-management-activity-api-reference#api-throttling
 */
export const activityLimits: readonly RateLimitRule[] = hostsOf("activity").map((host) => ({
  match: host,
  concurrency: 4,
  perMinute: 2000,
  defaultWaitSeconds: 60,
}));
