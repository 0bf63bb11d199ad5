import type { SandboxResponse } from "../../provider.ts";

/** https://www.servicenow.com/docs/r/api-reference/rest-apis/c_RESTAPI.html */
export function problem(status: number, message: string, detail: string | null = null): SandboxResponse {
  return { status, body: { error: { message, detail }, status: "failure" } };
}

export const noRecord = (): SandboxResponse =>
  problem(404, "No Record found", "Record doesn't exist or ACL restricts the record retrieval");

export const forbidden = (): SandboxResponse => problem(403, "User Not Authorized", "Failed API level ACL Validation");

export const notAuthenticated = (): SandboxResponse =>
  problem(401, "User Not Authenticated", "Required to provide Auth information");

/** `2026-05-02 07:51:26`, in UTC. */
export function timeOf(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace("T", " ");
}
