import type { SandboxRequest, SandboxResponse } from "../../provider.ts";

type Api = "web" | "audit" | "scim";

/** slack.com has the Web API; api.slack.com audit logs and SCIM, which answer with statuses of their own. */
export function apiOf({ path }: Pick<SandboxRequest, "path">): Api {
  return path.startsWith("/audit/") ? "audit" : path.startsWith("/scim/") ? "scim" : "web";
}

export const ok = (body: Record<string, unknown> = {}): SandboxResponse => ({
  status: 200,
  body: { ok: true, ...body },
});
export const failed = (error: string, more: Record<string, unknown> = {}): SandboxResponse => ({
  status: 200,
  body: { ok: false, error, ...more },
});

/** A refusal as the API that was asked writes it. */
export function refusal(
  request: SandboxRequest,
  status: number,
  error: string,
  more: Record<string, unknown> = {},
): SandboxResponse {
  const api = apiOf(request);
  if (api === "web") return failed(error, more);
  if (api === "audit") return { status, body: { ok: false, error, ...more } };
  return { status, body: { Errors: { description: error, code: status } } };
}

/** 429 with the seconds everywhere. https://docs.slack.dev/apis/web-api/rate-limits */
export const tooMany = (seconds: number): SandboxResponse => ({
  status: 429,
  headers: { "retry-after": String(seconds) },
  body: { ok: false, error: "ratelimited" },
});

export const seconds = (at: number): number => Math.floor(at / 1000);
