import type { SandboxResponse } from "../../provider.ts";

/** An error as Google Cloud's newer APIs write it: https://cloud.google.com/apis/design/errors */
export function cloudError(code: number, status: string, message: string, details?: unknown[]): SandboxResponse {
  return { status: code, body: { error: { code, message, status, ...(details && { details }) } } };
}

function info(reason: string, metadata: Record<string, string>, domain = "googleapis.com"): unknown {
  return { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason, domain, metadata };
}

export function denied(permission: string, resource: string): SandboxResponse {
  const message = `Permission '${permission}' denied on resource '//cloudresourcemanager.googleapis.com/${resource}' (or it may not exist).`;
  return cloudError(403, "PERMISSION_DENIED", message, [
    info("IAM_PERMISSION_DENIED", { permission, resource }, "iam.googleapis.com"),
  ]);
}

/** Cloud Identity names nothing. */
export function groupDenied(): SandboxResponse {
  return cloudError(
    403,
    "PERMISSION_DENIED",
    "Error(2028): Permission denied for resource groups (or it may not exist).",
  );
}

/** It names no time to come back. */
export function tooMany(host: string): SandboxResponse {
  const message = `Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute' of service '${host}'.`;
  return cloudError(429, "RESOURCE_EXHAUSTED", message, [info("RATE_LIMIT_EXCEEDED", { service: host })]);
}

export const invalid = (message: string): SandboxResponse => cloudError(400, "INVALID_ARGUMENT", message);
export const notFound = (what: string): SandboxResponse => cloudError(404, "NOT_FOUND", `${what} was not found.`);
