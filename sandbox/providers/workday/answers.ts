import type { SandboxResponse } from "../../provider.ts";

/** REST errors in Workday's shape. `S22` is its "permission denied", `A0001` its "bad parameter". */
function restError(
  status: number,
  error: string,
  detail: { error: string; code?: string; field?: string; location?: string },
  headers: Record<string, string> = {},
): SandboxResponse {
  return { status, headers, body: { error, errors: [detail] } };
}

export function invalidToken(): SandboxResponse {
  const error = "The access token is invalid, expired or belongs to another tenant.";
  return restError(401, "invalid_token", { error }, { "www-authenticate": 'Bearer error="invalid_token"' });
}

export function permissionDenied(scope: string): SandboxResponse {
  return restError(403, "permission denied", { error: `permission denied: ${scope}`, code: "S22" });
}

export function badParameter(field: string, problem: string): SandboxResponse {
  const location = `Invalid instance field: ${field}`;
  return restError(400, "invalid request", { error: problem, field, location, code: "A0001" });
}

export function notFound(what: string): SandboxResponse {
  return restError(404, "not found", { error: `${what} not found` });
}

export function tooManyRequests(retryAfterSeconds: number): SandboxResponse {
  const detail = { error: "Request rate limit exceeded for the tenant.", code: "A429" };
  return restError(429, "Too many requests", detail, { "retry-after": String(retryAfterSeconds) });
}

/** What a maintenance window or an overloaded tenant answers: a page for people, whatever was asked. */
export function maintenance(status: number): SandboxResponse {
  return {
    status,
    headers: { "content-type": "text/html;charset=UTF-8" },
    body: `<!DOCTYPE html>
<html><head><title>Workday is currently unavailable.</title></head>
<body><h1>Workday is currently unavailable.</h1>
<p>Your service will be unavailable during the maintenance window. Please try again later.</p></body></html>
`,
  };
}
