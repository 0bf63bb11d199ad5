import type { EventTable } from "#src/connector-kit/vocabulary.ts";

export const failedSignIns: readonly string[] = ["login_fail", "sso_error", "emm_error", "device_link_fail"];

/** Signing in and out, and what happens to sessions. */
export const signInEvents: EventTable = {
  login_success: "{actor} signed in[ with {method}]",
  login_fail: "{actor} failed to sign in[: {reason}]",
  logout: "{actor} signed out",
  sso_error: "{actor} failed to sign in through single sign-on[: {reason}]",
  emm_error: "{actor} failed to sign in on a managed device[: {reason}]",
  account_lock_or_unlocked: "{actor}: account locked or unlocked after failed sign-ins",
  sign_in_as_session_start: "{actor} signed in as {member}",
  sign_in_as_session_end: "{actor} ended the session as {member}",
  reseller_support_session_start: "{actor} started a reseller support session",
  reseller_support_session_end: "{actor} ended a reseller support session",
  guest_admin_signed_in_via_trusted_teams: "{actor} signed in as an administrator of another team",
  guest_admin_signed_out_via_trusted_teams: "{actor} signed out as an administrator of another team",
  device_link_success: "{actor} linked a device",
  device_link_fail: "{actor} failed to link a device",
  "device_change_ip_(desktop|mobile|web)": "{actor} went on from another address ({words} session)",
};
