import type { ActivityCategory } from "#src/connector-kit/contract/kinds.ts";

/** Events of signing in, failing to, or signing out. */
const signIn =
  /\.(sso_response|recovery_code_(used|failed))$|^user\.(failed_login|login|logout|new_device_used|sign_in_\w+|correct_password_\w+|device_verification_\w+|partial_two_factor_\w+|two_factor_(challenge_\w+|requested|recover))$|^user_session\.|\.sign_in_fallback_sms$/;

/** Exceptions to the families, in both directions. */
const usersDo =
  /^(account_recovery_token|org_credential_authorization|integration_installation_request|repository_(advisory|invitation|image)|security_key|pre_receive_hook\.(rejected|warned)_push|oauth_(access|authorization)|copilot\.memory_user_opt_out)\b/;
const administratorsDo =
  /^(oauth_application|issue_type|issues\.deletes_|merge_queue\.update_settings|checks\.auto_trigger|codespaces\.(policy|business)|personal_access_token\.(access_restriction|auto_approve|expiration_limit|request_(approved|denied))|user\.(promote|demote|suspend|unsuspend|create$|recreate|async_delete|delete|grant|flag|remove_large))/;
/** A repository's settings; what is left of `repo.` is work with it. */
const repositorySettings =
  /^repo\.(set_|config\.|update_(?!member)|change_merge|code\w+_|\w*(_enabled|_disabled|_secret|_variable|_unlock|_access_granted)$|\w*runner)/;

/** By the first word of an event: `business_advanced_security.disabled` belongs to `business`. */
const administration = new Set(
  (
    "account audit auto billing business code copilot custom dependabot dependency dotcom enterprise environment external " +
    "github hook integration ip marketplace mcp members metered network org organization pages payment pre premium " +
    "private profile protected repository required restrict role secret security ssh sso staff team vulnerability"
  ).split(" "),
);

/** Also of events that GitHub adds later. USER when not even the family is known. */
export function categoryOf(action: string): ActivityCategory {
  if (signIn.test(action)) return "LOG_ON";
  if (usersDo.test(action)) return "USER";
  if (administratorsDo.test(action) || repositorySettings.test(action)) return "ADMIN";
  return administration.has(action.split(/[._]/, 1)[0] ?? "") ? "ADMIN" : "USER";
}
