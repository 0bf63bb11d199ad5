import type { SandboxResponse } from "../../provider.ts";

export function ok(body: unknown): SandboxResponse {
  return { status: 200, body };
}

/** `path/not_found` as the error of a route; the last part of a summary is noise. https://www.dropbox.com/developers/documentation/http/documentation#error-handling */
export function routeError(...tags: string[]): SandboxResponse {
  return refusal(409, tags);
}

export function authError(tag: string, more: Record<string, unknown> = {}): SandboxResponse {
  return { status: 401, body: { error_summary: `${tag}/..`, error: { ".tag": tag, ...more } } };
}

export function refusal(status: number, tags: readonly string[]): SandboxResponse {
  return { status, body: { error_summary: `${tags.join("/")}/.`, error: nested(tags) } };
}

function nested([tag = "other", ...inner]: readonly string[]): Record<string, unknown> {
  return inner.length === 0 ? { ".tag": tag } : { ".tag": tag, [tag]: nested(inner) };
}

/** Arguments that a route cannot read are answered in plain text. */
export function badRequest(route: string, reason: string): SandboxResponse {
  const body = `Error in call to API function "${route}": ${reason}`;
  return { status: 400, headers: { "content-type": "text/plain; charset=utf-8" }, body };
}

export function tooMany(seconds: number): SandboxResponse {
  return {
    status: 429,
    headers: { "retry-after": String(seconds) },
    body: {
      error_summary: "too_many_requests/..",
      error: { reason: { ".tag": "too_many_requests" }, retry_after: seconds },
    },
  };
}

/** Dropbox knows no milliseconds. */
export function timeOf(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}

export function tag(name: string): { ".tag": string } {
  return { ".tag": name };
}
