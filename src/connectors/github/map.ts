import { addressOf } from "#src/connector-kit/address.ts";
import type { ActivityOutcome } from "#src/connector-kit/contract/kinds.ts";
import type { ActivityRecord, ActivityTargetRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
import {
  idOf,
  isObject,
  type Json,
  needId,
  needInstant,
  needObject,
  needText,
  objectOf,
  textOf,
} from "#src/connector-kit/record.ts";
import { pastTense, sentence, type Words, withArticle } from "#src/connector-kit/sentence.ts";
import { InvalidInputError } from "#src/errors.ts";
import { familyOf, phrases } from "./phrases.ts";

const fallbacks = {
  actor: "someone",
  user: "somebody",
  assignee: "somebody",
  org: "the organization",
  business: "the enterprise",
  repo: "a repository",
  repo_or_org: "the organization",
  team: "a team",
  app: "(name not given)",
  target: "something",
  ref: "a branch",
  result: "nothing",
};

/**
 * One audit log event, of the web or of Git.
 * Throws ProviderResponseError when it has no id, time or action; `path` says where in the answer it stands.
 * Source: https://docs.github.com/en/enterprise-cloud@latest/rest/orgs/orgs#get-the-audit-log-for-an-organization
 */
export function toActivity(value: unknown, path: string): ActivityRecord {
  const event = needObject(value, path);
  const action = needText(event.action, `${path}.action`);
  const phrase = phrases.get(action);
  return {
    externalId: needId(event._document_id, `${path}._document_id`),
    category: phrase?.category ?? familyOf(action),
    eventType: action,
    description: describe(event, action, phrase?.template),
    occurredAt: needInstant(event["@timestamp"] ?? event.created_at, `${path}["@timestamp"]`),
    actor: actorOf(event),
    outcome: outcomeOf(action),
    interactive: isInteractive(event),
    ipAddress: addressOf(event.actor_ip),
    country: countryOf(event),
    userAgent: textOf(event.user_agent),
    targets: targetsOf(event),
    ...(phrase ? {} : { unmapped: true }),
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
    eventType: action,
    description: sentence(phrases.get(action)?.template ?? "", words, fallbacks),
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
export function mapEvent(event: unknown): ActivityRecord[] {
  return mapAt(event, "event");
}

function mapAt(event: unknown, path: string): ActivityRecord[] {
  if (Array.isArray(event)) return event.flatMap((one, index) => mapAt(one, `${path}[${index}]`));
  if (!isObject(event))
    throw new InvalidInputError("This is not a GitHub event: an object or a list of objects is expected.", [path]);
  if ("action" in event && ("@timestamp" in event || "created_at" in event || "_document_id" in event))
    return [toActivity(event, path)];
  if ("pushed_at" in event && ("result" in event || "evaluation_result" in event))
    return [toRuleSuiteActivity(event, path)];
  if (Object.keys(event).length === 0)
    throw new InvalidInputError("This is an empty object, not a GitHub event.", [path]);
  if ("token" in event || "access_token" in event)
    throw new InvalidInputError("This is the answer of a token request, not a GitHub event.", [path]);
  throw new InvalidInputError(
    "This is not a GitHub event: audit log entries have an action and an @timestamp, rule suites have pushed_at and a result.",
    [path],
  );
}

function actorOf(event: Json): ActorRecord | null {
  const login = textOf(event.actor);
  const id = idOf(event.actor_id);
  if (!login && !id) return null;
  const bot = event.actor_is_bot === true || (login?.endsWith("[bot]") ?? false);
  const nameId = textOf(event.external_identity_nameid) ?? textOf(event.external_identity_username);
  return person(id, login, nameId?.includes("@") ? nameId : null, bot);
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

function outcomeOf(action: string): ActivityOutcome {
  return /failed|failure|rejected|unsuccessful/.test(action) ? "FAILURE" : "SUCCESS";
}

/** False when a token or key did it, true when a browser did, null when the event does not tell. */
function isInteractive(event: Json): boolean | null {
  if (event.actor_is_bot === true || textOf(event.programmatic_access_type) || textOf(event.hashed_token)) return false;
  return textOf(event.user_agent)?.startsWith("Mozilla/") ? true : null;
}

function countryOf(event: Json): string | null {
  const code = textOf(objectOf(event.actor_location).country_code)?.toUpperCase();
  return code && /^[A-Z]{2}$/.test(code) ? code : null;
}

function targetsOf(event: Json): ActivityTargetRecord[] {
  const data = objectOf(event.data);
  const of = (name: string): unknown => event[name] ?? data[name];
  return [
    ...target("user", idOf(of("user_id")), textOf(of("user")) ?? textOf(of("invitee"))),
    ...target("team", idOf(of("team_id")), textOf(of("team"))),
    ...target(
      "repository",
      idOf(of("repo_id")) ?? idOf(of("repository_id")),
      textOf(of("repo")) ?? textOf(of("repository")),
    ),
    ...target(
      "app",
      idOf(of("integration_id")) ?? idOf(of("oauth_application_id")) ?? idOf(of("application_client_id")),
      appName(event),
    ),
    ...target("webhook", idOf(of("hook_id")), textOf(objectOf(of("config")).url)),
    ...target("ruleset", idOf(of("ruleset_id")), textOf(of("ruleset_name"))),
    ...target("role", idOf(of("role_id")), textOf(of("role_name"))),
    ...target("pull request", idOf(of("pull_request_id")), textOf(of("pull_request_title"))),
    ...target("workflow run", idOf(of("workflow_run_id")), textOf(of("job_name"))),
    ...(String(event.action).startsWith("protected_branch.") ? target("branch", null, textOf(of("name"))) : []),
    ...(String(event.action).startsWith("org.") ? target("organization", idOf(of("org_id")), textOf(of("org"))) : []),
    ...(String(event.action).startsWith("business.")
      ? target("enterprise", idOf(of("business_id")), textOf(of("business")))
      : []),
  ];
}

function target(type: string, id: string | null, name: string | null): ActivityTargetRecord[] {
  return id === null && name === null ? [] : [{ type, id, name }];
}

function appName(event: Json): string | null {
  for (const name of ["oauth_application_name", "application_name", "integration"]) {
    const found = textOf(event[name]);
    if (found) return found;
  }
  return /^(integration|oauth_)/.test(String(event.action)) ? textOf(event.name) : null;
}

function wordsOf(event: Json): Words {
  const data = objectOf(event.data);
  const plain = (name: string): string | null => textOf(event[name]) ?? textOf(data[name]);
  return (name) => {
    switch (name) {
      case "repo":
        return plain("repo") ?? plain("repository");
      case "repo_or_org":
        return plain("repo") ?? plain("org");
      case "user":
        return plain("user") ?? plain("invitee") ?? plain("email");
      case "assignee":
        return plain("user") ?? plain("team") ?? plain("assignee");
      case "team":
        return plain("team")?.split("/").pop();
      case "app":
        return appName(event) ?? plain("name");
      case "role":
        return plain("role_name") ?? plain("name");
      case "hook_url":
        return textOf(objectOf(event.config).url);
      case "target":
        return plain("user") ?? plain("team") ?? plain("repo") ?? plain("name") ?? plain("org");
      default:
        return plain(name);
    }
  };
}

function describe(event: Json, action: string, template: string | undefined): string {
  const words = wordsOf(event);
  return sentence(template ?? genericTemplate(action, event), words, fallbacks);
}

/** `environment.create_actions_secret` → `{actor} created actions secret (environment) in {repo}`. */
function genericTemplate(action: string, event: Json): string {
  const clean = (text: string) => text.replace(/[{}[\]]/g, "");
  const [subject = "", ...rest] = clean(action).split(".");
  const noun = subject.replaceAll("_", " ");
  const words = rest.join(" ").split(/[_ ]/).filter(Boolean);
  const first = pastTense(words[0] ?? "");
  const last = pastTense(words.at(-1) ?? "");
  const place = textOf(event.repo)
    ? " in {repo}"
    : textOf(event.team)
      ? " in the team {team}"
      : textOf(event.org)
        ? " in {org}"
        : "";
  const about = textOf(event.user) && event.user !== event.actor ? " for {user}" : "";
  if (words.length === 1 && first) return `{actor} ${first} ${withArticle(noun)}${about}${place}`;
  if (first) return `{actor} ${first} ${words.slice(1).join(" ")} (${noun})${about}${place}`;
  if (last) return `{actor} ${last} ${words.slice(0, -1).join(" ")} (${noun})${about}${place}`;
  return `{actor} did “${words.join(" ") || noun}”${words.length > 0 ? ` (${noun})` : ""}${about}${place}`;
}

/** Newest `@timestamp` of a page, so that the next read starts there. */
export function newestOf(activities: readonly ActivityRecord[]): Date | null {
  return activities.reduce<Date | null>(
    (newest, { occurredAt }) => (newest && newest >= occurredAt ? newest : occurredAt),
    null,
  );
}
