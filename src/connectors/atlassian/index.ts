import { defineConnector } from "#src/connector-kit/connector.ts";
import { revokeAdminPrivileges, revokeToken, suspendUser, unsuspendUser } from "./actions.ts";
import { checks } from "./checks/index.ts";
import { authorization, mapError, testConnection } from "./connection.ts";
import { demo } from "./demo.ts";
import { manifest } from "./manifest.ts";
import { mapEvent } from "./map.ts";
import { activities } from "./streams/activities.ts";
import { apiTokens } from "./streams/api-tokens.ts";
import { groups } from "./streams/groups.ts";
import { posture } from "./streams/posture.ts";
import { privileges } from "./streams/privileges.ts";
import { users } from "./streams/users.ts";

export const atlassian = defineConnector({
  manifest,
  baseUrl: () => "https://api.atlassian.com",
  authorization,
  testConnection,
  mapError,
  mapEvent,
  streams: {
    USERS: users,
    GROUPS: groups,
    PRIVILEGES: privileges,
    ACTIVITIES: activities,
    OAUTH_APPS: apiTokens,
    POSTURE: posture,
  },
  actions: {
    SUSPEND_USER: suspendUser,
    UNSUSPEND_USER: unsuspendUser,
    REVOKE_ADMIN_PRIVILEGES: revokeAdminPrivileges,
    REVOKE_APP_FOR_USER: revokeToken,
  },
  checks,
  demo,
});
