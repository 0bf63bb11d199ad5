import { addressOf } from "#src/connector-kit/address.ts";
import { archived } from "#src/connector-kit/archived.ts";
import type { ActivityOutcome } from "#src/connector-kit/contract/kinds.ts";
import type { ActivityRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
import {
  idOf,
  instantOf,
  type Json,
  needId,
  needInstant,
  needObject,
  needText,
  objectOf,
  textOf,
} from "#src/connector-kit/record.ts";
import { sentence, type Words } from "#src/connector-kit/sentence.ts";
import { InvalidInputError } from "#src/errors.ts";
import { vocabulary } from "./events.ts";
import { identifierOf } from "./identifier.ts";
import { target, targetsOf } from "./targets.ts";
import { accountId, fallbacks, fieldOf, indefinite, subjectOf, wordsOf } from "./words.ts";

/**
 * One audit log event, of the web or of Git. Web exports, Git events and older records have no `_document_id`:
 * they get a hash of their content.
 * Throws ProviderResponseError when it has no time or action; `path` is its place in the response.
 * Source: https://docs.github.com/en/enterprise-cloud@latest/rest/orgs/orgs#get-the-audit-log-for-an-organization
 */
export function toActivity(value: unknown, path: string): ActivityRecord {
  const event = needObject(value, path);
  const action = needText(event.action, `${path}.action`);
  const { category, action: does, template, known } = vocabulary.phraseOf(action);
  const occurredAt = timeOf(event) ?? needInstant(undefined, `${path}["@timestamp"]`);
  const actor = actorOf(event) ?? (category === "LOG_ON" ? subjectAsActor(event) : null);
  const words = wordsOf(event, actor?.login ?? actor?.email ?? null);
  const place = objectOf(fieldOf(event, "actor_location"));
  return {
    externalId: idOf(fieldOf(event, "_document_id")) ?? identifierOf(event, occurredAt),
    category,
    action: does,
    eventType: action,
    description: sentence(indefinite(template, words), words, fallbacks),
    occurredAt,
    actor,
    outcome: outcomeOf(event, action),
    ...(action === "staff.fake_login" ? { impersonated: true } : {}),
    interactive: isInteractive(event),
    ipAddress: addressOf(fieldOf(event, "actor_ip")),
    country: countryOf(place),
    ...(textOf(place.city) ? { city: textOf(place.city) } : {}),
    userAgent: textOf(fieldOf(event, "user_agent")),
    targets: targetsOf(event, action, template),
    ...(known ? {} : { unmapped: true }),
    raw: value,
  };
}

/**
 * The verdict of rulesets on one push. GitHub calls it a rule suite; the audit log does not have it.
 * Source: https://docs.github.com/en/enterprise-cloud@latest/rest/orgs/rule-suites
 */
export function toRuleSuiteActivity(value: unknown, path: string): ActivityRecord {
  const suite = needObject(value, path);
  const action = "repository_rule_suite.evaluated";
  const login = textOf(suite.actor_name);
  const repo = textOf(suite.repository_name);
  const ref = textOf(suite.ref);
  const result = textOf(suite.result);
  const words: Words = (name) => ({ actor: login, repo, ref: ref?.replace(/^refs\/(heads|tags)\//, ""), result })[name];
  return {
    externalId: `rule-suite:${needId(suite.id, `${path}.id`)}`,
    category: "USER",
    action: "UPDATE",
    eventType: action,
    description: sentence(vocabulary.phraseOf(action).template, words, fallbacks),
    occurredAt: needInstant(suite.pushed_at, `${path}.pushed_at`),
    actor: login || idOf(suite.actor_id) ? person(idOf(suite.actor_id), login, null, false) : null,
    // A bypass let the push through: the rules failed, the push did not.
    outcome: result === "pass" || result === "bypass" ? "SUCCESS" : result === "fail" ? "FAILURE" : "UNKNOWN",
    interactive: null,
    targets: [...target("repository", idOf(suite.repository_id), repo), ...target("ref", null, ref)],
    raw: value,
  };
}

/** One archived event, or a list of them: audit log, Git events, rule suites. */
export const mapEvent = archived({
  event: "a GitHub event",
  hint: "audit log entries have an action and an @timestamp, rule suites have pushed_at and a result",
  map: (event, path) => {
    if ("action" in event && ("@timestamp" in event || "created_at" in event || "_document_id" in event)) {
      if (/^\w+\.\w/.test(String(event.action))) return toActivity(event, path);
      throw new InvalidInputError(
        "This is what a GitHub webhook delivers, not an entry of the audit log, whose actions have two parts: repo.create.",
        [path],
      );
    }
    const isRuleSuite = "pushed_at" in event && ("result" in event || "evaluation_result" in event);
    return isRuleSuite ? toRuleSuiteActivity(event, path) : null;
  },
});

function actorOf(event: Json): ActorRecord | null {
  const login = textOf(event.actor);
  const id = accountId(event.actor_id);
  const bot = event.actor_is_bot === true || (login?.endsWith("[bot]") ?? false);
  const nameId = textOf(event.external_identity_nameid) ?? textOf(event.external_identity_username);
  const email = nameId?.includes("@") ? nameId : null;
  return login || id || email ? person(id, login, email, bot) : null;
}

/** Who signs in is the actor, also where the event names the account only. */
function subjectAsActor(event: Json): ActorRecord | null {
  const login = subjectOf(event);
  const id = accountId(fieldOf(event, "user_id"));
  return login || id ? person(id, login, null, false) : null;
}

/** Bots belong to apps: they are in no list of members. */
function person(id: string | null, login: string | null, email: string | null, bot: boolean): ActorRecord {
  return {
    externalId: id,
    login,
    email: bot ? null : email,
    name: login,
    type: bot ? "SERVICE" : "HUMAN",
    ...(bot ? { isAccount: false } : {}),
  };
}

/**
 * The log has what was done; what was tried and failed shows in the name, or in the status of a call. How a workflow run
 * ended is no failure of who started it: the sentence has it.
 */
function outcomeOf(event: Json, action: string): ActivityOutcome {
  if (/failed|failure|rejected_|unsuccessful|unsatisfied|violation|_error$|rate_limit(ed|_exceeded)/.test(action))
    return "FAILURE";
  const status = fieldOf(event, "status_code");
  return action === "api.request" && typeof status === "number" && status >= 400 ? "FAILURE" : "SUCCESS";
}

/** False when a token or key did it, true when a browser did, null when the event does not tell. */
function isInteractive(event: Json): boolean | null {
  if (event.actor_is_bot === true || textOf(event.programmatic_access_type) || textOf(event.hashed_token)) return false;
  return textOf(event.user_agent)?.startsWith("Mozilla/") ? true : null;
}

function countryOf(place: Json): string | null {
  const code = textOf(place.country_code)?.toUpperCase();
  return code && /^[A-Z]{2}$/.test(code) ? code : null;
}

/** Epoch milliseconds, as a number or in digits; exports also write `2026-06-01 12:00:00 UTC`, in UTC where no zone is given. */
function timeOf(event: Json): Date | null {
  for (const value of [event["@timestamp"], event.created_at]) {
    const time =
      typeof value !== "string"
        ? instantOf(value)
        : instantOf(
            /^\d{12,14}$/.test(value) ? Number(value) : /^\d{4}-[\d-]+[ T][\d:.]+$/.test(value) ? `${value}Z` : value,
          );
    if (time) return time;
  }
  return null;
}
