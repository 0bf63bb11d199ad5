import { randomBytes } from "node:crypto";
import type { SandboxRequest, SandboxResponse } from "../../provider.ts";

/** https://developer.box.com/guides/api-calls/permissions-and-errors/common-errors/ */
export function problem(
  status: number,
  code: string,
  message: string,
  more: { context_info?: Record<string, unknown>; headers?: Record<string, string> } = {},
): SandboxResponse {
  const { context_info, headers = {} } = more;
  return {
    status,
    headers,
    body: {
      type: "error",
      status,
      code,
      ...(context_info && { context_info }),
      help_url: "http://developers.box.com/docs/#errors",
      message,
      request_id: randomBytes(8).toString("hex"),
    },
  };
}

export function ok(body: unknown, status = 200): SandboxResponse {
  return { status, body };
}

export const noContent: SandboxResponse = { status: 204 };

export function notFound(): SandboxResponse {
  return problem(404, "not_found", "Not Found");
}

export function badRequest(name: string, message: string): SandboxResponse {
  return problem(400, "bad_request", "Bad Request", {
    context_info: { errors: [{ reason: "invalid_parameter", name, message }] },
  });
}

export function forbidden(): SandboxResponse {
  return problem(403, "access_denied_insufficient_permissions", "Access denied - insufficient permission");
}

/** Box writes times of the Pacific coast, to the second. */
export function timeOf(at: number): string {
  const shifted = new Date(at - 8 * 3_600_000);
  return `${shifted.toISOString().slice(0, 19)}-08:00`;
}

/** The fields that were asked for beside type and id; without the parameter all of them. */
export function chosen(record: Record<string, unknown>, request: SandboxRequest): Record<string, unknown> {
  const asked = request.query.get("fields");
  if (asked === null) return record;
  const names = new Set(["type", "id", "etag", ...asked.split(",")]);
  return Object.fromEntries(Object.entries(record).filter(([name]) => names.has(name)));
}
