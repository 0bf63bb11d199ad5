import type { SandboxResponse } from "../../provider.ts";

const statuses: Record<number, string> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  409: "ALREADY_EXISTS",
  412: "FAILED_PRECONDITION",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
};

/** An error as Google's older APIs write it, with a reason. https://developers.google.com/workspace/admin/directory/v1/limits */
export function googleError(
  status: number,
  reason: string,
  message: string,
  more: { headers?: Record<string, string>; domain?: string; details?: unknown[] } = {},
): SandboxResponse {
  const { headers, domain = "global", details } = more;
  return {
    status,
    ...(headers && { headers }),
    body: {
      error: {
        code: status,
        message,
        errors: [{ message, domain, reason }],
        ...(statuses[status] && { status: statuses[status] }),
        ...(details && { details }),
      },
    },
  };
}

/** Without a token, or with one that is no longer good. */
export function badToken(): SandboxResponse {
  const message =
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.";
  return googleError(401, "authError", message, {
    headers: { "www-authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"' },
  });
}

/** Google names every scope that would do. */
export function insufficientScope(scopes: readonly string[]): SandboxResponse {
  const challenge = `Bearer realm="https://accounts.google.com/", error="insufficient_scope", scope="${scopes.join(" ")}"`;
  return googleError(403, "insufficientPermissions", "Request had insufficient authentication scopes.", {
    headers: { "www-authenticate": challenge },
    details: [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        domain: "googleapis.com",
      },
    ],
  });
}

/** The Directory API's way of asking for a pause; it names no time. */
export function rateLimited(): SandboxResponse {
  return googleError(
    403,
    "userRateLimitExceeded",
    "User Rate Limit Exceeded. Rate of requests for user exceed configured project quota.",
    {
      domain: "usageLimits",
    },
  );
}
