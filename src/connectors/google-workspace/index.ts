import { defineConnector } from "#src/connector-kit/connector.ts";
import { requireSignInAgain, resetPassword, revokeAdminPrivileges, suspendUser, unsuspendUser } from "./actions.ts";
import { revokeApp, revokeAppForUser } from "./actions-apps.ts";
import { authorization } from "./authorization.ts";
import { baseUrl, mapError, normaliseSettings, testConnection } from "./connection.ts";
import { demo } from "./demo.ts";
import { manifest } from "./manifest.ts";
import { mapEvent } from "./map-activity.ts";
import { activities } from "./streams/activities.ts";
import { groups } from "./streams/groups.ts";
import { oauthApps } from "./streams/oauth-apps.ts";
import { privileges } from "./streams/privileges.ts";
import { users } from "./streams/users.ts";
import { templates } from "./templates.ts";

export const googleWorkspace = defineConnector({
  manifest,
  baseUrl,
  authorization,
  testConnection,
  normaliseSettings,
  mapError,
  streams: { USERS: users, GROUPS: groups, PRIVILEGES: privileges, ACTIVITIES: activities, OAUTH_APPS: oauthApps },
  actions: {
    SUSPEND_USER: suspendUser,
    UNSUSPEND_USER: unsuspendUser,
    REQUIRE_SIGN_IN_AGAIN: requireSignInAgain,
    RESET_PASSWORD: resetPassword,
    REVOKE_ADMIN_PRIVILEGES: revokeAdminPrivileges,
    REVOKE_APP: revokeApp,
    REVOKE_APP_FOR_USER: revokeAppForUser,
  },
  mapEvent,
  templates,
  demo,
});
