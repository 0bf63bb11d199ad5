import { defineConnector } from "#src/connector-kit/connector.ts";
import { revokeAdminPrivileges } from "./actions.ts";
import { authorization } from "./authorization.ts";
import { checks } from "./checks/index.ts";
import { mapError, testConnection } from "./connection.ts";
import { demo } from "./demo.ts";
import { manifest } from "./manifest.ts";
import { mapEvent } from "./map.ts";
import { baseUrl } from "./regions.ts";
import { activities } from "./streams/activities.ts";
import { groups } from "./streams/groups.ts";
import { posture } from "./streams/posture.ts";
import { privileges } from "./streams/privileges.ts";
import { users } from "./streams/users.ts";

export const netdocuments = defineConnector({
  manifest,
  baseUrl,
  authorization,
  testConnection,
  mapError,
  mapEvent,
  streams: { USERS: users, GROUPS: groups, PRIVILEGES: privileges, ACTIVITIES: activities, POSTURE: posture },
  actions: { REVOKE_ADMIN_PRIVILEGES: revokeAdminPrivileges },
  checks,
  demo,
});
