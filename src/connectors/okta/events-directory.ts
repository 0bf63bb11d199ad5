import type { EventTable } from "#src/connector-kit/vocabulary.ts";

/** Directories, imports, agents and provisioning: mostly Okta at work, on behalf of an administrator. */
export const directoryEvents: EventTable = {
  "system.import.(start|complete|complete_batch)": "An import[ from {app}] {did}",
  "system.import.schedule": "{actor} scheduled an import[ from {app}]",
  "system.import.(user|group|group_membership|custom_object|user_csv).(start|complete)":
    "An import of {thing}s[ from {app}] {did}",
  "system.import.(download|implicit_deletion|membership_processing|object_creation|user_matching).(start|complete)":
    "The {thing} phase of an import[ from {app}] {did}",
  "system.import.(group|custom_object).(create|update|delete)": "An import[ from {app}] {did} the {thing} {target}",
  "system.import.user.(create|update|delete|suspend|unsuspend|match)": "An import[ from {app}] {did} {user}",
  "system.import.user.unsuspend_after_confirm": "An import[ from {app}] lifted the suspension of {user}",
  "system.import.user.update_user_lifecycle_from_master": "An import[ from {app}] changed the status of {user}",
  "system.import.(import_profile|import_provisioning_info)": "An import[ from {app}] read the profile of {user}",
  "system.import.entitlement": "An import[ from {app}] read entitlements",
  "system.import.entitlement.(mismatch|capacity_warning|upper_limit_exceeded|schema.update)":
    "An import[ from {app}] reported on entitlements: {words}",
  "system.import.(full_import_required|incremental_converted_to_full)":
    "An import[ from {app}] has to be a full one[: {reason}]",
  "system.import.clear.unconfirmed.users.summary": "{actor} cleared imported users that nobody confirmed",
  "system.import.roadblock": "An import[ from {app}] stopped, it would have removed too much[: {reason}]",
  "system.import.roadblock.(reschedule_and_resume|resume|updated)":
    "{actor} {did} an import[ from {app}] that had stopped",
  "system.import.session.(created|triggered|cancelled)":
    "An import session of an identity source was {did}[: {target}]",
  "system.import.session.expired": "An import session of an identity source expired[: {target}]",
  "system.import.user_match.(confirm|update|unignore)": "{actor} {did} the match of an imported user[: {target}]",
  "system.csv.import_user": "A user was left out of an import from CSV[: {target}]",
  "system.identity_sources.(user|group).(create|update|delete)":
    "{actor} {did} the {thing} {target} of an identity source",
  "system.identity_sources.group.user.(assign|revoke)":
    "{actor} {did} a member of a group of an identity source[: {target}]",
  "system.identity_sources.(bulk_upsert|bulk_delete|bulk_device_upsert|bulk_device_delete|bulk_group_upsert|bulk_group_delete|bulk_group_membership_upsert|bulk_group_membership_delete)":
    "{actor} uploaded data to an identity source: {words}",
  "system.agent.(ad|ldap|connector).(create|connect|reconnect|disconnect|deactivate|reactivate|start|update|upgrade|delete)":
    "The {thing} agent[ {target}] was {did}",
  "system.agent.(ad|ldap).config_change_detected": "The configuration file of the {thing} agent[ {target}] changed",
  "system.agent.(ad|ldap).(reset_user_password|change_user_password|update_user_password)":
    "The {thing} agent {did} the password of {user}",
  "system.agent.(ad|ldap).unlock_user_account": "The {thing} agent unlocked the account of {user}",
  "system.agent.(ad|ldap).update_user": "The {thing} agent updated the account of {user}",
  "system.agent.ldap.create_user_JIT": "The LDAP agent created the account of {user} at sign-in",
  "system.agent.(ad|ldap).realtimesync": "The {thing} agent synchronised {user}",
  "system.agent.ad.(import_user|import_ou|invoke_dir|invoke-powershell|read_config|read_dirsync|read_ldap|read_schema|read_topology|read_toplogy|write_ldap|upload_log|upload_iwa_log|dirsync.verify)":
    "The Active Directory agent[ {target}] did a task: {words}",
  "system.agent.register": "{actor} registered the agent {target}",
  "system.agent.auto_update": "The agent[ {target}] was updated automatically",
  "system.agent_pools.auto_update": "The automatic update of a pool of agents changed its status[: {target}]",
  "system.iwa.(create|update|remove)": "{actor} {did} an agent of desktop single sign-on[: {target}]",
  "system.iwa.(go_online|go_offline|promote_primary|use_default)":
    "An agent of desktop single sign-on changed its state: {words}",
  "(system.iwa_agentless|system.iwa_agentless_kerberos).update": "{actor} changed agentless desktop single sign-on",
  "app.ad.api.user_import.account_locked": "Okta locked the account of {person}, it is locked in Active Directory",
  "app.ad.api.user_import.warn.(skipped_contact.attribute_invalid_value|skipped_user.attribute_invalid_value|skipped_user.missing_required_attribute)":
    "An Active Directory import left out an entry: {words}",
  "app.ad.credential.verify": "{actor} verified a stored credential of Active Directory",
  "app.ad.password_migration_campaign.create": "{actor} created a password migration campaign of Active Directory",
  "app.ad.password_migration_campaign.(finish|cancel).start": "{actor} began to {thing} a password migration campaign",
  "app.ad.password_migration_campaign.finish.end": "A password migration campaign was finished",
  "app.ad.password_migration_campaign.cancel.end": "A password migration campaign was cancelled",
  "app.ad.password_migration_campaign.group.add": "{actor} added the group {group} to a password migration campaign",
  "app.ad.password_migration_campaign.user.capture_password":
    "Okta captured the password of {person} from Active Directory",
  "app.ad.password_migration_campaign.user.migrate.(start|end)": "The migration of the password of {person} {did}",
  "app.ldap.read_schema": "Okta read the schema of an LDAP directory",
  "app.ldap.import.tracking_attribute_missing": "An LDAP import found entries without a tracking attribute",
  "app.radius.agent.(listener.failed|listener.succeeded|port_inaccessible|port_reaccessible)":
    "The RADIUS agent[ {target}] reported: {words}",
  "app.radius.info_access.(no_permission|partial_permission)": "The RADIUS agent may not read every app: {words}",
  "app.realtimesync.import.details.(add_user|update_user|delete_user)":
    "Real-time synchronisation[ with {app}] {did} {user}",
  "app.realtimesync.import_failed": "Real-time synchronisation[ with {app}] failed[: {reason}]",
  "agents.connector_agent.*": "A connector agent reported: {message}",

  "application.provision.user.(activate|deactivate|reactivate|delete|deprovision|import|sync)":
    "Okta {did} the account of {user} in {app}",
  "application.provision.user.delete.schedule": "Okta scheduled to delete the account of {user} in {app}",
  "application.provision.user.(push|push_profile)": "Okta pushed the profile of {user} to {app}",
  "application.provision.user.import_profile": "Okta imported the profile of {user} from {app}",
  "application.provision.user.(password|push_password|push_okta_password)":
    "Okta pushed the password of {user} to {app}",
  "application.provision.user.remove_entitlements": "Okta removed entitlements of {user} in {app}",
  "application.provision.user.remove_entitlements.schedule": "Okta scheduled to remove entitlements of {user} in {app}",
  "application.provision.(user|group|group_membership).verify_exists":
    "Okta checked that a {thing} exists in {app}[: {target}]",
  "application.provision.group.(add|update|remove)": "Okta {did} the group {group} in {app}",
  "application.provision.group.import": "Okta imported the group {group} from {app}",
  "application.provision.group_membership.(add|import|update|remove)":
    "Okta {did} a group membership in {app}[: {group}]",
  "application.provision.group_push.pushed": "Group Push pushed the group {group} to {app}",
  "application.provision.group_push.(updated|removed)": "Group Push {did} the group {group} in {app}",
  "application.provision.group_push.(activate_mapping|deactivate_mapping)":
    "{actor} {did} a mapping of Group Push for {app}",
  "application.provision.group_push.delete_appgroup": "Group Push deleted a group of {app}[: {group}]",
  "application.provision.group_push.push_memberships": "Group Push pushed memberships to {app}[: {group}]",
  "application.provision.group_push.mapping.*": "Group Push[ to {app}] reported: {message}",
  "application.provision.field_mapping_rule.change": "{actor} changed the attribute mapping of {app}",
  "application.provision.integration.call_api": "Okta called the API of {app}",
  "application.integration.(api_query|authentication_failure|general_failure|rate_limit_exceeded|transfer_files)":
    "The integration with {app} failed: {words}[ ({reason})]",
  "app.app_instance.provision_sync_job.(started|completed|failed)": "A provisioning job of {app} {did}",
  "app.user_management": "Okta changed the members of a group of {app}",
  "app.user_management.grouppush.mapping.*": "Group Push[ to {app}] reported: {message}",
  "app.user_management.(import.csv.line.error|push_new_user_success|update_from_master_failed)":
    "Provisioning of {app} reported: {words}",
  "app.user_management.user_group_import.(create_failure|delete_success|update_failure|upsert_fail|upsert_success)":
    "An import of groups from {app} reported: {words}",
  "app.office365.*": "The Office 365 integration reported: {message}",
  "app.rum.*": "Remote user management[ of {app}] reported: {message}",
  "mim.*": "Okta Mobility Management reported: {message}",
  "omm.*": "Okta Mobility Management reported: {message}",
};
