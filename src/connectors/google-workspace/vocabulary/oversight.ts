import type { EventTable } from "#src/connector-kit/vocabulary.ts";

/** What data rules find. Source: …/appendix/activity/rules */
export const ruleEvents: EventTable = {
  "rules.(rule_match|rule_trigger|content_matched)": "The rule {rule_name} fits what {actor} did[: {resource_title}]",
  "rules.content_unmatched": "The rule {rule_name} no longer fits anything[ in {resource_title}]",
  "rules.action_complete": "The rule {rule_name} acted on what {actor} did[: {resource_title}]",
  "rules.sharing_blocked": "The rule {rule_name} kept {actor} from sharing[: {resource_title}]",
  "rules.(label_applied|label_removed|label_field_value_changed)":
    "The rule {rule_name} changed a label[ of {resource_title}][: {label_title}]",
};

/** Who looks over others' data: investigators, Google, keys, migrations. Sources: …/appendix/activity/vault, /access-transparency, /gcp */
export const oversightEvents: EventTable = {
  "vault.(view_document|view_document_information|view_external_document)":
    "{actor} looked at a document in Vault[: {document_id}]",
  "vault.(export|create_export_begin|create_export_end)":
    "{actor} exported data from Vault[: {export_name}][ ({matter_name})]",
  "vault.(search|search_count|deletion_search)": "{actor} searched in Vault[: {query}]",
  "vault.*": "{actor} worked in Vault ({words})[: {matter_name}]",
  "access_transparency.access":
    "Google's staff accessed data[: {gsuite_product_name}][ of {owner_email}][, reason: {justifications}]",
  "access_transparency.gsuite_resource": "Google's staff accessed a resource of the organisation",
  "gcp.(import|delete|get|update)_ssh_public_key": "{actor} {did} an SSH key[ of {user_email}]",
  "gcp.delete_posix_account": "{actor} deleted a POSIX account[ of {user_email}]",
  "gcp.get_login_profile": "{actor} read a login profile[ of {user_email}]",
  "data_migration.*": "{actor} migrated data ({words})[: {target}]",
  "directory_sync.*": "{actor} synchronised the directory ({words})[: {target}]",
  "admin_data_action.*": "{actor} looked at people's data as an admin ({words})[: {target}]",
};

/** What Google's Alert Center raised. https://developers.google.com/workspace/admin/alertcenter/reference/alert-types */
export const alertEvents: EventTable = {
  "alerts.*": "Google raised the alert “{type}”[ about {email}]",
};
