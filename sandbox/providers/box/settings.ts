type Settings = Record<string, Record<string, unknown>>;

/** https://developer.box.com/reference/v2025.0/resources/enterprise-configuration/ */
export function defaultSettings(): Settings {
  return {
    security: {
      is_multi_factor_auth_required: false,
      is_weak_password_prevention_enabled: true,
      is_password_leak_detection_enabled: true,
      password_min_length: 8,
      password_min_uppercase_characters: 1,
      password_min_numeric_characters: 1,
      password_min_special_characters: 1,
      session_duration: "2 weeks",
      failed_login_attempts_to_trigger_admin_notification: 5,
      external_collab_multi_factor_auth_settings: { state: "enabled", factor_type_settings: "any" },
    },
    content_and_sharing: {
      shared_link_access: "open",
      shared_link_default_access: "company",
      external_collaboration_status: "enable_external_collaboration",
      is_invite_privilege_restricted: false,
      is_public_shared_links_expiration_enabled: false,
      public_shared_links_expiration_days: null,
      is_collaboration_expiration_enabled: true,
      collaboration_expiration_days: 90,
    },
    user_settings: { is_enterprise_sso_required: false, is_enterprise_sso_in_testing: false },
  };
}

/** The categories that were asked for; what has no value is not used. */
export function configuration(settings: Settings, categories: readonly string[]): Record<string, unknown> {
  const items = (category: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(category).map(([name, value]) => [name, { is_used: value !== null, value }]));
  const wanted = Object.entries(settings).filter(([name]) => categories.includes(name));
  return Object.fromEntries(wanted.map(([name, category]) => [name, items(category)]));
}
