import type { SandboxResponse } from "../../provider.ts";

export const ok = (body: unknown, headers: Record<string, string> = {}): SandboxResponse => ({
  status: 200,
  body,
  headers,
});

/** /api/1 wraps what went wrong in `status`, /api/2 does not. https://developers.onelogin.com/api-docs/1/getting-started/dev-overview */
export function refusal(version: 1 | 2, code: number, name: string, message: string): SandboxResponse {
  const body =
    version === 2
      ? { statusCode: code, name: `${name}Error`, message }
      : { status: { error: true, code, type: name, message } };
  return { status: code, body };
}

/** The envelope of /api/1. */
export function envelope(data: unknown[], next: string | undefined): SandboxResponse {
  return ok({
    status: { error: false, code: 200, type: "success", message: "Success" },
    pagination: { before_cursor: null, after_cursor: next ?? null, previous_link: null, next_link: null },
    data,
  });
}

export const success = ok({ status: { error: false, code: 200, type: "success", message: "Success" } });
