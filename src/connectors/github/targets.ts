import type { ActivityTargetRecord } from "#src/connector-kit/contract/records.ts";
import { type Json, textOf } from "#src/connector-kit/record.ts";
import { accountId, appName, fieldOf, subjectOf, webhookUrl } from "./words.ts";

/** What the event names. GitHub repeats the actor as `user` where nobody else is meant: that is no target, unless the sentence is about it. */
export function targetsOf(event: Json, action: string, template: string): ActivityTargetRecord[] {
  const id = (...names: readonly string[]) =>
    names.map((name) => accountId(fieldOf(event, name))).find(Boolean) ?? null;
  const name = (...names: readonly string[]) => names.map((one) => textOf(fieldOf(event, one))).find(Boolean) ?? null;
  const login = subjectOf(event);
  const isMeant = /\{(user|assignee)\}/.test(template) || login !== textOf(event.actor);
  const named = [
    ...(isMeant ? target("user", id("user_id", "invitee_id", "blocked_user_id"), login ?? name("email")) : []),
    ...target("team", id("team_id"), name("team")),
    ...target("repository", id("repo_id", "repository_id"), name("repo", "repository")),
    ...target("app", id("integration_id", "oauth_application_id", "application_client_id"), appName(event)),
    ...target("webhook", id("hook_id"), webhookUrl(event)),
    ...target("ruleset", id("ruleset_id"), name("ruleset_name")),
    ...target("role", id("role_id"), name("role_name")),
    ...target("pull request", id("pull_request_id"), name("pull_request_title")),
    ...target("workflow run", id("workflow_run_id"), name("job_name")),
    ...target("runner", id("runner_id"), name("runner_name")),
    ...target("runner group", id("runner_group_id"), name("runner_group_name")),
    ...(/_secret$/.test(action) ? target("secret", null, name("key")) : []),
    ...(/_variable$/.test(action) ? target("variable", null, name("key")) : []),
    ...(/_domain\./.test(action) ? target("domain", null, name("domain", "domain_name")) : []),
    ...(action.startsWith("protected_branch.") ? target("branch", null, name("name")) : []),
    ...(action.startsWith("packages.") ? target("package", id("package_id"), name("package", "package_name")) : []),
  ];
  const organization = target("organization", id("org_id"), name("org"));
  const enterprise = target("enterprise", id("business_id"), name("business"));
  if (action.startsWith("org.")) return [...named, ...organization];
  if (action.startsWith("business.")) return [...named, ...enterprise];
  if (named.length > 0) return named;
  return organization.length > 0 ? organization : enterprise;
}

export function target(type: string, id: string | null, name: string | null): ActivityTargetRecord[] {
  return id === null && name === null ? [] : [{ type, id, name }];
}
