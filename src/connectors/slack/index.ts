import { defineConnector } from "#src/connector-kit/connector.ts";
import { banApp, requireSignInAgain, revokeApp, suspendUser, unbanApp, unsuspendUser } from "./actions.ts";
import { mapError } from "./api.ts";
import { authorization, baseUrl } from "./authorization.ts";
import { checks } from "./checks/index.ts";
import { testConnection } from "./connection.ts";
import { demo } from "./demo.ts";
import { manifest } from "./manifest.ts";
import { mapEvent } from "./map.ts";
import { activities } from "./streams/activities.ts";
import { groups } from "./streams/groups.ts";
import { oauthApps } from "./streams/oauth-apps.ts";
import { posture } from "./streams/posture.ts";
import { privileges } from "./streams/privileges.ts";
import { users } from "./streams/users.ts";

export const slack = defineConnector({
  manifest,
  baseUrl,
  authorization,
  testConnection,
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
    REVOKE_APP: revokeApp,
    BAN_APP: banApp,
    UNBAN_APP: unbanApp,
  },
  checks,
  demo,
});
