import { listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ProviderAuthError, ProviderRequestError, ProviderScopeError, ProviderUnavailableError } from "#src/errors.ts";

interface Failed {
  status: number;
  headers: Headers;
  body: unknown;
}

/**
 * Workday fails in four languages: OAuth errors, REST errors (`S22` is "permission denied"), SOAP faults (always with
 * status 500, refused credentials included), and a page for people during maintenance. Null: judge by the status.
 */
export function mapError({ status, body }: Failed): Error | null {
  if (typeof body === "string") {
    if (/:Fault[\s>]|<Fault[\s>]/.test(body)) return errorOfFault(body, status);
    return /^\s*<(!doctype|html)/i.test(body)
      ? new ProviderUnavailableError("Workday is not available at the moment: it answers with a maintenance page.", {
          status,
        })
      : null;
  }
  const { error, errors } = objectOf(body);
  if ((status === 400 || status === 401) && typeof error === "string" && error in oauthErrors)
    return new ProviderAuthError(oauthErrors[error] as string, { status });
  const detail = objectOf(listOf(errors)[0]);
  if (status === 403) {
    const domain = /permission denied: (.+)/i.exec(textOf(detail.error) ?? "")?.[1]?.trim();
    return new ProviderScopeError(
      domain
        ? `Workday denies access: the permission "${domain}" is missing.`
        : "Workday denies access: a domain policy or functional area is missing.",
      domain ? [domain] : [],
      { status },
    );
  }
  return null;
}

const oauthErrors: Record<string, string> = {
  invalid_grant:
    "Workday no longer accepts the refresh token: consent was withdrawn, or the account is disabled. Connect again.",
  invalid_client: "Workday refuses the API client: it is disabled or deleted, or its secret was regenerated.",
  unauthorized_client: "The Workday API client may not use this grant. Check its grant type.",
};

function errorOfFault(xml: string, status: number): Error {
  const message = faultMessage(xml);
  if (/authenticationError/i.test(xml) || /invalid username or password/i.test(message))
    return new ProviderAuthError("Workday's SOAP API refuses the credential.", { status });
  if (/not authorized|not permitted|permission/i.test(message))
    return new ProviderScopeError("Workday's SOAP API denies access: a domain policy is missing.", [], { status });
  if (/validationError|Validation_Fault/i.test(xml))
    return new ProviderRequestError(`Workday refuses the request: ${message}`, { status });
  return new ProviderUnavailableError(`Workday could not process the request: ${message}`, { status });
}

function faultMessage(xml: string): string {
  const text = /<faultstring[^>]*>([\s\S]*?)<\/faultstring>/.exec(xml)?.[1] ?? "no reason given";
  return text
    .replace(/<[^>]*>|\s+/g, " ")
    .trim()
    .slice(0, 300);
}

/** A refusal that names no permission, with the domain policy the call depends on: Workday does not always state it. */
export function withDomain(error: unknown, domain: string): unknown {
  if (!(error instanceof ProviderScopeError) || error.scopes.length > 0) return error;
  return new ProviderScopeError(error.message, [domain], {
    cause: error,
    ...(error.status ? { status: error.status } : {}),
  });
}
