import type { LogSource } from "#src/connector-kit/log-source.ts";

/** `projects/acme/logs/cloudaudit.googleapis.com%2Factivity` → `cloudaudit.googleapis.com%2Factivity` */
const logId = (name: string) => name.split("/logs/").pop() ?? name;

/** Cloud audit logs, and what Google Workspace shares with them. Rules name fields as Elastic or a sink's envelope does. */
export const logSources: readonly LogSource[] = [
  {
    product: "gcp",
    services: ["gcp.audit", "audit", null],
    rulePrefixes: ["data."],
    fields: {
      "gcp.audit.method_name": ["protoPayload.methodName"],
      "gcp.audit.service_name": ["protoPayload.serviceName"],
      "gcp.audit.resource_name": ["protoPayload.resourceName"],
      "gcp.audit.authentication_info.principal_email": ["protoPayload.authenticationInfo.principalEmail"],
      "protopayload.logname": ["protoPayload.logName", { path: "logName", as: logId }],
      "protopayload.resource.type": ["protoPayload.resource.type", "resource.type"],
    },
  },
  {
    product: "gcp",
    services: ["google_workspace.admin", "google_workspace.login"],
    fields: {
      eventservice: ["protoPayload.serviceName"],
      eventname: ["protoPayload.metadata.event.eventName"],
    },
    eventPrefixes: ["protoPayload.metadata.event.parameter."],
  },
];
