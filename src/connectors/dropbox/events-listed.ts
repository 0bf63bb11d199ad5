/**
 * Every event type that Dropbox lists, by its category.
 * Source: https://github.com/dropbox/dropbox-api-spec/blob/main/team_log.stone, union EventType
 */
export const listedEvents: Readonly<Record<string, string>> = {
  admin_alerting:
    "admin_alerting_alert_state_changed admin_alerting_changed_alert_config admin_alerting_triggered_alert " +
    "ransomware_restore_process_completed ransomware_restore_process_started",
  apps:
    "app_blocked_by_permissions app_link_team app_link_user app_unlink_team app_unlink_user integration_connected " +
    "integration_disconnected",
  comments:
    "file_add_comment file_change_comment_subscription file_delete_comment file_edit_comment file_like_comment " +
    "file_resolve_comment file_unlike_comment file_unresolve_comment",
  dash:
    "dash_added_comment_to_stack dash_added_connector dash_added_link_to_stack dash_added_team_email_domain_allowlist " +
    "dash_admin_added_org_wide_connector dash_admin_disabled_connector dash_admin_enabled_connector " +
    "dash_admin_removed_org_wide_connector dash_archived_stack dash_changed_audience_of_shared_link_to_stack " +
    "dash_cloned_stack dash_connector_tools_call dash_created_stack dash_deleted_comment_from_stack dash_deleted_stack " +
    "dash_edited_comment_in_stack dash_external_user_opened_stack dash_first_launched_desktop dash_first_launched_extension " +
    "dash_first_launched_web_start_page dash_opened_shared_link_to_stack dash_opened_stack " +
    "dash_preview_opt_out_status_changed dash_removed_connector dash_removed_link_from_stack " +
    "dash_removed_shared_link_to_stack dash_removed_team_email_domain_allowlist dash_renamed_stack dash_shared_link_to_stack " +
    "dash_unarchived_stack dash_viewed_company_stack dash_viewed_external_ai_activity_report",
  data_governance:
    "governance_policy_add_folders governance_policy_add_folder_failed governance_policy_content_disposed " +
    "governance_policy_create governance_policy_delete governance_policy_edit_details governance_policy_edit_duration " +
    "governance_policy_export_created governance_policy_export_removed governance_policy_remove_folders " +
    "governance_policy_report_created governance_policy_zip_part_downloaded legal_holds_activate_a_hold " +
    "legal_holds_add_members legal_holds_change_hold_details legal_holds_change_hold_name legal_holds_export_a_hold " +
    "legal_holds_export_cancelled legal_holds_export_downloaded legal_holds_export_removed legal_holds_release_a_hold " +
    "legal_holds_remove_members legal_holds_report_a_hold",
  devices:
    "device_change_ip_desktop device_change_ip_mobile device_change_ip_web device_delete_on_unlink_fail " +
    "device_delete_on_unlink_success device_link_fail device_link_success device_management_disabled " +
    "device_management_enabled device_sync_backup_status_changed device_unlink dropbox_passwords_exported " +
    "dropbox_passwords_new_device_enrolled emm_refresh_auth_token external_drive_backup_eligibility_status_checked " +
    "external_drive_backup_status_changed",
  domains:
    "account_capture_change_availability account_capture_migrate_account account_capture_notification_emails_sent " +
    "account_capture_relinquish_account disabled_domain_invites domain_invites_approve_request_to_join_team " +
    "domain_invites_decline_request_to_join_team domain_invites_email_existing_users domain_invites_request_to_join_team " +
    "domain_invites_set_invite_new_user_pref_to_no domain_invites_set_invite_new_user_pref_to_yes " +
    "domain_verification_add_domain_fail domain_verification_add_domain_success domain_verification_remove_domain " +
    "enabled_domain_invites",
  encryption:
    "encrypted_folder_cancel_team_key_rotation encrypted_folder_enroll_backup_key encrypted_folder_enroll_client " +
    "encrypted_folder_enroll_team encrypted_folder_finish_team_unenrollment encrypted_folder_init_team_key_rotation " +
    "encrypted_folder_init_team_unenrollment encrypted_folder_remove_backup_key encrypted_folder_rotate_team_key " +
    "encrypted_folder_unenroll_client team_encryption_key_activate_key team_encryption_key_cancel_key_deletion " +
    "team_encryption_key_create_key team_encryption_key_deactivate_key team_encryption_key_delete_key " +
    "team_encryption_key_disable_key team_encryption_key_enable_key team_encryption_key_rotate_key " +
    "team_encryption_key_schedule_key_deletion",
  file_operations:
    "apply_naming_convention create_folder file_add file_add_from_automation file_copy file_delete file_download file_edit " +
    "file_get_copy_reference file_locking_lock_status_changed file_move file_permanently_delete file_preview file_rename " +
    "file_restore file_revert file_rollback_changes file_save_copy_reference folder_overview_description_changed " +
    "folder_overview_item_pinned folder_overview_item_unpinned media_hub_file_downloaded object_label_added " +
    "object_label_removed object_label_updated_value organize_folder_with_tidy replay_file_delete replay_file_downloaded " +
    "replay_team_project_created rewind_folder undo_naming_convention undo_organize_folder_with_tidy user_tags_added " +
    "user_tags_removed",
  file_requests:
    "email_ingest_receive_file file_request_auto_close file_request_change file_request_close file_request_create " +
    "file_request_delete file_request_receive_file",
  groups:
    "group_add_external_id group_add_member group_change_external_id group_change_management_type group_change_member_role " +
    "group_create group_delete group_description_updated group_external_sharing_setting_override_changed " +
    "group_join_policy_updated group_moved group_remove_external_id group_remove_member group_rename",
  logins:
    "account_lock_or_unlocked emm_error guest_admin_signed_in_via_trusted_teams guest_admin_signed_out_via_trusted_teams " +
    "login_fail login_success logout reseller_support_session_end reseller_support_session_start sign_in_as_session_end " +
    "sign_in_as_session_start sso_error",
  members:
    "addon_assigned addon_removed backup_admin_invitation_sent backup_invitation_opened create_team_invite_link " +
    "delete_team_invite_link member_add_external_id member_add_name member_change_admin_role member_change_email " +
    "member_change_external_id member_change_membership_type member_change_name member_change_reseller_role " +
    "member_change_status member_delete_manual_contacts member_delete_profile_photo member_folder_contents_accessed " +
    "member_permanently_delete_account_contents member_remove_external_id member_set_profile_photo " +
    "member_space_limits_add_custom_quota member_space_limits_change_custom_quota member_space_limits_change_status " +
    "member_space_limits_remove_custom_quota member_suggest member_transfer_account_contents pending_secondary_email_added " +
    "product_assigned_to_member product_removed_from_member secondary_email_deleted secondary_email_verified " +
    "secondary_mails_policy_changed",
  paper:
    "binder_add_page binder_add_section binder_remove_page binder_remove_section binder_rename_page binder_rename_section " +
    "binder_reorder_page binder_reorder_section paper_content_add_member paper_content_add_to_folder paper_content_archive " +
    "paper_content_create paper_content_permanently_delete paper_content_remove_from_folder paper_content_remove_member " +
    "paper_content_rename paper_content_restore paper_doc_add_comment paper_doc_change_member_role " +
    "paper_doc_change_sharing_policy paper_doc_change_subscription paper_doc_deleted paper_doc_delete_comment " +
    "paper_doc_download paper_doc_edit paper_doc_edit_comment paper_doc_followed paper_doc_mention " +
    "paper_doc_ownership_changed paper_doc_request_access paper_doc_resolve_comment paper_doc_revert paper_doc_slack_share " +
    "paper_doc_team_invite paper_doc_trashed paper_doc_unresolve_comment paper_doc_untrashed paper_doc_view " +
    "paper_external_view_allow paper_external_view_default_team paper_external_view_forbid paper_folder_change_subscription " +
    "paper_folder_deleted paper_folder_followed paper_folder_team_invite paper_published_link_change_permission " +
    "paper_published_link_create paper_published_link_disabled paper_published_link_view",
  passwords: "password_change password_reset password_reset_all",
  protect:
    "protect_action_add_collaborator protect_action_add_link protect_action_delete protect_action_export " +
    "protect_action_remove_collaborator protect_action_remove_link protect_action_stop_sharing " +
    "protect_internal_domains_changed protect_policy_activated protect_policy_deactivated protect_policy_scheduled " +
    "protect_policy_updated protect_report_view",
  reports:
    "classification_create_report classification_create_report_fail emm_create_exceptions_report emm_create_usage_report " +
    "export_members_report export_members_report_fail external_sharing_create_report external_sharing_report_failed " +
    "member_access_details_create_report member_access_details_create_report_failed no_expiration_link_gen_create_report " +
    "no_expiration_link_gen_report_failed no_password_link_gen_create_report no_password_link_gen_report_failed " +
    "no_password_link_view_create_report no_password_link_view_report_failed outdated_link_view_create_report " +
    "outdated_link_view_report_failed paper_admin_export_start ransomware_alert_create_report " +
    "ransomware_alert_create_report_failed shared_folders_create_report shared_folders_create_report_failed " +
    "smart_sync_create_admin_privilege_report team_activity_create_report team_activity_create_report_fail " +
    "team_folders_create_report team_folders_create_report_failed team_storage_create_report " +
    "team_storage_create_report_failed",
  sharing:
    "collection_share file_transfers_file_add file_transfers_transfer_delete file_transfers_transfer_download " +
    "file_transfers_transfer_send file_transfers_transfer_view media_hub_project_team_add media_hub_project_team_delete " +
    "media_hub_project_team_role_changed media_hub_shared_link_audience_changed media_hub_shared_link_created " +
    "media_hub_shared_link_download_setting_changed media_hub_shared_link_revoked note_acl_invite_only note_acl_link " +
    "note_acl_team_link note_shared note_share_receive open_note_shared replay_file_shared_link_created " +
    "replay_file_shared_link_modified replay_project_team_add replay_project_team_delete send_and_track_file_added " +
    "send_and_track_file_renamed send_and_track_file_updated send_and_track_link_created send_and_track_link_deleted " +
    "send_and_track_link_updated send_and_track_link_viewed send_and_track_removed_file_and_associated_links sf_add_group " +
    "sf_allow_non_members_to_view_shared_links sf_external_invite_warn sf_fb_invite sf_fb_invite_change_role sf_fb_uninvite " +
    "sf_invite_group sf_team_grant_access sf_team_invite sf_team_invite_change_role sf_team_join sf_team_join_from_oob_link " +
    "sf_team_uninvite shared_content_add_invitees shared_content_add_link_expiry shared_content_add_link_password " +
    "shared_content_add_member shared_content_change_downloads_policy shared_content_change_invitee_role " +
    "shared_content_change_link_audience shared_content_change_link_expiry shared_content_change_link_password " +
    "shared_content_change_member_role shared_content_change_viewer_info_policy shared_content_claim_invitation " +
    "shared_content_copy shared_content_download shared_content_relinquish_membership shared_content_remove_invitees " +
    "shared_content_remove_link_expiry shared_content_remove_link_password shared_content_remove_member " +
    "shared_content_request_access shared_content_restore_invitees shared_content_restore_member shared_content_unshare " +
    "shared_content_view shared_folder_change_link_policy shared_folder_change_members_inheritance_policy " +
    "shared_folder_change_members_management_policy shared_folder_change_members_policy shared_folder_create " +
    "shared_folder_decline_invitation shared_folder_mount shared_folder_nest shared_folder_transfer_ownership " +
    "shared_folder_unmount shared_link_add_expiry shared_link_change_expiry shared_link_change_visibility shared_link_copy " +
    "shared_link_create shared_link_disable shared_link_download shared_link_remove_expiry shared_link_remove_visitor " +
    "shared_link_settings_add_expiration shared_link_settings_add_password shared_link_settings_allow_download_disabled " +
    "shared_link_settings_allow_download_enabled shared_link_settings_change_audience shared_link_settings_change_expiration " +
    "shared_link_settings_change_password shared_link_settings_remove_expiration shared_link_settings_remove_password " +
    "shared_link_share shared_link_view shared_note_opened shmodel_disable_downloads shmodel_enable_downloads " +
    "shmodel_group_share",
  showcase:
    "showcase_access_granted showcase_add_member showcase_archived showcase_created showcase_delete_comment showcase_edited " +
    "showcase_edit_comment showcase_file_added showcase_file_download showcase_file_removed showcase_file_view " +
    "showcase_permanently_deleted showcase_post_comment showcase_remove_member showcase_renamed showcase_request_access " +
    "showcase_resolve_comment showcase_restored showcase_trashed showcase_trashed_deprecated showcase_unresolve_comment " +
    "showcase_untrashed showcase_untrashed_deprecated showcase_view",
  signatures:
    "sign_signature_request_canceled sign_signature_request_completed sign_signature_request_declined " +
    "sign_signature_request_opened sign_signature_request_reminder_sent sign_signature_request_sent sign_template_created " +
    "sign_template_shared",
  sso:
    "risc_security_event sso_add_cert sso_add_login_url sso_add_logout_url sso_change_cert sso_change_login_url " +
    "sso_change_logout_url sso_change_saml_identity_mode sso_remove_cert sso_remove_login_url sso_remove_logout_url",
  team_folders:
    "team_folder_change_status team_folder_create team_folder_downgrade team_folder_permanently_delete team_folder_rename " +
    "team_folder_space_limits_change_caps_type team_folder_space_limits_change_limit " +
    "team_folder_space_limits_change_notification_target team_selective_sync_settings_changed",
  team_policies:
    "account_capture_change_policy admin_email_reminders_changed ai_third_party_sharing_dropbox_base_policy_changed " +
    "allow_download_disabled allow_download_enabled apple_login_change_policy app_permissions_changed " +
    "camera_uploads_policy_changed capture_team_space_policy_changed capture_transcript_policy_changed " +
    "classification_change_policy computer_backup_policy_changed content_administration_policy_changed " +
    "content_deletion_protection_change_policy dash_external_sharing_policy_changed data_placement_restriction_change_policy " +
    "data_placement_restriction_satisfy_policy device_approvals_add_exception device_approvals_change_desktop_policy " +
    "device_approvals_change_mobile_policy device_approvals_change_overage_action device_approvals_change_unlink_action " +
    "device_approvals_remove_exception directory_restrictions_add_members directory_restrictions_remove_members " +
    "dropbox_passwords_policy_changed email_ingest_policy_changed emm_add_exception emm_change_policy emm_remove_exception " +
    "extended_version_history_change_policy external_drive_backup_policy_changed file_comments_change_policy " +
    "file_locking_policy_changed file_provider_migration_policy_changed file_requests_change_policy " +
    "file_requests_emails_enabled file_requests_emails_restricted_to_team_only file_transfers_policy_changed " +
    "flexible_file_names_policy_changed folder_link_restriction_policy_changed google_sso_change_policy " +
    "group_user_management_change_policy integration_policy_changed invite_acceptance_email_policy_changed " +
    "media_hub_adding_people_policy_changed media_hub_download_policy_changed media_hub_link_sharing_policy_changed " +
    "member_requests_change_policy member_send_invite_policy_changed member_space_limits_add_exception " +
    "member_space_limits_change_caps_type_policy member_space_limits_change_policy member_space_limits_remove_exception " +
    "member_suggestions_change_policy microsoft_login_change_policy microsoft_office_addin_change_policy " +
    "multi_team_identity_policy_changed network_control_change_policy paper_change_deployment_policy " +
    "paper_change_member_link_policy paper_change_member_policy paper_change_policy paper_default_folder_policy_changed " +
    "paper_desktop_policy_changed paper_enabled_users_group_addition paper_enabled_users_group_removal " +
    "passkey_login_policy_changed password_strength_requirements_change_policy permanent_delete_change_policy " +
    "previews_ai_policy_changed replay_adding_people_policy_changed replay_sharing_policy_changed " +
    "reseller_support_change_policy rewind_policy_changed send_and_track_policy_changed send_external_sharing_policy_changed " +
    "send_for_signature_policy_changed shared_link_default_permissions_policy_changed sharing_change_folder_join_policy " +
    "sharing_change_link_allow_change_expiration_policy sharing_change_link_default_expiration_policy " +
    "sharing_change_link_enforce_password_policy sharing_change_link_policy sharing_change_member_policy " +
    "showcase_change_download_policy showcase_change_enabled_policy showcase_change_external_sharing_policy " +
    "sign_external_sharing_policy_changed sign_template_creation_permission_changed smarter_smart_sync_policy_changed " +
    "smart_sync_change_policy smart_sync_not_opt_out smart_sync_opt_out sso_change_policy " +
    "stack_cross_team_access_policy_changed team_branding_policy_changed team_extensions_policy_changed " +
    "team_member_storage_request_policy_changed team_selective_sync_policy_changed team_sharing_whitelist_subjects_changed " +
    "tfa_add_exception tfa_change_policy tfa_remove_exception top_level_content_policy_changed two_account_change_policy " +
    "viewer_info_policy_changed watermarking_policy_changed web_sessions_change_active_session_limit " +
    "web_sessions_change_fixed_length_policy web_sessions_change_idle_length_policy",
  team_profile:
    "data_residency_migration_request_successful data_residency_migration_request_unsuccessful team_merge_from team_merge_to " +
    "team_profile_add_background team_profile_add_logo team_profile_change_background team_profile_change_default_language " +
    "team_profile_change_logo team_profile_change_name team_profile_remove_background team_profile_remove_logo",
  tfa:
    "passkey_add passkey_remove tfa_add_backup_phone tfa_add_security_key tfa_change_backup_phone tfa_change_status " +
    "tfa_remove_backup_phone tfa_remove_security_key tfa_reset",
  trusted_teams:
    "changed_enterprise_admin_role changed_enterprise_connected_team_status ended_enterprise_admin_session " +
    "ended_enterprise_admin_session_deprecated enterprise_settings_locking guest_admin_change_status " +
    "started_enterprise_admin_session team_merge_request_accepted team_merge_request_accepted_shown_to_primary_team " +
    "team_merge_request_accepted_shown_to_secondary_team team_merge_request_auto_canceled team_merge_request_canceled " +
    "team_merge_request_canceled_shown_to_primary_team team_merge_request_canceled_shown_to_secondary_team " +
    "team_merge_request_expired team_merge_request_expired_shown_to_primary_team " +
    "team_merge_request_expired_shown_to_secondary_team team_merge_request_rejected_shown_to_primary_team " +
    "team_merge_request_rejected_shown_to_secondary_team team_merge_request_reminder " +
    "team_merge_request_reminder_shown_to_primary_team team_merge_request_reminder_shown_to_secondary_team " +
    "team_merge_request_revoked team_merge_request_sent_shown_to_primary_team team_merge_request_sent_shown_to_secondary_team",
};
