import type { LogSource } from "#src/connector-kit/log-source.ts";

/** `projects/acme/logs/cloudaudit.googleapis.com%2Factivity` → `cloudaudit.googleapis.com%2Factivity` */
const logId = (name: string) => name.split("/logs/").pop() ?? name;

/** Cloud audit logs, and what Google Workspace shares with them. Rules name fields as Elastic or a sink's envelope does. */
export const logSources: readonly LogSource[] = [
  {
    product: "gcp",
    services: ["gcp.audit", "audit", null],
    rulePrefixes: ["data.", "gcp.audit."],
    fields: {
      method_name: ["protoPayload.methodName"],
      service_name: ["protoPayload.serviceName"],
      resource_name: ["protoPayload.resourceName"],
      "authentication_info.principal_email": ["protoPayload.authenticationInfo.principalEmail"],
      "authentication_info.principal_subject": ["protoPayload.authenticationInfo.principalSubject"],
      "authorization_info.permission": ["protoPayload.authorizationInfo.permission"],
      "authorization_info.granted": ["protoPayload.authorizationInfo.granted"],
      "authorization_info.resource": ["protoPayload.authorizationInfo.resource"],
      "request_metadata.caller_ip": ["protoPayload.requestMetadata.callerIp"],
      "request_metadata.caller_supplied_user_agent": ["protoPayload.requestMetadata.callerSuppliedUserAgent"],
      "request.source_ranges": ["protoPayload.request.sourceRanges"],
      "service_data.policy_delta.binding_deltas.role": ["protoPayload.serviceData.policyDelta.bindingDeltas.role"],
      "service_data.policy_delta.binding_deltas.member": ["protoPayload.serviceData.policyDelta.bindingDeltas.member"],
      "protopayload.logname": ["protoPayload.logName", { path: "logName", as: logId }],
      "protopayload.resource.type": ["protoPayload.resource.type", "resource.type"],
    },
    eventPrefixes: ["protoPayload."],
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
