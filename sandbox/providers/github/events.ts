import { chance, mix, originAt, pickWeighted, placeOf, runningTotals, uuidAt } from "../../generator.ts";
import type { Account, People } from "./people.ts";
import type { Repos } from "./repos.ts";

/** What makes an appended event differ from a generated one. */
export interface EventNote {
  action?: string;
  actor?: string;
  ip?: string;
  failure?: boolean;
  fields?: Record<string, unknown>;
  /** An entry that was written late: its `@timestamp`, before the moment it appeared. */
  backdatedTo?: number;
}

type Target = "user" | "repo" | "team" | "hook" | "integration" | "none";

interface ActionKind {
  weight: number;
  operation: string;
  target: Target;
  /** Needs an owner. */
  admin?: boolean;
}

const kinds: Record<string, ActionKind> = {
  "git.clone": { weight: 120, operation: "access", target: "repo" },
  "git.fetch": { weight: 160, operation: "access", target: "repo" },
  "git.push": { weight: 120, operation: "modify", target: "repo" },
  "org.sso_response": { weight: 60, operation: "authentication", target: "none" },
  "user.login": { weight: 90, operation: "authentication", target: "none" },
  "user.failed_login": { weight: 12, operation: "authentication", target: "none" },
  "user.logout": { weight: 8, operation: "authentication", target: "none" },
  "user.two_factor_challenge_failure": { weight: 5, operation: "authentication", target: "none" },
  "pull_request.create": { weight: 60, operation: "create", target: "repo" },
  "pull_request.merge": { weight: 50, operation: "modify", target: "repo" },
  "pull_request_review.submit": { weight: 60, operation: "create", target: "repo" },
  "workflows.completed_workflow_run": { weight: 90, operation: "modify", target: "repo" },
  "repo.create": { weight: 8, operation: "create", target: "repo" },
  "repo.access": { weight: 3, operation: "modify", target: "repo" },
  "repo.destroy": { weight: 2, operation: "remove", target: "repo" },
  "repo.archived": { weight: 3, operation: "modify", target: "repo" },
  "repo.download_zip": { weight: 15, operation: "access", target: "repo" },
  "repo.transfer": { weight: 1, operation: "transfer", target: "repo" },
  "repo.add_member": { weight: 8, operation: "create", target: "repo" },
  "repo.remove_member": { weight: 5, operation: "remove", target: "repo" },
  "public_key.create": { weight: 6, operation: "create", target: "none" },
  "personal_access_token.access_granted": { weight: 5, operation: "create", target: "none" },
  "oauth_authorization.create": { weight: 8, operation: "create", target: "none" },
  "org_credential_authorization.grant": { weight: 6, operation: "create", target: "none" },
  "team.add_member": { weight: 10, operation: "create", target: "team" },
  "team.remove_member": { weight: 5, operation: "remove", target: "team" },
  "team.add_repository": { weight: 6, operation: "create", target: "team" },
  "org.add_member": { weight: 5, operation: "create", target: "user", admin: true },
  "org.remove_member": { weight: 3, operation: "remove", target: "user", admin: true },
  "org.update_member": { weight: 3, operation: "modify", target: "user", admin: true },
  "org.invite_member": { weight: 5, operation: "create", target: "user", admin: true },
  "org.add_outside_collaborator": { weight: 3, operation: "create", target: "user", admin: true },
  "org.remove_outside_collaborator": { weight: 2, operation: "remove", target: "user", admin: true },
  "org.oauth_app_access_approved": { weight: 2, operation: "modify", target: "integration", admin: true },
  "integration_installation.create": { weight: 2, operation: "create", target: "integration", admin: true },
  "hook.create": { weight: 2, operation: "create", target: "hook", admin: true },
  "hook.destroy": { weight: 1, operation: "remove", target: "hook", admin: true },
  "protected_branch.destroy": { weight: 2, operation: "remove", target: "repo" },
  "protected_branch.policy_override": { weight: 8, operation: "modify", target: "repo" },
  "protected_branch.rejected_ref_update": { weight: 8, operation: "modify", target: "repo" },
  "repository_ruleset.destroy": { weight: 1, operation: "remove", target: "repo" },
  "ip_allow_list_entry.create": { weight: 1, operation: "create", target: "none", admin: true },
  "role.create": { weight: 1, operation: "create", target: "none", admin: true },
  "secret_scanning.disable": { weight: 1, operation: "modify", target: "repo", admin: true },
  "dependabot_alerts.disable": { weight: 1, operation: "modify", target: "repo" },
  "org.create_actions_secret": { weight: 2, operation: "create", target: "none", admin: true },
  "org.register_self_hosted_runner": { weight: 1, operation: "create", target: "none", admin: true },
  "org.disable_two_factor_requirement": { weight: 0.2, operation: "modify", target: "none", admin: true },
};

const names = Object.keys(kinds);
const totals = runningTotals(names.map((name) => (kinds[name] as ActionKind).weight * 10));
const webNames = names.filter((name) => !name.startsWith("git."));
const webTotals = runningTotals(webNames.map((name) => (kinds[name] as ActionKind).weight * 10));

/** What events are made from. */
export interface EventSource {
  seed: number;
  org: { login: string; id: number };
  enterprise: { slug: string; id: number };
  people: People;
  repos: Repos;
  groups: number;
  teamName(index: number): string;
  /** GitHub forgets Git events after seven days: none are made before this instant. */
  gitSince: number;
}

export function actionOf(source: EventSource, number: number, at: number, note: EventNote | undefined): string {
  if (note?.action) return note.action;
  if (note?.failure) return "user.failed_login";
  const choice = mix(source.seed, number, 121);
  return at < source.gitSince ? pickWeighted(webNames, webTotals, choice) : pickWeighted(names, totals, choice);
}

export function documentIdOf(source: EventSource, number: number, at: number): string {
  return Buffer.from(uuidAt(source.seed ^ Math.floor(at / 1000), number, 9).replaceAll("-", ""), "hex").toString(
    "base64url",
  );
}

export function actorOf(
  source: EventSource,
  number: number,
  action: string,
  note: EventNote | undefined,
): Account | { login: string; index: number } {
  if (note?.actor) {
    const login = note.actor.split("@")[0]?.replace(".", "-") ?? note.actor;
    return source.people.find(login) ?? { login, index: mix(source.seed, number, 122) % source.people.total };
  }
  const choice = mix(source.seed, number, 122);
  return source.people.member(
    kinds[action]?.admin ? choice % Math.min(4, source.people.total) : choice % source.people.total,
  );
}

/** The audit log entry with this number. */
export function auditEntry(
  source: EventSource,
  number: number,
  at: number,
  note: EventNote | undefined,
): Record<string, unknown> {
  const { seed, org, enterprise } = source;
  const action = actionOf(source, number, at, note);
  const kind = kinds[action] ?? { weight: 0, operation: "modify", target: "none" };
  const stamp = note?.backdatedTo ?? at;
  const entry: Record<string, unknown> = {
    "@timestamp": stamp,
    _document_id: documentIdOf(source, number, at),
    action,
    created_at: stamp,
    business: enterprise.slug,
    business_id: enterprise.id,
    org: org.login,
    org_id: org.id,
    operation_type: kind.operation,
    request_id: uuidAt(seed, number, 10),
  };
  const git = action.startsWith("git.");
  const bot = !note && (action.startsWith("workflows.") || git) && chance(mix(seed, number, 123), 20);
  if (bot) {
    Object.assign(entry, {
      actor: "github-actions[bot]",
      actor_id: 41_898_282,
      actor_is_bot: true,
      actor_ip: "20.102.39.57",
      actor_location: { country_code: "US" },
      user_agent: "git/2.43.0",
      programmatic_access_type: "GitHub App server-to-server token",
    });
  } else {
    addActor(entry, source, number, action, note, git);
  }
  addTarget(entry, source, number, kind, action);
  return note?.fields ? Object.assign(entry, note.fields) : entry;
}

function addActor(
  entry: Record<string, unknown>,
  source: EventSource,
  number: number,
  action: string,
  note: EventNote | undefined,
  git: boolean,
): void {
  const actor = actorOf(source, number, action, note);
  const origin = originAt(source.seed, actor.index, number);
  entry.actor = actor.login;
  if ("id" in actor) {
    entry.actor_id = actor.id;
    if (!actor.outside) entry.external_identity_nameid = actor.email;
  }
  entry.actor_is_bot = false;
  entry.actor_ip = note?.ip ?? origin.ip;
  entry.actor_location = { country_code: (note?.ip ? placeOf(note.ip) : origin.place).code };
  entry.user_agent = git ? "git/2.51.0" : origin.agent.raw;
  if (git) {
    entry.programmatic_access_type = "Personal access token (classic)";
    entry.hashed_token = Buffer.from(uuidAt(source.seed, actor.index, 12).replaceAll("-", ""), "hex").toString(
      "base64",
    );
    entry.token_id = 500_000 + actor.index;
    entry.token_scopes = "repo,workflow";
  }
}

function addTarget(
  entry: Record<string, unknown>,
  source: EventSource,
  number: number,
  kind: ActionKind,
  action: string,
): void {
  const { seed, org, people, repos } = source;
  const choice = mix(seed, number, 124);
  if (kind.target === "repo") {
    const repo = repos.at(choice % repos.count);
    entry.repo = `${org.login}/${repo.name}`;
    entry.repo_id = repo.id;
    entry.visibility = repo.visibility;
    entry.public_repo = repo.visibility === "public";
    if (action.startsWith("git."))
      Object.assign(entry, {
        repository: entry.repo,
        repository_public: entry.public_repo,
        transport_protocol: 1,
        transport_protocol_name: "http",
      });
    if (action === "repo.access") entry.previous_visibility = repo.visibility === "public" ? "private" : "public";
    if (action === "repo.add_member" || action === "repo.remove_member") addUser(entry, people.outsider(choice % 2));
    if (action.startsWith("pull_request"))
      Object.assign(entry, { pull_request_id: 1_000_000 + number, pull_request_title: `Change ${number % 900}` });
    if (action.startsWith("workflows."))
      Object.assign(entry, {
        workflow_run_id: 10_000_000 + number,
        conclusion: chance(choice, 12) ? "failure" : "success",
        name: "CI",
        event: "push",
      });
    if (action.startsWith("protected_branch.")) entry.name = "main";
  } else if (kind.target === "team") {
    entry.team = `${org.login}/${source.teamName(choice % Math.max(1, source.groups))}`;
    if (action === "team.add_repository") entry.repo = `${org.login}/${repos.at(choice % repos.count).name}`;
    else addUser(entry, people.member(mix(seed, number, 125) % people.total));
  } else if (kind.target === "user") {
    const outside = action.includes("outside_collaborator");
    addUser(entry, outside ? people.outsider(choice % 2) : people.member(choice % people.total));
    if (action === "org.update_member")
      Object.assign(entry, {
        permission: chance(choice, 50) ? "admin" : "read",
        old_permission: chance(choice, 50) ? "read" : "admin",
      });
    if (action === "org.add_member" || action === "org.invite_member") entry.permission = "read";
  } else if (kind.target === "hook") {
    Object.assign(entry, {
      hook_id: 300_000 + (choice % 1000),
      name: "webhook",
      events: ["push"],
      config: { content_type: "json", insecure_ssl: "0", url: "https://ci.example/hook" },
    });
  } else if (kind.target === "integration") {
    Object.assign(entry, { name: "ci-runner", integration: "ci-runner", oauth_application_id: 2000 + (choice % 9) });
  }
}

function addUser(entry: Record<string, unknown>, account: Account): void {
  entry.user = account.login;
  entry.user_id = account.id;
}
