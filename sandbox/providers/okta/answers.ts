import { randomBytes } from "node:crypto";
import type { SandboxResponse } from "../../provider.ts";

/** https://developer.okta.com/docs/reference/error-codes/ */
export function problem(
  status: number,
  code: string,
  summary: string,
  causes: string[] = [],
  headers: Record<string, string> = {},
): SandboxResponse {
  return {
    status,
    headers,
    body: {
      errorCode: code,
      errorSummary: summary,
      errorLink: code,
      errorId: `oae${randomBytes(12).toString("base64url")}`,
      errorCauses: causes.map((errorSummary) => ({ errorSummary })),
    },
  };
}

export const noContent: SandboxResponse = { status: 204 };

export function ok(body: unknown): SandboxResponse {
  return { status: 200, body };
}

export function notFound(what: string): (id: string) => SandboxResponse {
  return (id) => problem(404, "E0000007", `Not found: Resource not found: ${id} (${what})`);
}

export function invalid(field: string, cause: string): SandboxResponse {
  return problem(400, "E0000001", `Api validation failed: ${field}`, [cause]);
}

export function forbidden(headers: Record<string, string> = {}): SandboxResponse {
  return problem(403, "E0000006", "You do not have permission to perform the requested action", [], headers);
}

export function tooMany(headers: Record<string, string>): SandboxResponse {
  return problem(429, "E0000047", "API call exceeded rate limit due to too many requests.", [], headers);
}

export function badCursor(): SandboxResponse {
  return problem(400, "E0000031", "Invalid search criteria.", ["after: not a cursor"]);
}

export function iso(at: number): string {
  return new Date(at).toISOString();
}
