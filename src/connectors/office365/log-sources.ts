import type { LogSource } from "#src/connector-kit/log-source.ts";
import { entraLogs, otherThan } from "../_microsoft/entra-logs.ts";

/**
 * The unified audit log. Alerts in it (`SecurityComplianceCenter`) carry their rule's title as `Name`.
 * Source: https://learn.microsoft.com/en-us/office/office-365-management-api/office-365-management-activity-api-schema
 */
const unifiedAudit: LogSource = {
  product: "m365",
  services: ["audit", "exchange", "threat_management", "threat_detection", null],
  eventNameField: "Operation",
  fields: {
    eventsource: ["eventSource", "Workload", "Source"],
    eventname: ["eventName", "Name", "Operation"],
    status: ["ResultStatus", "gatehouse.outcome", "Status"],
    payload: ["Payload", "Data", "Parameters"],
  },
  notWith: otherThan("unifiedAudit"),
};

export const logSources: readonly LogSource[] = [...entraLogs, unifiedAudit];
