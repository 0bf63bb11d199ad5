/** System properties of an instance that an administrator has looked after for a while. */
export const properties: Readonly<Record<string, string>> = {
  "glide.authenticate.multifactor": "true",
  "glide.authenticate.multisso.enabled": "true",
  "glide.sm.default_mode": "deny",
  "glide.ui.session_timeout": "90",
  "glide.security.use_csrf_token": "true",
  "glide.script.allow.ajaxevaluate": "false",
  "glide.stax.allow_entity_resolution": "false",
  "glide.security.strict.updates": "true",
  "glide.html.sanitize_all_fields": "true",
  "glide.ui.user_cookie.max_life_span_in_days": "30",
  "glide.oauth.clients.allowed.for.implicit.grant": "",
  "glide.knowman.block_access_with_no_user_criteria": "false",
};
