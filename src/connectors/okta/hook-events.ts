/**
 * What the event hook asks for: the types Okta offers to event hooks that say something of people, rights or settings (at most 300).
 * Everything else comes with the next poll.
 * Source: https://developer.okta.com/docs/reference/api/event-types/#catalog (event-hook-eligible)
 */
export const hookEvents: readonly string[] = `
  app.oauth2.as.consent.grant app.oauth2.as.consent.revoke app.oauth2.as.consent.revoke.implicit.as
  app.oauth2.as.consent.revoke.implicit.client app.oauth2.as.consent.revoke.implicit.scope
  app.oauth2.as.consent.revoke.implicit.user app.oauth2.as.consent.revoke.user
  app.oauth2.as.consent.revoke.user.client app.oauth2.client.privilege.grant
  app.oauth2.client.privilege.revoke application.lifecycle.activate application.lifecycle.create
  application.lifecycle.deactivate application.lifecycle.delete application.lifecycle.update
  application.user_membership.add application.user_membership.change_password
  application.user_membership.remove application.user_membership.update device.lifecycle.activate
  device.lifecycle.deactivate device.lifecycle.delete device.lifecycle.suspend device.lifecycle.unsuspend
  group.application_assignment.add group.application_assignment.remove group.application_assignment.update
  group.lifecycle.create group.lifecycle.delete group.privilege.grant group.privilege.revoke
  group.profile.update group.user_membership.add group.user_membership.remove
  iam.policy.assignee_configuration.update iam.policy.configuration.update iam.resourceset.bindings.add
  iam.resourceset.bindings.delete iam.resourceset.create iam.resourceset.delete iam.resourceset.resources.add
  iam.resourceset.resources.delete iam.resourceset.resources.update iam.resourceset.update iam.role.create
  iam.role.delete iam.role.permission.conditions.add iam.role.permission.conditions.delete
  iam.role.permissions.add iam.role.permissions.delete iam.role.subscriptions.update iam.role.update
  policy.lifecycle.activate policy.lifecycle.deactivate policy.lifecycle.update policy.rule.activate
  policy.rule.add policy.rule.deactivate policy.rule.delete policy.rule.update
  security.authenticator.lifecycle.activate security.authenticator.lifecycle.create
  security.authenticator.lifecycle.deactivate security.authenticator.lifecycle.update
  security.breached_credential.detected security.trusted_origin.activate security.trusted_origin.create
  security.trusted_origin.deactivate security.trusted_origin.delete security.trusted_origin.update
  system.api_token.create system.api_token.request_outside_allowed_range system.api_token.revoke
  system.idp.lifecycle.activate system.idp.lifecycle.create system.idp.lifecycle.deactivate
  system.idp.lifecycle.delete system.idp.lifecycle.read_client_secret system.idp.lifecycle.update
  user.account.lock user.account.privilege.grant user.account.privilege.revoke
  user.account.report_suspicious_activity_by_enduser user.account.reset_password
  user.account.subscriptions.update user.account.unlock user.account.unlock_by_admin
  user.account.update_password user.account.update_profile user.authentication.auth_via_IDP
  user.authentication.auth_via_mfa user.authentication.auth_via_social user.authentication.authenticate
  user.authentication.sso user.authentication.universal_logout user.authentication.universal_logout.scheduled
  user.lifecycle.activate user.lifecycle.create user.lifecycle.deactivate user.lifecycle.delete.initiated
  user.lifecycle.reactivate user.lifecycle.suspend user.lifecycle.unsuspend user.mfa.factor.activate
  user.mfa.factor.deactivate user.mfa.factor.reset_all user.mfa.factor.suspend user.mfa.factor.unsuspend
  user.mfa.factor.update user.mfa.promote_enrollment user.risk.change user.risk.detect user.session.clear
  user.session.context.change user.session.end user.session.start
`
  .trim()
  .split(/\s+/);
