import type { SandboxResponse } from "../../provider.ts";

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm */
export function problem(status: number, errorCode: string, message: string): SandboxResponse {
  return { status, body: [{ message, errorCode }] };
}

export const noContent: SandboxResponse = { status: 204 };

export const notFound = (): SandboxResponse => problem(404, "NOT_FOUND", "The requested resource does not exist");

export const forbidden = (): SandboxResponse =>
  problem(403, "INSUFFICIENT_ACCESS", "insufficient access rights on object id");

export const limitExceeded = (): SandboxResponse =>
  problem(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");

export const expired = (): SandboxResponse => problem(401, "INVALID_SESSION_ID", "Session expired or invalid");

/** `2026-05-02T07:59:12.000+0000` */
export function timeOf(at: number): string {
  return new Date(at).toISOString().replace("Z", "+0000");
}
