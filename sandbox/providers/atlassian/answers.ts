import type { SandboxRequest, SandboxResponse } from "../../provider.ts";

export const ok = (body: unknown): SandboxResponse => ({ status: 200, body });
export const none: SandboxResponse = { status: 204 };

/** https://developer.atlassian.com/cloud/admin/organization/rest/intro/#status-codes */
export function problem(status: number, title: string, detail: string): SandboxResponse {
  return {
    status,
    body: { errors: [{ id: "sandbox", status: String(status), code: `ADMIN-${status}-1`, title, detail }] },
  };
}
export const notFound = (): SandboxResponse => problem(404, "Not Found", "The resource was not found.");
export const forbidden = (): SandboxResponse => problem(403, "Forbidden", "The API key is not allowed to do this.");
export const badKey = (): SandboxResponse => problem(401, "Unauthorized", "The API key is not valid.");

/** The next page as an address in v1, as the bare cursor in v2. */
export function paged(
  request: SandboxRequest,
  { entries, nextToken }: { entries: unknown[]; nextToken: string | undefined },
): SandboxResponse {
  const address = `https://${request.host}${request.path}?cursor=${nextToken}`;
  const next = nextToken === undefined ? null : request.path.startsWith("/admin/v2") ? nextToken : address;
  return ok({ data: entries, links: { self: `https://${request.host}${request.path}`, prev: null, next } });
}
