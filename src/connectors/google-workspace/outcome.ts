import type { ActivityOutcome } from "#src/connector-kit/contract/kinds.ts";
import { type Json, objectOf, textOf } from "#src/connector-kit/record.ts";
import type { Parameters } from "./parameters.ts";
import { refused } from "./vocabulary/sign-in.ts";

const failed = /(^|_)(failure|failed|fail|unsuccessful|denied|internal_error)(_|$)/;
const unclear = /^(suspicious_login|suspicious_programmatic_login|login_challenge|monitor_mode)/;

/**
 * What the event itself states, else what its name does. A proof that was asked for is passed, failed or still open.
 * Source: https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities#ActivityEventsStatus
 */
export function outcomeOf(event: Json, name: string, parameters: Parameters): ActivityOutcome {
  const type = name.toLowerCase();
  const stated = textOf(objectOf(event.status).eventStatus);
  if (stated !== null) return /^SUCCEEDED/.test(stated) ? "SUCCESS" : stated === "FAILED" ? "FAILURE" : "UNKNOWN";
  const challenge = parameters.text("login_challenge_status");
  if (challenge !== null) {
    if (/pass|success/i.test(challenge)) return "SUCCESS";
    return /fail|incorrect|wrong|denied|reject/i.test(challenge) ? "FAILURE" : "UNKNOWN";
  }
  if (failed.test(type) || refused.has(type)) return "FAILURE";
  return unclear.test(type) ? "UNKNOWN" : "SUCCESS";
}

/** Why it failed, in Google's words: `invalid password`. */
export function reasonOf(event: Json, parameters: Parameters): string | null {
  const code = parameters.first("login_failure_type", "failure_type", "login_failure_reason", "event_reason");
  const { errorMessage, errorCode } = objectOf(event.status);
  const text = code ?? parameters.text("login_challenge_status") ?? textOf(errorMessage) ?? textOf(errorCode);
  return text === null ? null : text.replace(/^login_failure_/, "").replaceAll("_", " ");
}
