import type { SandboxRequest, SandboxResponse } from "../../provider.ts";

export const ok = (body: unknown): SandboxResponse => ({ status: 200, body });
export const none: SandboxResponse = { status: 204 };
export const notFound = (): SandboxResponse => ({
  status: 404,
  body: { error: "RecordNotFound", description: "Not found" },
});
export const forbidden = (scope: string): SandboxResponse => ({
  status: 403,
  body: { error: "Forbidden", description: `Missing the following required scopes: ${scope}` },
});
export const notOfPlan = (): SandboxResponse => ({
  status: 403,
  body: {
    error: {
      title: "Forbidden",
      message: "You do not have access to this page. Please contact the account owner for further help.",
    },
  },
});
export const badToken = (): SandboxResponse => ({
  status: 401,
  body: {
    error: "invalid_token",
    error_description: "The access token provided is expired, revoked, malformed or invalid for other reasons.",
  },
});
export const badLogin = (): SandboxResponse => ({ status: 401, body: { error: "Couldn't authenticate you" } });
export const invalid = (details: unknown): SandboxResponse => ({
  status: 422,
  body: { error: "RecordInvalid", description: "Record validation errors", details },
});
export const tooMany = (seconds: number): SandboxResponse => ({
  status: 429,
  headers: { "retry-after": String(seconds), "x-rate-limit-remaining": "0" },
  body: { error: "APIRateLimitExceeded", description: "Number of allowed API requests per minute exceeded" },
});

/** Cursor pages: `meta` and `links`. The last page has a cursor as well. */
export function paged(
  request: SandboxRequest,
  list: string,
  { records, next }: { records: unknown[]; next: string | undefined },
): SandboxResponse {
  const query = new URLSearchParams(request.query);
  query.set("page[after]", next ?? "");
  const cursor = next ?? "bGFzdA==";
  return ok({
    [list]: records,
    meta: { has_more: next !== undefined, after_cursor: cursor, before_cursor: "YmVmb3Jl" },
    links: { next: next === undefined ? null : `https://${request.host}${request.path}?${query}`, prev: null },
  });
}

/** Zendesk knows seconds. */
export const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
