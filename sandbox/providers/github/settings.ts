import type { TenantOptions } from "../../provider.ts";
import { iso } from "./answers.ts";
import { linksBelow } from "./people.ts";

const paths = {
  repos_url: "/repos",
  events_url: "/events",
  hooks_url: "/hooks",
  issues_url: "/issues",
  members_url: "/members{/member}",
  public_members_url: "/public_members{/member}",
};

/** The organization as memberships and webhooks show it. */
export function organization({ login, id }: { login: string; id: number }): Record<string, unknown> {
  const url = `https://api.github.com/orgs/${login}`;
  return {
    login,
    id,
    node_id: `O_kgDO${id.toString(36)}`,
    url,
    ...linksBelow(url, paths),
    avatar_url: `https://avatars.githubusercontent.com/u/${id}?v=4`,
    description: `${login}, made up by the sandbox`,
  };
}

/** The organization as `GET /orgs/{org}` shows it to an owner: a tenant with a few things left to tighten. */
export function orgSettings(
  options: Required<TenantOptions>,
  org: { login: string; id: number },
): Record<string, unknown> {
  return {
    ...organization(org),
    name: org.login,
    company: "Acme",
    blog: `https://${org.login}.example`,
    location: "Hamburg",
    email: `hello@${org.login}.example`,
    is_verified: true,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: 4,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: `https://github.com/${org.login}`,
    type: "Organization",
    created_at: "2019-05-02T10:00:00Z",
    updated_at: iso(options.createdAt),
    archived_at: null,
    total_private_repos: 20,
    owned_private_repos: 20,
    private_gists: 0,
    disk_usage: 91_234,
    collaborators: 3,
    billing_email: `billing@${org.login}.example`,
    plan: {
      name: "enterprise",
      space: 976_562_499,
      private_repos: 999_999,
      filled_seats: options.users,
      seats: options.users + 50,
    },
    default_repository_permission: "write",
    members_can_create_repositories: true,
    members_allowed_repository_creation_type: "all",
    members_can_create_public_repositories: true,
    members_can_create_private_repositories: true,
    members_can_create_internal_repositories: true,
    members_can_create_pages: true,
    members_can_create_public_pages: true,
    members_can_create_private_pages: true,
    members_can_fork_private_repositories: false,
    members_can_delete_repositories: true,
    members_can_change_repo_visibility: true,
    members_can_invite_outside_collaborators: true,
    members_can_delete_issues: false,
    display_commenter_full_name_setting_enabled: false,
    readers_can_create_discussions: true,
    members_can_create_teams: true,
    members_can_view_dependency_insights: true,
    web_commit_signoff_required: false,
    two_factor_requirement_enabled: false,
    default_repository_branch: "main",
    advanced_security_enabled_for_new_repositories: true,
    dependabot_alerts_enabled_for_new_repositories: true,
    dependabot_security_updates_enabled_for_new_repositories: false,
    dependency_graph_enabled_for_new_repositories: true,
    secret_scanning_enabled_for_new_repositories: true,
    secret_scanning_push_protection_enabled_for_new_repositories: false,
    secret_scanning_push_protection_custom_link_enabled: false,
    secret_scanning_validity_checks_enabled: false,
  };
}

const ownersOnly =
  /^(plan|default_repository_permission|two_factor_requirement_enabled|billing_email|disk_usage|collaborators)$|^members_(?!url)|_for_new_/;

/** What an account that is no owner sees of them. */
export function publicSettings(settings: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !ownersOnly.test(name)));
}
