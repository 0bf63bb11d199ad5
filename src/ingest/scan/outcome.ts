import { randomUUID } from "node:crypto";
import { isPassingDatabaseFault } from "#db/passing-fault.ts";
import type { Stream } from "#db/tables/scans.ts";
import {
  ProviderAuthError,
  ProviderError,
  ProviderRateLimitError,
  ProviderResponseError,
  ProviderRetiredError,
  ProviderScopeError,
  StreamCursorError,
} from "#src/errors.ts";
import { maxResumes, overlapMs, retryDelayMs, scopeRetryMs } from "#src/instances/cadence.ts";
import type { Outcome } from "./finish.ts";

export interface FailureFacts {
  stream: Stream;
  /** A listing of everything, as against an incremental stream. */
  listing: boolean;
  /** A back-fill: it has a cursor of its own and leaves no gap in the stream. */
  backfill: boolean;
  everySeconds: number;
  shuttingDown: boolean;
  now: Date;
  /** 0..1 */
  random: number;
}

export type FailureOutcome = Outcome & {
  /** Id of the log line that holds a bug's details. */
  incident?: string;
};

/** Decides, by who must act, what a failed run means for its stream and its instance. Pure but for the incident id. */
export function outcomeOf(error: unknown, facts: FailureFacts): FailureOutcome {
  const { now, stream } = facts;
  const after = (ms: number) => new Date(now.getTime() + ms);
  const failures = stream.consecutiveFailures + 1;
  const retryAt = after(retryDelayMs(failures, facts.random));

  if (facts.shuttingDown) return { status: "QUEUED", nextRunAt: now, error: null, broken: facts.listing };

  if (error instanceof ProviderRateLimitError) {
    return { status: "THROTTLED", nextRunAt: error.retryAt, throttledUntil: error.retryAt, error: error.message };
  }
  if (error instanceof ProviderRetiredError || error instanceof ProviderAuthError) {
    return { status: "FAILED", nextRunAt: null, error: error.message, instanceError: error.message };
  }
  if (error instanceof ProviderScopeError) {
    const reason = error.scopes.length > 0 ? `${error.message} Missing: ${error.scopes.join(", ")}.` : error.message;
    return { status: "FAILED", nextRunAt: after(scopeRetryMs), error: reason, disabledReason: reason, failure: false };
  }
  // Our own database was away: nobody at the provider is to blame, and the page was stored whole or not at all.
  if (isPassingDatabaseFault(error))
    return { status: "QUEUED", nextRunAt: after(1000), error: null, broken: facts.listing };

  if (error instanceof StreamCursorError) {
    if (facts.backfill) return { status: "FAILED", nextRunAt: null, error: error.message };
    const from = stream.lastItemAt ?? stream.fromAt;
    const restartFrom = facts.listing
      ? undefined
      : new Date(Math.max(stream.fromAt.getTime(), from.getTime() - overlapMs));
    return {
      status: "FAILED",
      nextRunAt: failures > 1 ? retryAt : now,
      error: error.message,
      dropCursor: true,
      ...(restartFrom
        ? {
            restartFrom,
            gap: { from, to: now, reason: `The app no longer accepted the stored position: ${error.message}` },
          }
        : {}),
    };
  }
  if (error instanceof ProviderResponseError) {
    // A fault of ours: the cursor stays, so that nothing is skipped once it is corrected.
    const wait = Math.max(retryAt.getTime(), now.getTime() + Math.min(facts.everySeconds, 300) * 1000);
    return {
      status: "FAILED",
      nextRunAt: new Date(wait),
      error: `${error.message} (at ${error.path})`,
      broken: facts.listing,
    };
  }
  if (error instanceof ProviderError) {
    // A passing fault: the same scan goes on where it was, until a listing has been interrupted too often.
    if (facts.listing && failures > maxResumes)
      return { status: "FAILED", nextRunAt: retryAt, error: error.message, dropCursor: true, broken: true };
    return { status: "QUEUED", nextRunAt: retryAt, error: error.message, failure: true, broken: facts.listing };
  }
  const incident = randomUUID();
  return {
    status: "FAILED",
    nextRunAt: retryAt,
    error: `Internal error (incident ${incident}).`,
    incident,
    broken: facts.listing,
  };
}
