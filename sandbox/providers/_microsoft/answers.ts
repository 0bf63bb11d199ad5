import type { SandboxResponse } from "../../provider.ts";

/** How Graph, Azure Resource Manager and the Management Activity API write a refusal. */
export function problem(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): SandboxResponse {
  const innerError = {
    date: new Date().toISOString().slice(0, 19),
    "request-id": "00000000-0000-4000-8000-000000000000",
  };
  return { status, headers, body: { error: { code, message, innerError } } };
}

export const ok = (body: unknown): SandboxResponse => ({ status: 200, body });
export const created = (body: unknown): SandboxResponse => ({ status: 201, body });
export const noContent: SandboxResponse = { status: 204 };

export const notFound = (id: string): SandboxResponse =>
  problem(
    404,
    "Request_ResourceNotFound",
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );

export const badRequest = (message: string): SandboxResponse => problem(400, "Request_BadRequest", message);

export const denied: SandboxResponse = problem(
  403,
  "Authorization_RequestDenied",
  "Insufficient privileges to complete the operation.",
);

export const withoutPremium: SandboxResponse = problem(
  403,
  "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
  "Neither tenant is B2C or tenant doesn't have premium license",
);

export const tooMany = (seconds: number): SandboxResponse =>
  problem(429, "TooManyRequests", "Too many requests", { "retry-after": String(seconds) });
