import type { EventTable } from "#src/connector-kit/vocabulary.ts";

const change = "[ from {old_value}][ to {new_value}]";
const unit = "[ for {org_unit_name}]";

/** Settings of the domain, of security and of the services. Sources: …/appendix/activity/admin-security-settings and its neighbours */
export const settingEvents: EventTable = {
  "admin.change_application_setting": `{actor} changed the setting {setting_name} of {application_name}${change}${unit}`,
  "admin.create_application_setting": `{actor} made the setting {setting_name} of {application_name}[: {new_value}]${unit}`,
  "admin.delete_application_setting": `{actor} deleted the setting {setting_name} of {application_name}${unit}`,
  "admin.reorder_group_based_policies_event": "{actor} changed the order of group policies[ of {application_name}]",
  "admin.change_(calendar|chat|contacts|docs|email|mobile|sites|whitelist)_setting": `{actor} changed the {thing} setting {setting_name}${change}${unit}`,
  "admin.(change|create|delete)_gmail_setting":
    "{actor} {did} the Gmail setting {setting_name}[: {user_defined_setting_name}]",
  "admin.toggle_service_enabled": "{actor} changed the service {service_name}[ to {new_value}][ for {org_unit_name}]",
  "admin.(add|remove)_application": "{actor} {did} the Marketplace app {application_name}",
  "admin.(add_application_to_whitelist|remove_application_from_whitelist)":
    "{actor} changed the list of allowed Marketplace apps[: {application_name}]",
  "admin.authorize_api_client_access":
    "{actor} gave {api_client_name} domain-wide access[ with the scopes {api_scopes}]",
  "admin.remove_api_client_access": "{actor} took domain-wide access from {api_client_name}",
  "admin.(add_to|remove_from)_(trusted|blocked|limited|caa_exempt|trusted_by_oauth_scope)_oauth2_apps":
    "{actor} changed the list of {words} apps[: {oauth2_app_name}]",
  "admin.multiple_add_to_(trusted|blocked|limited|trusted_by_oauth_scope)_oauth2_apps":
    "{actor} added several apps to the list of {words} apps",
  "admin.oauth_apps_bulk_upload": "{actor} uploaded a list of OAuth apps",
  "admin.oauth_apps_bulk_upload_notification_sent": "Google reported the outcome of an upload of OAuth apps",
  "admin.allow_service_for_oauth2_access": `{actor} opened {oauth2_service_name} to apps${unit}`,
  "admin.disallow_service_for_oauth2_access": `{actor} closed {oauth2_service_name} to apps${unit}`,
  "admin.(block|unblock)_all_third_party_api_access": `{actor} {did} the access of all third-party apps${unit}`,
  "admin.sign_in_only_third_party_api_access": `{actor} restricted third-party apps to signing people in${unit}`,
  "admin.underage_(block_all|sign_in_only)_third_party_api_access": `{actor} restricted third-party apps of minors${unit}`,
  "admin.(trust|untrust)_domain_owned_oauth2_apps": `{actor} {did} the apps of the own domain${unit}`,
  "admin.update_error_msg_for_restricted_oauth2_apps": "{actor} changed the message about restricted apps",
  "admin.(block|unblock)_on_device_access": `{actor} {did} access on devices[ of {oauth2_service_name}]${unit}`,
  "admin.(user|underage_user|edu_over_18|edu_delegated_user)_approval_workflow_enabled": `{actor} let people request access for apps${unit}`,
  "admin.(user|underage_user|edu_over_18|edu_delegated_user)_approval_workflow_disabled": `{actor} stopped people from requesting access for apps${unit}`,
  "admin.download_pending_app_user_requests": "{actor} downloaded the open requests for apps",
  "admin.enforce_strong_authentication": `{actor} changed whether 2-Step Verification is enforced${change}${unit}`,
  "admin.allow_strong_authentication": `{actor} changed whether 2-Step Verification is allowed${change}${unit}`,
  "admin.change_allowed_two_step_verification_methods": `{actor} changed the methods of 2-Step Verification[ to {allowed_two_step_verification_method}]${unit}`,
  "admin.change_two_step_verification_(enrollment_period_duration|frequency|grace_period_duration|start_date)": `{actor} changed 2-Step Verification ({words})${change}${unit}`,
  "admin.change_password_(min|max)_length": `{actor} changed the {thing}imum length of passwords${change}`,
  "admin.toggle_allow_admin_password_reset": `{actor} changed whether admins recover their own passwords${change}`,
  "admin.enable_non_admin_user_password_recovery": `{actor} changed whether people recover their own passwords${change}${unit}`,
  "admin.weak_programmatic_login_settings_changed": `{actor} changed the access of less secure apps${change}${unit}`,
  "admin.session_control_settings_change":
    "{actor} changed session control[ of {reauth_application}][ from {reauth_setting_old}][ to {reauth_setting_new}]",
  "admin.change_session_length": `{actor} changed the length of sessions${change}${unit}`,
  "admin.(change_caa_app_assignments|change_caa_error_message|toggle_caa_enablement|toggle_caa_remediation_enablement)": `{actor} changed context-aware access[: {application_name}]${change}${unit}`,
  "admin.change_sso_settings": "{actor} changed SSO[ of {domain_name}]",
  "admin.toggle_sso_enabled": "{actor} changed whether SSO is used[: {new_value}]",
  "admin.(update_public_key_certificate|update_public_key_certificate_status)":
    "{actor} changed the certificate of SSO",
  "admin.toggle_(ssl|outbound_relay|open_id_enabled|contact_sharing|auto_add_new_service|new_app_features|enable_pre_release_features|use_custom_logo|use_next_gen_control_panel)": `{actor} changed {words}[ to {new_value}]${unit}`,
  "admin.(toggle_oauth_access_to_all_apis|toggle_enable_oauth_consumer_key|regenerate_oauth_consumer_secret)":
    "{actor} changed the OAuth key of the domain[: {new_value}]",
  "admin.enable_api_access": "{actor} changed access by API[ to {new_value}]",
  "admin.(add|remove)_trusted_domains": "{actor} {did} trusted domains[: {domain_name}]",
  "admin.(add|remove|verify|skip)_(secondary_domain|domain_alias)":
    "{actor} {did} a {words}[: {secondary_domain_name}][: {domain_alias}]",
  "admin.(verify|skip)_(secondary_domain|domain_alias)_mx":
    "{actor} {did} the mail records of a domain[: {domain_name}]",
  "admin.mx_record_verification_claim": "{actor} confirmed the mail records[ of {domain_name}]",
  "admin.change_(domain_name|primary_domain|organization_name|domain_default_locale|domain_default_timezone|domain_support_message)": `{actor} changed the {words}${change}`,
  "admin.update_domain_(primary_admin|secondary)_email": `{actor} changed the {thing} e-mail of the domain${change}`,
  "admin.view_dns_login_details": "{actor} looked at the login details of the DNS console",
  "admin.change_data_(localization_setting|localization_for_russia|protection_officer_contact_info)": `{actor} changed data {words}${change}`,
  "admin.change_(conflict_account_action|conflict_accounts_management_settings)": `{actor} changed what happens to conflicting accounts${change}`,
  "admin.(change_reseller_access|change_reseller_access_for_sku)":
    "{actor} changed the access of the reseller[: {new_value}]",
  "admin.email_log_search":
    "{actor} searched the e-mail log[ for messages from {email_log_search_sender}][ to {email_log_search_recipient}]",
  "admin.email_undelete": "{actor} restored deleted e-mail of {user_email}",
  "admin.email_life_of_a_message": "{actor} looked at the life of a message",
  "admin.(release|drop|reject)_from_quarantine": "{actor} {did} a message[ of the quarantine {quarantine_name}]",
  "admin.(create|delete|rename)_alert": "{actor} {did} the alert {alert_name}",
  "admin.(change_alert_criteria|alert_receivers_changed|alert_status_changed)": `{actor} changed the alert {alert_name}${change}`,
  "admin.(create|delete|rename|update)_rule": "{actor} {did} the rule {rule_name}",
  "admin.(change_rule_criteria|rule_actions_changed|rule_status_changed)": `{actor} changed the rule {rule_name}${change}`,
  "admin.alert_center_(view|list_change|list_feedback|get_sit_link)":
    "{actor} looked at the Alert Center[: {alert_id}]",
  "admin.alert_center_(batch_delete_alerts|batch_undelete_alerts|create_alert|create_feedback|delete_alert|undelete_alert|update_alert|update_alert_metadata)":
    "{actor} worked on alerts in the Alert Center ({words})[: {alert_id}]",
  "admin.security_investigation_(query|query_refresh|object_create|object_duplicate|object_save|object_update|object_ownership_transfer|object_change_access_level)":
    "{actor} searched with the security investigation tool[ ({investigation_data_source})]",
  "admin.security_investigation_(export_query|content_access|chart_create|settings_update)":
    "{actor} used the security investigation tool ({words})[: {investigation_data_source}]",
  "admin.security_investigation_(action|action_cancellation|action_completion|action_retry|action_verification_confirmation|action_verification_request|action_verification_request_expiration)":
    "{actor} acted with the security investigation tool[: {investigation_action}]",
  "admin.security_(center_rule_threshold_trigger|chart_drilldown)": "{actor} used the security center ({words})",
  "admin.customer_takeout_created": "{actor} started an export of all data of the organisation",
  "admin.customer_takeout_scheduled": "{actor} scheduled an export of all data of the organisation",
  "admin.customer_takeout_(succeeded|failed|deleted)": "An export of all data of the organisation {words}[: {reason}]",
  "admin.(mobile_device_approve|mobile_device_block|mobile_device_wipe|mobile_device_delete|mobile_account_wipe|mobile_device_cancel_wipe_then_approve|mobile_device_cancel_wipe_then_block)":
    "{actor} changed a device of {user_email} ({words})[: {device_type}]",
  "admin.company_owned_device_(blocked|unblocked|wiped)": "{actor} {words} a company-owned device[: {device_id}]",
  "admin.action_(requested|cancelled)": "{actor} {words} an action on a device of {user_email}[: {action_type}]",
  "admin.(add_mobile_application_to_whitelist|remove_mobile_application_from_whitelist)":
    "{actor} changed the list of allowed mobile apps[: {mobile_app_package_id}]",
  "admin.change_mobile_application_(settings|permission_grant|priority_order)":
    "{actor} changed the {words} of the mobile app {mobile_app_package_id}",
  "admin.change_device_state": `{actor} changed the state of a device[ {device_serial_number}][ from {device_previous_state}][ to {device_new_state}]`,
  "admin.change_chrome_os_(application|android_application|web_application|isolated_web_application|device|public_session|user|custom_configurations_json|web_permission)_setting": `{actor} changed a ChromeOS setting[: {setting_name}]${change}${unit}`,
  "admin.change_chrome_os_setting": `{actor} changed a ChromeOS setting[: {setting_name}]${change}${unit}`,
};

/** Those whose own words say enough. */
export const listedSettings: readonly string[] = `
  add_mobile_certificate add_mobile_wireless_network add_web_address apple_dep_sync_triggered apple_dep_token_setup_complete
  apple_vpp_token_operation assign_custom_logo cancel_calendar_events change_account_auto_renewal change_admin_restrictions_pin
  change_advertisement_option change_app_access_settings_collection_id change_chrome_os_device_annotation change_chrome_os_device_state
  change_custom_logo change_device_upgrade change_edu_type change_eu_representative_contact_info change_login_activity_trace
  change_login_background_color change_login_border_color change_mobile_wireless_network change_mobile_wireless_network_password
  change_renew_domain_registration change_sites_web_address_mapping_updates chrome_app_licenses_enabled chrome_app_user_license_assigned
  chrome_app_user_license_revoked chrome_application_license_reservation_created chrome_application_license_reservation_deleted
  chrome_application_license_reservation_updated chrome_licenses_allowed chrome_licenses_enabled chrome_licenses_redeemed
  communication_preferences_setting_change company_device_deletion company_devices_bulk_creation create_building create_calendar_resource
  create_calendar_resource_feature create_chrome_os_enrollment_token create_device_enrollment_token create_enrollment_token
  create_managed_configuration create_play_for_work_token customer_user_device_deletion_event delete_building delete_calendar_resource
  delete_calendar_resource_feature delete_chrome_os_device delete_chrome_os_print_server delete_chrome_os_printer
  delete_duplicate_chrome_os_device delete_managed_configuration delete_play_for_work_token delete_web_address
  docs_org_branding_provisioning docs_org_branding_upload enable_feedback_solicitation enable_service_or_feature_notifications
  enroll_for_google_device_management ews_in_new_credentials_generated ews_out_endpoint_configuration_changed
  ews_out_endpoint_configuration_reset first_temporary_or_suppressed_license_notification flashlight_edu_non_featured_services_selected
  generate_pin generate_transfer_token gplus_premium_features insert_chrome_os_print_server insert_chrome_os_printer issue_device_command
  meet_interop_create_gateway meet_interop_delete_gateway meet_interop_modify_gateway move_device_to_org_unit_detailed
  move_shared_drive_to_org_unit play_for_work_enroll play_for_work_unenroll pre_provision_chrome_os_device release_calendar_resources
  remove_chrome_os_application_setting remove_chrome_os_application_settings remove_chrome_os_web_origin_settings remove_mobile_certificate
  remove_mobile_wireless_network rename_calendar_resource repair_center_deprovision
  reseller_first_temporary_or_suppressed_license_notification reseller_temporary_licenses_expired_notification
  revoke_chrome_os_enrollment_token revoke_device_enrollment_token revoke_enrollment_token send_chrome_os_device_command
  suppressed_license_assignment suppressed_license_revoke suppressed_to_assigned_license_conversion temporary_license_assignment
  temporary_license_revoke temporary_licenses_expired_notification temporary_to_assigned_license_conversion
  temporary_to_suppressed_license_conversion unassign_custom_logo update_building update_calendar_resource update_calendar_resource_feature
  update_chrome_os_print_server update_chrome_os_printer update_device update_dynamic_license update_managed_configuration
  update_smart_features use_google_mobile_management use_google_mobile_management_for_ios use_google_mobile_management_for_non_ios
  view_site_details
`
  .trim()
  .split(/\s+/)
  .map((name) => `admin.${name}`);
