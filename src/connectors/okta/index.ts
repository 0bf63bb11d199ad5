import { defineConnector } from "#src/connector-kit/connector.ts";
import {
  banApp,
  confirmCompromised,
  requireSignInAgain,
  resetPassword,
  revokeAdminPrivileges,
  revokeApp,
  revokeAppForUser,
  suspendUser,
  unbanApp,
  unsuspendUser,
} from "./actions.ts";
import { authorization, baseUrl } from "./authorization.ts";
import { checks } from "./checks/index.ts";
import { mapError, normaliseSettings, testConnection } from "./connection.ts";
import { demo } from "./demo.ts";
import { manifest } from "./manifest.ts";
import { mapEvent } from "./map.ts";
import { activities } from "./streams/activities.ts";
import { groups } from "./streams/groups.ts";
import { oauthApps } from "./streams/oauth-apps.ts";
import { posture } from "./streams/posture.ts";
import { privileges } from "./streams/privileges.ts";
import { users } from "./streams/users.ts";
import { templates } from "./templates.ts";
import { webhooks } from "./webhooks.ts";

export const okta = defineConnector({
  manifest,
  baseUrl,
  authorization,
  testConnection,
  normaliseSettings,
  mapError,
  streams: {
    USERS: users,
    GROUPS: groups,
    PRIVILEGES: privileges,
    ACTIVITIES: activities,
    OAUTH_APPS: oauthApps,
    POSTURE: posture,
  },
  actions: {
    CONFIRM_USER_COMPROMISED: confirmCompromised,
    SUSPEND_USER: suspendUser,
    UNSUSPEND_USER: unsuspendUser,
    REQUIRE_SIGN_IN_AGAIN: requireSignInAgain,
    RESET_PASSWORD: resetPassword,
    REVOKE_ADMIN_PRIVILEGES: revokeAdminPrivileges,
    REVOKE_APP: revokeApp,
    REVOKE_APP_FOR_USER: revokeAppForUser,
    BAN_APP: banApp,
    UNBAN_APP: unbanApp,
  },
  checks,
  webhooks,
  mapEvent,
  templates,
  demo,
});
