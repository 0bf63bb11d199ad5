import type { ActivityCategory } from "#src/connector-kit/contract/kinds.ts";
import { defineVocabulary, type EventTable } from "#src/connector-kit/vocabulary.ts";

/**
 * Actions as Slack's reference and published records name them.
 * Source: https://docs.slack.dev/reference/audit-logs-api/methods-actions-reference
 */
const signIns: EventTable = {
  user_login: "{actor} signed in to Slack",
  user_login_failed: "{actor} could not sign in to Slack",
  user_logout: "{actor} signed out of Slack",
  user_logout_compromised: "{actor} was signed out of Slack: the session looked stolen",
  user_logout_non_compliant_mobile_app_version: "{actor} was signed out of Slack: the app is too old",
  user_session_invalidated: "{actor} ended a session of {person}",
  user_session_reset_by_admin: "{actor} ended all sessions of {person}",
  ip_allowlist_access_denied: "{actor} was denied access: the address is not allowed",
};

const work: EventTable = {
  file_downloaded: "{actor} downloaded the file[ {target}]",
  file_downloaded_blocked: "{actor} was kept from downloading the file[ {target}]",
  file_download_blocked: "{actor} was kept from downloading the file[ {target}]",
  file_uploaded: "{actor} uploaded the file[ {target}]",
  file_shared: "{actor} shared the file[ {target}]",
  file_deleted: "{actor} deleted the file[ {target}]",
  file_public_link_created: "{actor} shared the file[ {target}] by a public link",
  file_public_link_revoked: "{actor} stopped sharing the file[ {target}] by a public link",
  file_malicious_content_detected: "Slack found malicious content in the file[ {target}] of {actor}",
  public_channel_created: "{actor} created the public channel[ {target}]",
  private_channel_created: "{actor} created the private channel[ {target}]",
  "(public|private)_channel_archive": "{actor} archived the {thing} channel[ {target}]",
  "(public|private)_channel_unarchive": "{actor} restored the {thing} channel[ {target}]",
  "(public|private)_channel_deleted": "{actor} deleted the {thing} channel[ {target}]",
  public_channel_converted_to_private: "{actor} made the channel[ {target}] private",
  private_channel_converted_to_public: "{actor} made the channel[ {target}] public",
  user_channel_join: "{actor} joined the channel[ {target}]",
  user_channel_leave: "{actor} left the channel[ {target}]",
  guest_channel_join: "{actor}, a guest, joined the channel[ {target}]",
  guest_channel_leave: "{actor}, a guest, left the channel[ {target}]",
  external_shared_channel_invite_sent: "{actor} invited another organization to the channel[ {target}]",
  external_shared_channel_invite_accepted: "{actor} accepted the invitation to the channel[ {target}]",
  external_shared_channel_invite_approved: "{actor} approved the invitation to the channel[ {target}]",
  external_shared_channel_connected: "{actor} shared the channel[ {target}] with another organization",
  external_shared_channel_disconnected: "{actor} stopped sharing the channel[ {target}] with another organization",
  connect_dm_invite_generated: "{actor} invited a person of another organization to direct messages",
  user_email_updated: "{actor} changed the e-mail address of {person}",
  user_profile_updated: "{actor} updated the profile of {person}",
  user_password_reset_requested: "{actor} requested a new password",
  user_passkey_created: "{actor} created a passkey",
  user_passkey_removed: "{actor} removed a passkey",
  message_tombstoned: "{actor} withdrew a message[ in {target}]",
  message_restored: "{actor} restored a message[ in {target}]",
  anomaly: "Slack noticed something unusual about {actor}[: {reason}]",
};

const administration: EventTable = {
  user_created: "{actor} created {person}",
  user_added_to_workspace: "{actor} added {person} to a workspace",
  user_removed_from_workspace: "{actor} removed {person} from a workspace",
  user_deactivated: "{actor} deactivated {person}",
  user_reactivated: "{actor} reactivated {person}",
  user_password_reset_by_admin: "{actor} reset the password of {person}",
  guest_invited: "{actor} invited a guest[ {target}]",
  guest_created: "{actor} created the guest {person}",
  guest_deactivated: "{actor} deactivated the guest {person}",
  guest_reactivated: "{actor} reactivated the guest {person}",
  guest_expiration_set: "{actor} set the last day of the guest {person}",
  guest_expiration_cleared: "{actor} removed the last day of the guest {person}",
  role_change_to_admin: "{actor} made {person} an admin",
  role_change_to_owner: "{actor} made {person} an owner",
  role_change_to_guest: "{actor} made {person} a guest",
  role_change_to_user: "{actor} made {person} a member",
  owner_transferred: "{actor} made {person} the Primary Owner",
  role_assigned: "{actor} assigned the role[ {target}] to an account",
  role_removed: "{actor} removed the role[ {target}] of an account",
  app_installed: "{actor} installed the app[ {target}]",
  org_app_installed: "{actor} installed the app[ {target}] in the organization",
  org_app_workspace_added: "{actor} added the app[ {target}] to a workspace",
  org_app_workspace_removed: "{actor} removed the app[ {target}] from a workspace",
  app_uninstalled: "{actor} uninstalled the app[ {target}]",
  app_approved: "{actor} approved the app[ {target}]",
  app_restricted: "{actor} restricted the app[ {target}]",
  app_removed_from_whitelist: "{actor} withdrew the approval of the app[ {target}]",
  app_scopes_expanded: "{actor} granted more scopes to the app[ {target}][: {scopes}]",
  app_resources_added: "{actor} granted the app[ {target}] access to more resources",
  app_token_preserved: "Slack kept the token of the app[ {target}] of {actor}",
  app_deactivated: "{actor} disabled the app[ {target}]",
  "pref.sso_setting_changed": "{actor} changed single sign-on of[ {target}]",
  "pref.two_factor_auth_changed": "{actor} changed whether two factors are required[ in {target}]",
  "pref.session_duration_changed": "{actor} changed how long sessions last[ in {target}]",
  "pref.disallow_public_file_urls": "{actor} changed whether files may have public links[ in {target}]",
  "pref.app_whitelist_enabled": "{actor} changed whether apps need an approval[ in {target}]",
  idp_configuration_added: "{actor} added an identity provider[ to {target}]",
  idp_configuration_deleted: "{actor} deleted an identity provider[ of {target}]",
  idp_prod_configuration_updated: "{actor} changed an identity provider[ of {target}]",
  manual_export_started: "{actor} started an export[ of {target}]",
  manual_export_completed: "Slack completed an export[ of {target}]",
  manual_export_downloaded: "{actor} downloaded an export[ of {target}]",
  manual_export_deleted: "{actor} deleted an export[ of {target}]",
  scheduled_export_started: "Slack started a scheduled export[ of {target}]",
  corporate_exports_enabled: "{actor} enabled exports of all messages[ of {target}]",
  corporate_exports_approved: "{actor} approved exports of all messages[ of {target}]",
  ekm_enrolled: "{actor} enabled Slack's key management[ of {target}]",
  ekm_unenrolled: "{actor} disabled Slack's key management[ of {target}]",
  intune_enabled: "{actor} enabled Intune[ for {target}]",
  intune_disabled: "{actor} disabled Intune[ for {target}]",
  "barrier_(created|updated|deleted)": "{actor} {did} an information barrier",
  "native_dlp_rule_(created|deactivated|reactivated|edited)": "{actor} {did} a rule against data loss[ {target}]",
  native_dlp_violation_action_taken: "{actor} acted on a breach of a rule against data loss",
  ip_allowlist_enabled: "{actor} enabled the list of allowed addresses[ of {target}]",
  ip_allowlist_disabled: "{actor} disabled the list of allowed addresses[ of {target}]",
  "(workspace|organization)_created": "{actor} created the {thing}[ {target}]",
  "(workspace|organization)_deleted": "{actor} deleted the {thing}[ {target}]",
};

export const vocabulary = defineVocabulary({
  tables: [
    { category: "LOG_ON", events: signIns },
    { category: "USER", events: work },
    { category: "ADMIN", events: administration },
  ],
  rules: [
    (type) =>
      type.startsWith("pref.")
        ? `{actor} changed the setting ${type.slice(5).replaceAll("_", " ")}[ of {target}]`
        : null,
  ],
  categoryOf,
});

/** By the family of a name, for actions that Slack has and adds beyond the tables. */
export function categoryOf(type: string): ActivityCategory {
  if (/^user_(?:login|logout|session|sso)/.test(type)) return "LOG_ON";
  if (
    /^(?:file|public_channel|private_channel|mpim|channel|message|huddle|canvas|list|workflow|external_shared|connect_dm|guest_channel|user_channel|function|reaction|bookmark)/.test(
      type,
    )
  )
    return "USER";
  return "ADMIN";
}

/** Names that speak of what was refused or did not succeed. */
export const isFailure = (type: string): boolean => /_(?:failed|blocked|denied)$/.test(type);
