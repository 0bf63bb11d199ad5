import { defineConnector } from "#src/connector-kit/connector.ts";
import {
  requireSignInAgain,
  revokeAdminPrivileges,
  revokeApp,
  revokeAppForUser,
  suspendUser,
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

export const zendesk = defineConnector({
  manifest,
  baseUrl,
  authorization,
  testConnection,
  normaliseSettings,
  mapError,
  mapEvent,
  streams: {
    USERS: users,
    GROUPS: groups,
    PRIVILEGES: privileges,
    ACTIVITIES: activities,
    OAUTH_APPS: oauthApps,
    POSTURE: posture,
  },
  actions: {
    SUSPEND_USER: suspendUser,
    UNSUSPEND_USER: unsuspendUser,
    REQUIRE_SIGN_IN_AGAIN: requireSignInAgain,
    REVOKE_ADMIN_PRIVILEGES: revokeAdminPrivileges,
    REVOKE_APP: revokeApp,
    REVOKE_APP_FOR_USER: revokeAppForUser,
  },
  checks,
  demo,
});
