import type { LogSource } from "#src/connector-kit/log-source.ts";
import { activityName, entraLogs, otherThan } from "../_microsoft/entra-logs.ts";

/**
 * The activity log of subscriptions.
 * Source: https://learn.microsoft.com/en-us/azure/azure-monitor/platform/activity-log-schema
 */
const subscriptionLog: LogSource = {
  product: "azure",
  services: ["activitylogs"],
  fields: {
    operationname: ["operationName.value", "operationName"],
    operationnamevalue: ["operationNameValue", "operationName.value"],
    categoryvalue: ["categoryValue", "category.value", "category"],
    resourceprovidervalue: ["resourceProviderValue", "resourceProviderName.value"],
    resourceid: ["resourceId"],
    "properties.message": ["properties.message", "operationName.localizedValue", ...activityName],
    status: ["status.value", "status", "gatehouse.outcome"],
  },
  eventPrefixes: ["properties."],
  // Some rules for it speak of the directory's audits.
  notWith: otherThan("subscriptionActivities", "audits"),
};

export const logSources: readonly LogSource[] = [...entraLogs, subscriptionLog];
