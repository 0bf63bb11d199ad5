import { defineConnector } from "#src/connector-kit/connector.ts";
import { revokeAdminPrivileges, suspendUser, unsuspendUser } from "./actions.ts";
import { authorization } from "./authorization.ts";
import { checks } from "./checks/index.ts";
import { mapError, normaliseSettings, testConnection } from "./connection.ts";
import { demo } from "./demo.ts";
import { manifest } from "./manifest.ts";
import { mapEvent } from "./map.ts";
import { apiUrl } from "./regions.ts";
import { activities } from "./streams/activities.ts";
import { groups } from "./streams/groups.ts";
import { posture } from "./streams/posture.ts";
import { privileges } from "./streams/privileges.ts";
import { users } from "./streams/users.ts";

export const smartsheet = defineConnector({
  manifest,
  baseUrl: apiUrl,
  authorization,
  testConnection,
  normaliseSettings,
  mapError,
  mapEvent,
  streams: { USERS: users, GROUPS: groups, PRIVILEGES: privileges, ACTIVITIES: activities, POSTURE: posture },
  actions: {
    SUSPEND_USER: suspendUser,
    UNSUSPEND_USER: unsuspendUser,
    REVOKE_ADMIN_PRIVILEGES: revokeAdminPrivileges,
  },
  checks,
  demo,
});
