import type { SandboxResponse } from "../../provider.ts";

/** https://developers.egnyte.com/docs/read/Best_Practices */
export function refused(status: number, description: string, headers: Record<string, string> = {}): SandboxResponse {
  return { status, headers, body: { Errors: [{ description, code: String(status) }] } };
}

/** The gateway before the API answers calls that are too many. */
export function overRate(seconds: number, code = "ERR_403_DEVELOPER_OVER_RATE"): SandboxResponse {
  return {
    status: 403,
    headers: { "x-mashery-error-code": code, "retry-after": String(seconds), "content-type": "text/xml" },
    body: "<h1>Developer Over Rate</h1>",
  };
}

/** `2026-02-01T09:00:00Z` */
export function seconds(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
