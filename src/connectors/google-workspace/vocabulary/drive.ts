import type { EventTable } from "#src/connector-kit/vocabulary.ts";

const change = "[ from {old_value}][ to {new_value}]";

/** Files and who may open them. Source: https://developers.google.com/workspace/admin/reports/v1/appendix/activity/drive */
export const driveEvents: EventTable = {
  "drive.(view|create|edit|upload|download|print|preview|move|delete|copy|encrypt)": "{actor} {did} {doc_title}",
  "drive.rename": "{actor} renamed {old_value} to {doc_title}",
  "drive.trash": "{actor} moved {doc_title} to the trash",
  "drive.untrash": "{actor} restored {doc_title} from the trash",
  "drive.source_copy": "{actor} copied {doc_title}[ to {new_value}]",
  "drive.add_to_folder": "{actor} moved {doc_title} into a folder[: {destination_folder_title}]",
  "drive.remove_from_folder": "{actor} moved {doc_title} out of a folder[: {source_folder_title}]",
  "drive.unmovable_item_reparented": "{doc_title} stayed behind when its folder was moved",
  "drive.(add|remove)_lock": "{actor} {did} a lock on {doc_title}",
  "drive.change_user_access":
    "{actor} changed the access of {target_user} to {doc_title}[ from {old_value}][ to {new_value}]",
  "drive.change_user_access_hierarchy_reconciled": "The access of {target_user} to {doc_title} changed with its folder",
  "drive.change_document_visibility": "{actor} changed who sees {doc_title}[ from {old_value}][ to {new_value}]",
  "drive.change_document_visibility_hierarchy_reconciled":
    "Who sees {doc_title} changed with its folder[, to {new_value}]",
  "drive.change_document_access_scope":
    "{actor} changed what the link to {doc_title} allows[ from {old_value}][ to {new_value}]",
  "drive.change_document_access_scope_hierarchy_reconciled":
    "What the link to {doc_title} allows changed with its folder",
  "drive.change_acl_editors": `{actor} changed whether editors share {doc_title}${change}`,
  "drive.change_owner": "{actor} changed the owner of {doc_title}[ to {new_owner}]",
  "drive.change_owner_hierarchy_reconciled": "The owner of {doc_title} changed with its folder",
  "drive.(enable|disable)_inherited_permissions": "{actor} {did} inherited permissions of {doc_title}",
  "drive.(publish_change|publish_new_version)": "{actor} published {doc_title}[: {new_publish_visibility}]",
  "drive.(apply|remove)_security_update": "{actor} changed the security update of {doc_title}",
  "drive.shared_drive_(apply|remove)_security_update": "{actor} changed the security update of a shared drive",
  "drive.shared_drive_membership_change":
    "{actor} changed the membership of {target} in a shared drive[: {added_role}][ instead of {removed_role}]",
  "drive.shared_drive_settings_change":
    "{actor} changed a shared drive[ ({shared_drive_settings_change_type})][ from {old_settings_state}][ to {new_settings_state}]",
  "drive.team_drive_(membership|settings)_change": "{actor} changed the {thing} of a shared drive",
  "drive.request_access": "{actor} requested access to {doc_title}[ for {target_user}]",
  "drive.deny_access_request": "{actor} denied {target_user} access to {doc_title}",
  "drive.expire_access_request": "A request of {target_user} for access to {doc_title} expired",
  "drive.email_as_attachment": "{actor} sent {doc_title} as an attachment",
  "drive.email_collaborators": "{actor} wrote to the collaborators of {doc_title}",
  "drive.(create|delete|edit|reassign|reopen|resolve)_comment": "{actor} {did} a comment on {doc_title}",
  "drive.(accept|create|delete|reject)_suggestion": "{actor} {did} a suggestion in {doc_title}",
  "drive.approval_(requested|canceled|completed|comment_added|decisions_reset|due_time_change|reviewer_change|reviewer_responded)":
    "{actor} took part in the approval of {doc_title} ({words})",
  "drive.(request|review|complete|cancel)_esignature": "{actor} {did} a signature of {doc_title}",
  "drive.(label_added|label_added_by_item_create)": "{actor} marked {doc_title} with a label[: {label_title}]",
  "drive.label_removed": "{actor} removed a label from {doc_title}[: {label_title}]",
  "drive.label_field_changed": "{actor} changed the label of {doc_title}[: {label_title}]",
  "drive.connected_sheets_query": "{actor} queried data from {doc_title}",
  "drive.(sheets_import_range|sheets_import_url)":
    "Data was imported through {doc_title}[: {sheets_import_range_recipient_doc}]",
  "drive.sheets_import_range_access_change": "{actor} let another sheet import from {doc_title}",
  "drive.download_forms_response": "{actor} downloaded the responses to {doc_title}",
  "drive.(access_item_content|prefetch_item_content)": "An app read {doc_title} on behalf of {actor}",
  "drive.sync_item_content": "{actor} synchronised {doc_title} to a device",
  "drive.(pause|resume)_sync_client": "{actor} {did} the sync client",
  "drive.search": "{actor} searched Drive",
  "drive.access_url": "A script of {doc_title} opened a web address",
  "drive.(create|delete)_script_trigger": "{actor} {did} a trigger of the script {doc_title}",
  "drive.(delete|pin|unpin)_revision": "{actor} {did} a version of {doc_title}",
  "drive.(delete|download|upload)_video_caption": "{actor} {did} captions of {doc_title}",
  "drive.report_abuse": "{actor} reported {doc_title} as abuse",
  "drive.appeal_abuse_violation": "{actor} appealed against a finding of abuse in {doc_title}",
  "drive.storage_usage_update": "The storage used by {actor} changed",
};

/** The sentences of changes of access that open an item, or close it. */
export const sharingEvents: Readonly<Record<"share" | "unshare", EventTable>> = {
  share: {
    "drive.change_user_access": "{actor} shared {doc_title} with {target_user}[: {new_value}]",
    "drive.change_document_visibility": "{actor} shared {doc_title}[: {new_value}][ instead of {old_value}]",
  },
  unshare: {
    "drive.change_user_access": "{actor} stopped sharing {doc_title} with {target_user}",
    "drive.change_document_visibility": "{actor} stopped sharing {doc_title}[, which was {old_value}]",
  },
};
