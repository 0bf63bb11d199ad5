import type { SandboxRequest } from "../provider.ts";

/** The body of a JSON request; an empty one is `{}`. Undefined when it is not a JSON object. */
export function jsonBody(request: SandboxRequest): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(request.body.toString("utf8") || "{}");
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

export function formBody(request: SandboxRequest): URLSearchParams {
  return new URLSearchParams(request.body.toString("utf8"));
}

/** Parameters of a token request: a form, as RFC 6749 has it, or a flat JSON object, which some providers take, too. */
export function parametersOf(request: SandboxRequest): URLSearchParams {
  if (!/^application\/json/i.test(request.headers["content-type"] ?? "")) return formBody(request);
  return new URLSearchParams(Object.entries(jsonBody(request) ?? {}).map(([name, value]) => [name, String(value)]));
}

/** For providers that take both: JSON or form, as the content type states. */
export function bodyOf(request: SandboxRequest): Record<string, unknown> | undefined {
  const isForm = /^application\/x-www-form-urlencoded/i.test(request.headers["content-type"] ?? "");
  return isForm ? Object.fromEntries(formBody(request)) : jsonBody(request);
}

/** The secret of `Authorization: <scheme> <secret>`; the scheme is compared without regard to case. */
export function credentialOf(request: SandboxRequest, scheme: string): string | undefined {
  const [, given, secret] = /^(\S+)\s+(\S+)$/.exec(request.headers.authorization ?? "") ?? [];
  return given?.toLowerCase() === scheme.toLowerCase() ? secret : undefined;
}
