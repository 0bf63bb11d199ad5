import { scopes } from "./scoped.ts";

/** Features that are switched on and off, by their name without the place: `repository_`, `org.`, `_new_repos`. */
const features: ReadonlyMap<string, string> = new Map(
  Object.entries({
    actions: "GitHub Actions",
    advanced_security: "Advanced Security",
    branch_protection_evaluation: "branch protection",
    code_scanning_ai_findings: "AI findings of code scanning",
    code_scanning_autofix: "autofix of code scanning",
    code_scanning_autofix_third_party_tools: "autofix of code scanning for third-party tools",
    code_scanning_delegated_alert_dismissal: "the review of dismissed code scanning alerts",
    code_scanning_scan_inactive_repos: "code scanning of inactive repositories",
    code_security: "Code Security",
    codeql: "code scanning with the default setup",
    content_analysis: "the analysis of content by GitHub",
    dependabot_alerts: "Dependabot alerts",
    dependabot_security_updates: "Dependabot security updates",
    dependency_graph: "the dependency graph",
    dependency_graph_autosubmit: "the automatic submission of dependencies",
    dependency_updates_self_hosted: "dependency updates on self-hosted runners",
    display_commenter_full_name: "the display of commenters' full names",
    github_models_billing: "billing of GitHub Models",
    idp_ip_allowlist_for_web: "the use of the identity provider's IP allow list on the web",
    immutable_releases_settings: "immutable releases",
    ip_allow_list: "the IP allow list",
    malware_alerts: "Dependabot malware alerts",
    oidc: "OIDC single sign-on",
    open_scim: "SCIM provisioning through the REST API",
    organization_projects_change: "projects of organizations",
    pages_https_redirect: "the redirection of GitHub Pages to HTTPS",
    private_vulnerability_reporting: "private vulnerability reporting",
    projects_change: "projects of repositories",
    proxy_security_header: "the proxy security header",
    restrict_notification_delivery: "the restriction of e-mail notifications to approved domains",
    saml: "SAML single sign-on",
    secret_scanning: "secret scanning",
    secret_scanning_automatic_validity_checks: "automatic validity checks of found secrets",
    secret_scanning_custom_pattern_push_protection: "push protection of a custom pattern",
    secret_scanning_extended_metadata: "extended metadata of secret scanning alerts",
    secret_scanning_generic_secrets: "scanning for generic secrets",
    secret_scanning_non_provider_patterns: "scanning for non-provider patterns",
    secret_scanning_push_protection: "push protection",
    secret_scanning_push_protection_bypass_list: "the list of who may bypass push protection",
    secret_scanning_push_protection_custom_message: "the custom message of push protection",
    security_updates: "Dependabot security updates",
    skip_idp_ip_allowlist_app_access: "the exemption of apps from the identity provider's IP allow list",
    source_ip_disclosure: "the display of IP addresses in the audit log",
    sso_lockdown: "the lockdown of single sign-on",
    sso_redirect: "the redirection to single sign-on",
    team_discussions: "team discussions",
    team_sync_tenant: "team synchronization",
    user_level_enforcement: "the enforcement of the IP allow list on users",
    vulnerability_alerts: "Dependabot alerts",
    vulnerability_alerts_auto_dismissal: "the automatic dismissal of low-impact Dependabot alerts",
  }),
);

/** What people are allowed or forbidden: people and what they may do. `members_can_…` reads from its name. */
const permissions: ReadonlyMap<string, readonly [people: string, act: string]> = new Map(
  Object.entries({
    allow_third_party_access_requests_from_outside_collaborators: ["outside collaborators", "ask for access of apps"],
    member_team_creation_permission: ["members", "create teams"],
    private_repository_forking: ["members", "fork private repositories"],
    reader_discussion_creation_permission: ["readers", "create discussions"],
    repository_visibility_change: ["members", "change the visibility of repositories"],
  }),
);

const polarities =
  /^(?:(?<before>enable|disable|clear)_(?<after>\w+)|(?<named>\w+?)_(?<state>enabled?|disabled?|clear))$/;
const familyScopes = /^(business|enterprise|organization|org|repository|repo)(?:_|$)/;
const someRepositories = /_(?:for_new_(user_namespace_)?|on_(all)_|new_)repos(?=_|\.|$)/;

/**
 * What is switched on or off, allowed or forbidden, wherever the name shows it:
 * `org.enable_saml`, `repo.codeql_disabled`, `dependabot_alerts_new_repos.enable`, `business_secret_scanning.disabled_for_new_repos`.
 */
export function switched(action: string): string | null {
  const repositories = someRepositories.exec(action);
  const name = action.replace(someRepositories, "").replaceAll(".", "_");
  // The scope is part of some names: `repository_visibility_change`, `organization_projects_change`.
  const scope = familyScopes.exec(name);
  const rest = scope ? name.slice(scope[0].length) : name;
  const place = placeOf(scope?.[1], repositories);
  return wording(name, place) ?? wording(rest, place) ?? wording(rest.replace(/^ip_allow_list_/, ""), place);
}

function wording(name: string, place: string): string | null {
  const found = polarities.exec(name)?.groups;
  const thing = found?.after ?? found?.named ?? "";
  const state = (found?.before ?? found?.state ?? "").replace(/d$/, "");
  const permission = permissions.get(thing) ?? memberPermission(thing);
  if (permission) {
    const [who, act] = permission;
    if (state === "clear") return `{actor} removed the policy on whether ${who} may ${act} in ${place}`;
    return `{actor} ${state === "enable" ? "allowed" : "forbade"} ${who} to ${act} in ${place}`;
  }
  const feature = features.get(thing);
  if (!feature) return null;
  if (state === "clear") return `{actor} removed the policy on ${feature} for ${place}`;
  return `{actor} switched ${state === "enable" ? "on" : "off"} ${feature} for ${place}`;
}

/** `members_can_delete_repos`: members, delete repositories. */
function memberPermission(name: string): readonly [string, string] | null {
  const act = /^members_can_(\w+)$/.exec(name)?.[1];
  return act ? ["members", act.replaceAll("_", " ").replace(/\brepos\b/, "repositories")] : null;
}

function placeOf(scope: string | undefined, repositories: RegExpExecArray | null): string {
  const named = scope === "repository" || scope === "organization" ? undefined : scopes.get(scope ?? "");
  if (!repositories) return named ?? "{place}";
  const [, ofMembers, all] = repositories;
  return `${all ?? "new"} repositories of ${ofMembers ? "members of " : ""}${named ?? "{owner}"}`;
}
