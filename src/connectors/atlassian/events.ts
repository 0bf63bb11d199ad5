import type { ActivityCategory } from "#src/connector-kit/contract/kinds.ts";
import { defineVocabulary, type EventTable, guessed } from "#src/connector-kit/vocabulary.ts";

/** Actions of the organization's audit log. Source: https://support.atlassian.com/security-and-access-policies/docs/track-organization-activities-from-the-audit-log/ */
const signIns: EventTable = {
  user_login: "{actor} signed in to Atlassian",
  user_logout: "{actor} signed out of Atlassian",
  user_login_failed: "{actor} could not sign in to Atlassian",
  user_logged_in_as_user: "{actor} signed in as {user}",
};

const work: EventTable = {
  user_password_reset_requested: "{actor} requested a new password",
  api_token_created: "{actor} created an API token[: {text}]",
  api_token_revoked: "{actor} revoked an API token[: {text}]",
  confluence_page_viewed: "{actor} viewed the page[ {target}]",
  confluence_page_created: "{actor} created the page[ {target}]",
  confluence_page_updated: "{actor} updated the page[ {target}]",
  confluence_page_deleted: "{actor} deleted the page[ {target}]",
  confluence_page_exported: "{actor} exported the page[ {target}]",
  confluence_space_exported: "{actor} exported the space[ {target}]",
  jira_issue_viewed: "{actor} viewed the issue[ {target}]",
  jira_issue_created: "{actor} created the issue[ {target}]",
  jira_issue_exported: "{actor} exported issues[: {text}]",
  bitbucket_repository_created: "{actor} created the repository[ {target}]",
};

const administration: EventTable = {
  user_created: "{actor} created {user}",
  user_invited_to_site: "{actor} invited {user}",
  user_deactivated: "{actor} deactivated {user}",
  user_reactivated: "{actor} reactivated {user}",
  user_suspended: "{actor} suspended {user}",
  user_restored: "{actor} restored {user}",
  user_deleted: "{actor} deleted {user}",
  added_org_admin: "{actor} made {user} an organization admin",
  removed_org_admin: "{actor} revoked the role of organization admin of {user}",
  user_granted_role: "{actor} granted a role to {user}[: {text}]",
  user_revoked_role: "{actor} revoked a role of {user}[: {text}]",
  group_created: "{actor} created the group[ {group}]",
  group_deleted: "{actor} deleted the group[ {group}]",
  group_granted_admin_access: "{actor} granted admin access to the group[ {group}]",
  user_added_to_group: "{actor} added {user} to the group[ {group}]",
  user_removed_from_group: "{actor} removed {user} from the group[ {group}]",
  twosv_disabled_for_user: "{actor} switched off two-step verification of {user}",
  domain_verified: "{actor} verified a domain[: {text}]",
  saml_configuration_updated: "{actor} updated single sign-on[: {text}]",
  "(auth|data_security)_policy_updated": "{actor} updated a policy[: {text}]",
  ip_allowlist_updated: "{actor} updated the list of allowed addresses[: {text}]",
  admin_api_key_created: "{actor} created an API key of the organization",
  admin_api_key_revoked: "{actor} revoked an API key of the organization",
  app_installed: "{actor} installed an app[: {text}]",
  app_uninstalled: "{actor} uninstalled an app[: {text}]",
  public_link_enabled: "{actor} opened a page to anybody with a link[: {text}]",
};

const aboutSignIn = /login|logout|logged_(in|out)|sign_?in|session/;
const aboutContent = /^(confluence|jira|bitbucket|page|issue|space|attachment|comment)_|^api_token_/;

export const vocabulary = defineVocabulary({
  tables: [
    { category: "LOG_ON", events: signIns },
    { category: "USER", events: work },
    { category: "ADMIN", events: administration },
  ],
  categoryOf,
  guess: (type) => `${guessed(type.toUpperCase()).replace("[: {target}]", "")}[: {text}]`,
});

/** What people do with their work and tokens is theirs; all else is how the organization is run. */
function categoryOf(type: string): ActivityCategory {
  if (aboutSignIn.test(type) && !/policy|setting|config/.test(type)) return "LOG_ON";
  return aboutContent.test(type) ? "USER" : "ADMIN";
}
