import type { EventTable } from "#src/connector-kit/vocabulary.ts";

/** Sign-ins on devices that Google manages. Source: …/appendix/activity/chrome */
export const deviceSignIns: EventTable = {
  "chrome.(chrome_os_login_event|login_event)": "{device_user} signed in on the device {device_name}",
  "chrome.(chrome_os_login_failure_event|chromeos_login_failure)":
    "{device_user} failed to sign in on the device {device_name}[: {reason}]",
  "chrome.chrome_os_logout_event": "{device_user} signed out of the device {device_name}",
  "chrome.chrome_os_login_logout_event": "{device_user} signed in on or out of the device {device_name}",
  "chrome.(chromeos_affiliated_lock_success|chromeos_affiliated_unlock_success)":
    "{device_user} locked or unlocked the device {device_name}",
  "chrome.chromeos_affiliated_unlock_failure": "{device_user} failed to unlock the device {device_name}",
};

/** Phones, ChromeOS devices and browsers, room hardware. Sources: …/appendix/activity/mobile, /chrome, /jamboard, /meet-hardware */
export const deviceEvents: EventTable = {
  "mobile.application_event": "An app changed on the {device_model} of {actor}[: {application_id}]",
  "mobile.application_report_event": "An app reported its state on the {device_model} of {actor}[: {application_id}]",
  "mobile.device_register_unregister_event": "The account {actor} changed on the {device_model}[: {account_state}]",
  "mobile.device_sync_event": "The {device_model} of {actor} synchronised",
  "mobile.advanced_policy_sync_event": "A policy was applied to the {device_model} of {actor}[: {policy_sync_result}]",
  "mobile.device_action_event":
    "An action ran on the {device_model} of {actor}[: {action_type}][, {action_execution_status}]",
  "mobile.device_compliance_changed_event":
    "The compliance of the {device_model} of {actor} changed[: {device_compliance}]",
  "mobile.device_compromised_event": "The {device_model} of {actor} changed its state[: {device_compromised_state}]",
  "mobile.device_ownership_change_event": "The owner of the {device_model} of {actor} changed[: {device_ownership}]",
  "mobile.(device_settings_updated_event|os_updated_event|risk_signal_updated_event)":
    "The {device_model} of {actor} changed ({words})[: from {old_value}][ to {new_value}]",
  "mobile.suspicious_activity_event":
    "The {device_model} of {actor} behaved suspiciously[: {device_property} changed][ from {old_value}][ to {new_value}]",
  "mobile.failed_password_attempts_event":
    "The {device_model} of {actor} could not be unlocked[ after {failed_passwd_attempts} attempts]",
  "mobile.apple_dep_device_update_on_apple_portal_event": "A device changed in Apple's portal[: {serial_number}]",
  "mobile.android_work_profile_support_enabled_event": "The {device_model} of {actor} supports a work profile",
  "chrome.chrome_os_add_user": "{device_user} was added to the device {device_name}",
  "chrome.chrome_os_remove_user": "{device_user} was removed from the device {device_name}",
  "chrome.device_boot_state_change": "The device {device_name} booted in another mode[: {new_boot_mode}]",
  "chrome.chrome_os_reporting_data_lost": "The device {device_name} lost events",
  "chrome.(chrome_os_crd_client_connected|chrome_os_crd_client_disconnected|chrome_os_crd_host_started|chrome_os_crd_host_ended)":
    "Remote access to the device {device_name} changed ({words})",
  "chrome.chromeos_peripheral_(added|removed|status_updated)":
    "A peripheral of the device {device_name} changed ({words})",
  "chrome.(password_changed|password_reuse|password_breach)": "Chrome noticed a password of {trigger_user} ({words})",
  "chrome.(dlp_event|sensitive_data_transfer)":
    "Chrome noticed a transfer of sensitive data by {trigger_user}[: {url}]",
  "chrome.malware_transfer": "Chrome noticed malware in a transfer by {trigger_user}[: {url}]",
  "chrome.(content_transfer|content_unscanned)": "{trigger_user} transferred content ({words})[: {url}]",
  "chrome.unsafe_site_visit": "{trigger_user} was warned of an unsafe site[: {url}]",
  "chrome.(extension_request|browser_extension_install|browser_crash|url_navigation|url_filtering_interstitial|extension_telemetry)":
    "{trigger_user} used Chrome ({words})[: {url}]",
  "jamboard.*": "{actor} managed a Jamboard ({words})[: {current_jamboard_name}]",
  "meet_hardware.*": "{actor} used meeting hardware ({words})[: {target}]",
};
