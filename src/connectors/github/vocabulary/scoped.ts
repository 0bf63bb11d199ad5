import { defineVocabulary } from "#src/connector-kit/vocabulary.ts";
import { lexicon } from "./verbs.ts";

/**
 * Sentences that several families share: `org.`, `repo.`, `business.`, `enterprise.`, `environment.` and `user.`.
 * `{scope}` becomes the name of the family's place.
 */
const scoped: Readonly<Record<string, string>> = {
  add_billing_manager: "{actor} made {user} a billing manager of {scope}",
  add_disallowed_two_factor_method: "{actor} disallowed a two-factor method in {scope}",
  add_protection_rule: "{actor} added a protection rule to {scope}",
  advanced_security_metered_usage_lock: "Advanced Security was locked for new repositories of {scope}",
  advanced_security_metered_usage_unlock: "Advanced Security was unlocked for new repositories of {scope}",
  audit_log_export: "{actor} exported the audit log of {scope}",
  audit_log_git_event_export: "{actor} exported the Git events of {scope}",
  "(block|unblock)_user": "{actor} {did} {user} in {scope}",
  clear_disallowed_two_factor_methods: "{actor} allowed all two-factor methods in {scope} again",
  code_security_metered_usage_lock: "Code Security was locked for new repositories of {scope}",
  code_security_metered_usage_unlock: "Code Security was unlocked for new repositories of {scope}",
  codeql_updated: "{actor} changed the default setup of code scanning of {scope}",
  codespaces_trusted_repo_access_granted: "{actor} let codespaces of {scope} reach other repositories",
  codespaces_trusted_repo_access_revoked: "{actor} stopped codespaces of {scope} from reaching other repositories",
  "config.disable_anonymous_git_access": "{actor} switched off anonymous Git access to {scope}",
  "config.disable_collaborators_only": "{actor} lifted the rule that only collaborators may interact with {scope}",
  "config.disable_contributors_only":
    "{actor} lifted the rule that only earlier contributors may interact with {scope}",
  "config.disable_sockpuppet_disallowed": "{actor} lifted the rule that only existing users may interact with {scope}",
  "config.enable_anonymous_git_access": "{actor} switched on anonymous Git access to {scope}",
  "config.enable_collaborators_only": "{actor} limited interaction with {scope} to collaborators",
  "config.enable_contributors_only": "{actor} limited interaction with {scope} to earlier contributors",
  "config.enable_sockpuppet_disallowed": "{actor} limited interaction with {scope} to existing users",
  "config.(lock|unlock)_anonymous_git_access": "{actor} {did} the setting for anonymous Git access to {scope}",
  configure_self_hosted_jit_runner: "{actor} configured a just-in-time runner for {scope}",
  connect_usage_metrics_export: "{actor} exported the server statistics of {scope}",
  "(create|update)_actions_secret": "{actor} {did} the Actions secret[ {key}] in {scope}",
  "(create|update)_actions_variable": "{actor} {did} the Actions variable[ {key}] in {scope}",
  "(create|update)_integration_secret": "{actor} {did} the Codespaces or Dependabot secret[ {key}] in {scope}",
  delete_custom_image: "{actor} deleted the custom image[ {image_name}] of {scope}",
  delete_custom_image_version: "{actor} deleted a version of the custom image[ {image_name}] of {scope}",
  disable_two_factor_requirement: "{actor} stopped requiring two-factor authentication in {scope}",
  enable_two_factor_requirement: "{actor} made two-factor authentication required in {scope}",
  enterprise_teams_limit_reached: "{scope} reached its limit of enterprise teams",
  enterprise_teams_limit_warning: "{scope} came near its limit of enterprise teams",
  members_limit_reached: "{scope} reached its limit of members",
  members_limit_warning: "{scope} came near its limit of members",
  organizations_limit_reached: "{scope} reached its limit of organizations",
  organizations_limit_warning: "{scope} came near its limit of organizations",
  recovery_code_failed: "{actor} failed to sign in to {scope} with a recovery code",
  recovery_code_used: "{actor} signed in to {scope} with a recovery code",
  "recovery_codes_(downloaded|printed|viewed)": "{actor} {did} the single sign-on recovery codes of {scope}",
  recovery_codes_generated: "{actor} generated single sign-on recovery codes for {scope}",
  register_self_hosted_runner: "{actor} registered the self-hosted runner[ {runner_name}] in {scope}",
  remove_actions_secret: "{actor} deleted the Actions secret[ {key}] in {scope}",
  remove_actions_variable: "{actor} deleted the Actions variable[ {key}] in {scope}",
  remove_billing_manager: "{actor} removed the billing manager[ {user}] from {scope}",
  remove_disallowed_two_factor_method: "{actor} allowed a two-factor method in {scope} again",
  remove_integration_secret: "{actor} deleted the Codespaces or Dependabot secret[ {key}] in {scope}",
  remove_member: "{actor} removed {user} from {scope}",
  remove_protection_rule: "{actor} removed a protection rule from {scope}",
  remove_self_hosted_runner: "{actor} removed the self-hosted runner[ {runner_name}] from {scope}",
  revoke_external_identity: "{actor} revoked the external identity of {user} in {scope}",
  revoke_sso_session: "{actor} ended the single sign-on session of {user} in {scope}",
  runner_group_created: "{actor} created the runner group[ {runner_group}] in {scope}",
  runner_group_removed: "{actor} deleted the runner group[ {runner_group}] of {scope}",
  runner_group_renamed: "{actor} renamed a runner group of {scope}[ to {runner_group}]",
  runner_group_runner_removed: "{actor} removed a runner from the runner group[ {runner_group}] of {scope}",
  runner_group_runners_added: "{actor} added runners to the runner group[ {runner_group}] of {scope}",
  runner_group_runners_updated: "{actor} changed the runners of the runner group[ {runner_group}] of {scope}",
  runner_group_updated: "{actor} changed the runner group[ {runner_group}] of {scope}",
  runner_group_visiblity_updated: "{actor} changed the visibility of the runner group[ {runner_group}] of {scope}",
  secret_protection_metered_usage_lock: "Secret Protection was locked for new repositories of {scope}",
  secret_protection_metered_usage_unlock: "Secret Protection was unlocked for new repositories of {scope}",
  secret_scanning_push_protection_custom_message_updated:
    "{actor} changed the custom message of push protection for {scope}",
  security_center_export_code_scanning_metrics: "{actor} exported the code scanning metrics of {scope}",
  security_center_export_coverage: "{actor} exported the security coverage of {scope}",
  security_center_export_overview_dashboard: "{actor} exported the security overview of {scope}",
  security_center_export_risk: "{actor} exported the security risks of {scope}",
  self_hosted_runner_offline: "The self-hosted runner[ {runner_name}] of {scope} went offline",
  self_hosted_runner_online: "The self-hosted runner[ {runner_name}] of {scope} came online",
  self_hosted_runner_updated: "The self-hosted runner[ {runner_name}] of {scope} was updated",
  set_actions_cache_retention_policy: "{actor} changed how long {scope} keeps Actions caches",
  set_actions_cache_storage_policy: "{actor} changed how much storage Actions caches of {scope} may use",
  set_actions_fork_pr_approvals_policy: "{actor} changed which workflows from public forks need approval in {scope}",
  set_actions_private_fork_pr_approvals_policy:
    "{actor} changed which workflows from private forks need approval in {scope}",
  set_actions_retention_limit: "{actor} changed how long {scope} keeps Actions artifacts and logs",
  set_default_workflow_permissions: "{actor} changed the default permissions of workflows in {scope}",
  set_fork_pr_workflows_policy: "{actor} changed the policy for workflows from private forks in {scope}",
  set_workflow_permission_can_approve_pr:
    "{actor} changed whether workflows may create and approve pull requests in {scope}",
  sso_response: "{actor} signed in to {scope} through single sign-on",
  update_actions_settings: "{actor} changed the Actions settings of {scope}",
  update_custom_images_policy: "{actor} changed the policy for custom images in {scope}",
  update_default_repository_permission:
    "{actor} changed the base permission of {scope}[ from {old_permission}][ to {permission}]",
  update_immutable_releases_settings_policy: "{actor} changed the policy for immutable releases in {scope}",
  update_member_repository_creation_permission: "{actor} changed who may create repositories in {scope}",
  update_member_repository_invitation_permission:
    "{actor} changed who may invite outside collaborators to repositories of {scope}",
  update_new_repository_default_branch_setting: "{actor} changed the default branch of new repositories of {scope}",
  update_protection_rule: "{actor} changed a protection rule of {scope}",
  update_repo_self_hosted_runners_policy: "{actor} changed which repositories of {scope} may have self-hosted runners",
  update_saml_provider_settings: "{actor} changed the SAML settings of {scope}",
};

/** What `{scope}` is, by family. */
export const scopes = new Map(
  Object.entries({
    business: "{enterprise}",
    enterprise: "{enterprise}",
    environment: "the environment[ {environment}] of {repo}",
    org: "{org}",
    repo: "{repo}",
    user: "the account[ of {other}]",
  }),
);

const sentences = defineVocabulary({ tables: [{ events: scoped }], lexicon });

/** `org.create_actions_secret`, `repo.create_actions_secret`: one sentence, two places. */
export function shared(action: string): string | null {
  const dot = action.indexOf(".");
  const scope = scopes.get(action.slice(0, dot));
  const rest = action.slice(dot + 1);
  return scope && sentences.types.has(rest) ? sentences.phraseOf(rest).template.replace("{scope}", scope) : null;
}
