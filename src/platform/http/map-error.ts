/** Our error for a provider's unsuccessful answer, by status. */
import {
  ProviderAuthError,
  type ProviderError,
  ProviderNotFoundError,
  ProviderRequestError,
  ProviderResponseError,
  ProviderScopeError,
  ProviderUnavailableError,
} from "#src/errors.ts";
import { providerMessage } from "./redact.ts";

export interface FailedAnswer {
  status: number;
  headers: Headers;
  body: unknown;
}

export function errorByStatus(
  { status, headers, body }: FailedAnswer,
  label: string,
  secrets: readonly string[],
): ProviderError {
  const said = providerMessage(body, secrets);
  const message = `${label} answered ${status}${said ? `: ${said}` : "."}`;
  if (isFromBetween(status, body))
    return new ProviderUnavailableError(`${label} answered ${status} with a web page.`, { status });
  if (status === 401 || (status === 400 && refusesGrant(body))) return new ProviderAuthError(message, { status });
  if (status === 403) return new ProviderScopeError(message, missingScopes(headers), { status });
  if (status === 404) return new ProviderNotFoundError(message, { status });
  if (status === 408 || status >= 500) return new ProviderUnavailableError(message, { status });
  if (status >= 400) return new ProviderRequestError(message, { status });
  return new ProviderResponseError(message, "$", { status });
}

/**
 * A refusal with a web page comes from a firewall or proxy on the way: an API refuses in its own format. It passes, and is neither a missing
 * permission nor a withdrawn credential.
 */
export function isFromBetween(status: number, body: unknown): boolean {
  return (status === 400 || status === 403) && typeof body === "string" && webPage.test(body);
}

const webPage = /^\s*(?:<!--[\s\S]{0,500}?-->\s*)?<(?:!doctype\s+html|html)\b/i;

/** The OAuth errors that only a new consent or credential resolves: https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
function refusesGrant(body: unknown): boolean {
  const error = (body as { error?: unknown } | null)?.error;
  return error === "invalid_grant" || error === "invalid_client" || error === "unauthorized_client";
}

/** https://www.rfc-editor.org/rfc/rfc6750#section-3 */
function missingScopes(headers: Headers): string[] {
  const scope = /\bscope="([^"]*)"/i.exec(headers.get("www-authenticate") ?? "")?.[1];
  return scope?.split(/\s+/).filter(Boolean) ?? [];
}
