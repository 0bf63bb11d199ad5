import { chance, mix, originAt, placeOf, uuidAt } from "../../generator.ts";
import { EventMix } from "../../kit/event-mix.ts";
import type { Account, GithubPeople } from "./people.ts";
import type { Repos } from "./repos.ts";
import type { Teams } from "./teams.ts";

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

type Kind = [weight: number, operation: string, target: Target, byOwner?: boolean];

const kinds: Record<string, Kind> = {
  "git.clone": [120, "access", "repo"],
  "git.fetch": [160, "access", "repo"],
  "git.push": [120, "modify", "repo"],
  "org.sso_response": [60, "authentication", "none"],
  "user.login": [90, "authentication", "none"],
  "user.failed_login": [12, "authentication", "none"],
  "user.logout": [8, "authentication", "none"],
  "user.two_factor_challenge_failure": [5, "authentication", "none"],
  "pull_request.create": [60, "create", "repo"],
  "pull_request.merge": [50, "modify", "repo"],
  "pull_request_review.submit": [60, "create", "repo"],
  "workflows.completed_workflow_run": [90, "modify", "repo"],
  "repo.create": [8, "create", "repo"],
  "repo.access": [3, "modify", "repo"],
  "repo.destroy": [2, "remove", "repo"],
  "repo.archived": [3, "modify", "repo"],
  "repo.download_zip": [15, "access", "repo"],
  "repo.transfer": [1, "transfer", "repo"],
  "repo.add_member": [8, "create", "repo"],
  "repo.remove_member": [5, "remove", "repo"],
  "public_key.create": [6, "create", "none"],
  "personal_access_token.access_granted": [5, "create", "none"],
  "oauth_authorization.create": [8, "create", "none"],
  "org_credential_authorization.grant": [6, "create", "none"],
  "team.add_member": [10, "create", "team"],
  "team.remove_member": [5, "remove", "team"],
  "team.add_repository": [6, "create", "team"],
  "org.add_member": [5, "create", "user", true],
  "org.remove_member": [3, "remove", "user", true],
  "org.update_member": [3, "modify", "user", true],
  "org.invite_member": [5, "create", "user", true],
  "org.add_outside_collaborator": [3, "create", "user", true],
  "org.remove_outside_collaborator": [2, "remove", "user", true],
  "org.oauth_app_access_approved": [2, "modify", "integration", true],
  "integration_installation.create": [2, "create", "integration", true],
  "hook.create": [2, "create", "hook", true],
  "hook.destroy": [1, "remove", "hook", true],
  "protected_branch.destroy": [2, "remove", "repo"],
  "protected_branch.policy_override": [8, "modify", "repo"],
  "protected_branch.rejected_ref_update": [8, "modify", "repo"],
  "repository_ruleset.destroy": [1, "remove", "repo"],
  "ip_allow_list_entry.create": [1, "create", "none", true],
  "role.create": [1, "create", "none", true],
  "secret_scanning.disable": [1, "modify", "repo", true],
  "dependabot_alerts.disable": [1, "modify", "repo"],
  "org.create_actions_secret": [2, "create", "none", true],
  "org.register_self_hosted_runner": [1, "create", "none", true],
  "org.disable_two_factor_requirement": [0.2, "modify", "none", true],
};

const names = Object.keys(kinds);
const weightOf = (name: string) => (kinds[name] as Kind)[0];
const all = new EventMix(names, weightOf);
const web = new EventMix(
  names.filter((name) => !name.startsWith("git.")),
  weightOf,
);

/** What events are made from. */
export interface EventParts {
  seed: number;
  org: { login: string; id: number };
  enterprise: { slug: string; id: number };
  people: GithubPeople;
  repos: Repos;
  teams: Teams;
  /** GitHub forgets Git events after seven days: none are made before this instant. */
  gitSince: number;
}

export function actionOf(source: EventParts, number: number, at: number, note: EventNote | undefined): string {
  if (note?.action) return note.action;
  if (note?.failure) return "user.failed_login";
  return (at < source.gitSince ? web : all).pick(mix(source.seed, number, 121));
}

export function documentIdOf(source: EventParts, number: number, at: number): string {
  return Buffer.from(uuidAt(source.seed ^ Math.floor(at / 1000), number, 9).replaceAll("-", ""), "hex").toString(
    "base64url",
  );
}

export function actorOf(
  { people, seed }: EventParts,
  number: number,
  action: string,
  note: EventNote | undefined,
): Account | { login: string; index: number } {
  const choice = mix(seed, number, 122);
  const { count } = people.members;
  if (note?.actor) {
    const login = note.actor.split("@")[0]?.replace(".", "-") ?? note.actor;
    return people.find(login) ?? { login, index: choice % count };
  }
  return people.member(choice % (kinds[action]?.[3] ? Math.min(4, count) : count));
}

/** The audit log entry with this number. */
export function auditEntry(
  source: EventParts,
  number: number,
  at: number,
  note: EventNote | undefined,
): Record<string, unknown> {
  const { seed, org, enterprise } = source;
  const action = actionOf(source, number, at, note);
  const [, operation, target]: Kind = kinds[action] ?? [0, "modify", "none"];
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
    operation_type: operation,
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
  addTarget(entry, source, number, target, action);
  return note?.fields ? Object.assign(entry, note.fields) : entry;
}

function addActor(
  entry: Record<string, unknown>,
  source: EventParts,
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
  source: EventParts,
  number: number,
  target: Target,
  action: string,
): void {
  const { seed, org, people, repos, teams } = source;
  const choice = mix(seed, number, 124);
  const { count } = people.members;
  const repo = repos.at(choice % repos.count);
  const repoName = `${org.login}/${repo.name}`;
  const app = { name: "ci-runner", integration: "ci-runner", oauth_application_id: 2000 + (choice % 9) };
  switch (target) {
    case "repo": {
      const { id: repo_id, visibility } = repo;
      Object.assign(entry, { repo: repoName, repo_id, visibility, public_repo: visibility === "public" });
      Object.assign(entry, aboutRepo(entry, action, number, choice));
      if (action === "repo.add_member" || action === "repo.remove_member") addUser(entry, people.outsider(choice % 2));
      return;
    }
    case "team":
      entry.team = `${org.login}/${teams.slug(choice % Math.max(1, teams.count))}`;
      if (action === "team.add_repository") entry.repo = repoName;
      else addUser(entry, people.member(mix(seed, number, 125) % count));
      return;
    case "user": {
      const outside = action.includes("outside_collaborator");
      addUser(entry, outside ? people.outsider(choice % 2) : people.member(choice % count));
      const [permission, old_permission] = chance(choice, 50) ? ["admin", "read"] : ["read", "admin"];
      if (action === "org.update_member") Object.assign(entry, { permission, old_permission });
      if (action === "org.add_member" || action === "org.invite_member") entry.permission = "read";
      return;
    }
    case "hook": {
      const config = { content_type: "json", insecure_ssl: "0", url: "https://ci.example/hook" };
      Object.assign(entry, { hook_id: 300_000 + (choice % 1000), name: "webhook", events: ["push"], config });
      return;
    }
    case "integration":
      Object.assign(entry, app);
  }
}

/** What events of repositories have beside the repository. */
function aboutRepo(entry: Record<string, unknown>, action: string, number: number, choice: number): object {
  const { repo, visibility, public_repo } = entry;
  const [family] = action.split(".");
  if (action === "repo.access") return { previous_visibility: visibility === "public" ? "private" : "public" };
  if (family === "git")
    return {
      repository: repo,
      repository_public: public_repo,
      transport_protocol: 1,
      transport_protocol_name: "http",
    };
  if (family?.startsWith("pull_request"))
    return { pull_request_id: 1_000_000 + number, pull_request_title: `Change ${number % 900}` };
  if (family === "workflows") {
    const conclusion = chance(choice, 12) ? "failure" : "success";
    return { workflow_run_id: 10_000_000 + number, conclusion, name: "CI", event: "push" };
  }
  return family === "protected_branch" ? { name: "main" } : {};
}

function addUser(entry: Record<string, unknown>, account: Account): void {
  entry.user = account.login;
  entry.user_id = account.id;
}
