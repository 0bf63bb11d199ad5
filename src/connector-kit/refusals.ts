/** For `mapError`: a provider's error codes and words as a table of our errors. */
import {
  ProviderAuthError,
  type ProviderError,
  ProviderNotFoundError,
  ProviderRateLimitError,
  ProviderRequestError,
  ProviderRetiredError,
  ProviderScopeError,
  ProviderUnavailableError,
} from "#src/errors.ts";
import type { FailedResponse } from "./connector.ts";

/** What the body of an unsuccessful answer states, in the provider's terms. */
export interface Stated {
  /** Null when it names none. */
  code: string | number | null;
  /** Empty when there is none. */
  message: string;
}

export interface Refusal {
  /** The class of the error, by who must act: see src/errors.ts. */
  kind: keyof typeof kinds | "scope" | "rateLimit";
  /** Conditions, of which all must hold that are given. */
  status?: number;
  codes?: readonly (string | number)[];
  /** Found in the message. */
  words?: RegExp;
  when?: (stated: Stated & FailedResponse) => boolean;
  /** What an admin reads: a sentence, which must hold no secret. */
  message: string | ((stated: Stated & FailedResponse) => string);
  /** Of `scope`: those that are missing, in the provider's words. Default: none are named. */
  scopes?: (stated: Stated & FailedResponse) => readonly string[];
  /** Of `rateLimit`, where the provider names no time. Default 60. */
  waitSeconds?: number;
}

const kinds = {
  auth: ProviderAuthError,
  notFound: ProviderNotFoundError,
  request: ProviderRequestError,
  unavailable: ProviderUnavailableError,
  retired: ProviderRetiredError,
} as const;

/** The first row that fits makes the error; without one the answer is null, and the status decides. */
export function refusals(
  read: (response: FailedResponse) => Stated,
  table: readonly Refusal[],
): (response: FailedResponse, now: Date) => ProviderError | null {
  return (response, now) => {
    const stated = { ...read(response), ...response };
    const row = table.find((one) => fits(one, stated));
    return row ? errorOf(row, stated, now) : null;
  };
}

function fits({ status, codes, words, when }: Refusal, stated: Stated & FailedResponse): boolean {
  if (status !== undefined && status !== stated.status) return false;
  if (codes && (stated.code === null || !codes.includes(stated.code))) return false;
  if (words && !words.test(stated.message)) return false;
  return when?.(stated) ?? true;
}

function errorOf(row: Refusal, stated: Stated & FailedResponse, now: Date): ProviderError {
  const message = typeof row.message === "string" ? row.message : row.message(stated);
  const facts = { status: stated.status };
  if (row.kind === "scope") return new ProviderScopeError(message, [...(row.scopes?.(stated) ?? [])], facts);
  if (row.kind !== "rateLimit") return new kinds[row.kind](message, facts);
  const retryAt = new Date(now.getTime() + (row.waitSeconds ?? 60) * 1000);
  return new ProviderRateLimitError(message, retryAt, facts);
}
