import type { FailedResponse } from "#src/connector-kit/connector.ts";
import { isObject, listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { type Refusal, refusals, type Stated } from "#src/connector-kit/refusals.ts";
import type { ProviderError } from "#src/errors.ts";

/** Google answers 403 for these as well as 429; none of them names a time. */
const tooOften = [
  ...["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "sharingRateLimitExceeded"],
  ...["concurrentLimitExceeded", "limitExceeded", "variableTermLimitExceeded", "RATE_LIMIT_EXCEEDED"],
];
const dayIsOver = ["dailyLimitExceeded", "dailyLimitExceededUnreg", "DAILY_LIMIT_EXCEEDED"];
const notEnabled = ["accessNotConfigured", "SERVICE_DISABLED"];
const scopeMissing = ["insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"];

/**
 * Refusals of Google's APIs, for `mapError`. `more`: an API's own rows, which come first.
 * Sources: https://developers.google.com/workspace/admin/directory/v1/limits, https://cloud.google.com/apis/design/errors
 */
export function googleErrors(
  more: readonly Refusal[] = [],
): (response: FailedResponse, now: Date) => ProviderError | null {
  return refusals(stated, [
    ...more,
    {
      ...{ status: 403, codes: tooOften, kind: "rateLimit", waitSeconds: 30 },
      message: ({ code }) => `Google asks for a pause (${code}).`,
    },
    {
      ...{ status: 403, codes: dayIsOver, kind: "rateLimit", waitSeconds: 3600 },
      message: "The Google Cloud project has used up its calls for today.",
    },
    {
      ...{ status: 403, codes: notEnabled, kind: "scope" },
      message: ({ message }) => `An API is not enabled in the Google Cloud project of the service account${message}`,
    },
    { ...{ status: 403, codes: scopeMissing, kind: "scope" }, message: "The token lacks a scope for this." },
    {
      ...{ status: 403, kind: "scope", when: ({ body }) => isObject(objectOf(body).error) },
      message: ({ code, message }) => `Google does not allow this (${code ?? "forbidden"})${message}`,
    },
    {
      ...{ status: 400, kind: "request", when: ({ body }) => isObject(objectOf(body).error) },
      message: ({ code, message }) => `Google refuses the request (${code ?? "invalid"})${message}`,
    },
    {
      ...{ status: 412, kind: "request" },
      message: ({ code, message }) => `Google refuses the request (${code ?? "conditionNotMet"})${message}`,
    },
  ]);
}

/** The older APIs name a reason in `errors`, the newer ones in an ErrorInfo among `details`, or only a canonical status. */
function stated({ body }: FailedResponse): Stated {
  const error = objectOf(objectOf(body).error);
  const [first] = listOf(error.errors).map((one) => textOf(objectOf(one).reason));
  const info = listOf(error.details)
    .map(objectOf)
    .find((detail) => textOf(detail["@type"])?.endsWith("google.rpc.ErrorInfo"));
  const message = textOf(error.message);
  return {
    code: textOf(info?.reason) ?? first ?? textOf(error.status),
    message: message === null ? "." : `: ${message.slice(0, 200).replace(/\.?$/, ".")}`,
  };
}
