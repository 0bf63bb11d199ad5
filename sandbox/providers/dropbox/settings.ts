import { tag } from "./answers.ts";

/** https://www.dropbox.com/developers/documentation/http/teams#team-get_info */
export function defaultPolicies(): Record<string, string> {
  return {
    shared_folder_member_policy: "anyone",
    shared_folder_join_policy: "from_anyone",
    shared_link_create_policy: "default_public",
    group_creation_policy: "admins_only",
    shared_folder_link_restriction_policy: "anyone",
    enforce_link_password_policy: "optional",
    default_link_expiration_days_policy: "none",
    shared_link_default_permissions_policy: "default",
    emm_state: "disabled",
    office_addin: "enabled",
    suggest_members_policy: "enabled",
    top_level_content_policy: "admin_only",
  };
}

const ofTeam = ["emm_state", "office_addin", "suggest_members_policy", "top_level_content_policy"];

export function policyRecord(policies: Record<string, string>): Record<string, unknown> {
  const tagged = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, tag(policies[name] ?? "")]));
  const sharing = Object.keys(policies).filter((name) => !ofTeam.includes(name));
  return { sharing: tagged(sharing), ...tagged(ofTeam) };
}
