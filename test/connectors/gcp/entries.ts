/** Entries of audit logs, shaped by https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog */

export interface Differing {
  payload?: Record<string, unknown>;
  [field: string]: unknown;
}

/** An entry of Acme's production project; what is given replaces or adds to it. */
export function entry(methodName: string, { payload = {}, ...fields }: Differing = {}): Record<string, unknown> {
  return {
    insertId: "1k2m3n4p",
    logName: "projects/acme-prod/logs/cloudaudit.googleapis.com%2Factivity",
    timestamp: "2026-11-18T07:42:19.118273Z",
    receiveTimestamp: "2026-11-18T07:42:19.900112334Z",
    severity: "NOTICE",
    resource: { type: "project", labels: { project_id: "acme-prod" } },
    ...fields,
    protoPayload: {
      "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
      serviceName: "compute.googleapis.com",
      methodName,
      resourceName: "projects/acme-prod",
      status: {},
      authenticationInfo: { principalEmail: "Mira.Holt@acme.test" },
      requestMetadata: { callerIp: "192.0.2.7", callerSuppliedUserAgent: "google-cloud-sdk gcloud/501" },
      ...payload,
    },
  };
}

/** An event that Google Workspace shares with Google Cloud. */
export function shared(methodName: string, parameter: Record<string, string>, payload: Record<string, unknown> = {}) {
  return entry(methodName, {
    logName: "organizations/123456789012/logs/cloudaudit.googleapis.com%2Fdata_access",
    resource: { type: "audited_resource", labels: { service: "login.googleapis.com", method: methodName } },
    payload: {
      serviceName: "login.googleapis.com",
      resourceName: "organizations/123456789012",
      metadata: {
        event: [{ eventName: "x", parameter: Object.entries(parameter).map(([name, value]) => ({ name, value })) }],
      },
      ...payload,
    },
  });
}
