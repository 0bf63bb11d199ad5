import { listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import {
  ProviderAuthError,
  ProviderNotFoundError,
  ProviderRateLimitError,
  ProviderRequestError,
  ProviderRetiredError,
  ProviderScopeError,
  ProviderUnavailableError,
} from "#src/errors.ts";

const retiredMessage = "Meta shut Workplace down on 1 June 2026 and deleted all communities.";

/**
 * The Graph API speaks by code more than by status; SCIM by status. Null: judge by the status.
 * Source: https://developers.facebook.com/docs/graph-api/guides/error-handling/
 */
export function mapError(
  { status, body }: { status: number; headers: Headers; body: unknown },
  now: Date,
): Error | null {
  const graph = objectOf(objectOf(body).error);
  const message = textOf(graph.message) ?? scimMessage(body) ?? "";
  if (status === 410 || /workplace (has been|was|is) (shut down|sunset|discontinued|no longer)/i.test(message))
    return new ProviderRetiredError(retiredMessage, { status });
  if (/read[- ]only/i.test(message))
    return new ProviderRequestError("Workplace is read-only: it takes no changes any more.", { status });
  if (/appsecret_proof/i.test(message))
    return new ProviderAuthError(
      "Workplace wants every call proved by the app secret: fill in app ID and app secret, and check them.",
      { status },
    );
  if (/client secret|verification code|authorization code|validating application/i.test(message))
    return new ProviderAuthError(`Workplace refuses to install the app: ${message}`, { status });
  const code = typeof graph.code === "number" ? graph.code : null;
  if (code === 190 || code === 102 || code === 2500)
    return new ProviderAuthError(
      "Workplace no longer accepts the access token: it was reset, or the integration was removed. Connect again.",
      { status },
    );
  if (code !== null && [4, 17, 32, 613].includes(code)) {
    // Workplace does not say for how long; the hour's allowance comes back little by little.
    return new ProviderRateLimitError("Workplace takes no more calls for now.", new Date(now.getTime() + 60_000), {
      status,
    });
  }
  if (code === 10 || (code !== null && code >= 200 && code < 300) || (code === null && status === 403)) {
    const permission = /'([^']+)' permission/.exec(message)?.[1];
    return new ProviderScopeError(
      permission
        ? `Workplace denies access: the permission "${permission}" is missing.`
        : "Workplace denies access: a permission is missing.",
      permission ? [permission] : [],
      { status },
    );
  }
  if (code === 1 || code === 2)
    return new ProviderUnavailableError("Workplace is not available at the moment.", { status });
  if (code === 803) return new ProviderNotFoundError("Workplace does not know this person or group.", { status });
  return null;
}

/** SCIM 2.0 `detail`, SCIM 1.1 `Errors[].description`. */
function scimMessage(body: unknown): string | null {
  const { detail, Errors } = objectOf(body);
  return textOf(detail) ?? textOf(objectOf(listOf(Errors)[0]).description);
}
