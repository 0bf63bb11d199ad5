import type { SandboxResponse } from "../../provider.ts";

/** REST errors in Workday's shape. `S22` is its "permission denied", `A0001` its "bad parameter". */
export function restError(
  status: number,
  error: string,
  detail?: { error: string; code?: string; field?: string; location?: string },
): SandboxResponse {
  return { status, body: detail ? { error, errors: [detail] } : { error } };
}

export function invalidToken(): SandboxResponse {
  return {
    status: 401,
    headers: { "www-authenticate": 'Bearer error="invalid_token"' },
    body: {
      error: "invalid_token",
      errors: [{ error: "The access token is invalid, expired or belongs to another tenant." }],
    },
  };
}

export function permissionDenied(scope: string): SandboxResponse {
  return restError(403, "permission denied", { error: `permission denied: ${scope}`, code: "S22" });
}

export function badParameter(field: string, problem: string): SandboxResponse {
  return restError(400, "invalid request", {
    error: problem,
    field,
    location: `Invalid instance field: ${field}`,
    code: "A0001",
  });
}

export function notFound(what: string): SandboxResponse {
  return restError(404, "not found", { error: `${what} not found` });
}

export function tooManyRequests(retryAfterSeconds: number): SandboxResponse {
  return {
    status: 429,
    headers: { "retry-after": String(retryAfterSeconds) },
    body: {
      error: "Too many requests",
      errors: [{ error: "Request rate limit exceeded for the tenant.", code: "A429" }],
    },
  };
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

export function oauthError(status: number, error: string, description: string): SandboxResponse {
  const headers: Record<string, string> = { "cache-control": "no-store" };
  if (status === 401) headers["www-authenticate"] = 'Basic realm="Workday"';
  return { status, headers, body: { error, error_description: description } };
}

export function html(status: number, body: string): SandboxResponse {
  return { status, headers: { "content-type": "text/html;charset=UTF-8", "cache-control": "no-store" }, body };
}

export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
