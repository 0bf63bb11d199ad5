import { defineConnector } from "#src/connector-kit/connector.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { revokeAdminPrivileges, suspendUser, unsuspendUser } from "./actions.ts";
import { authorization, baseUrl } from "./authorization.ts";
import { checks } from "./checks/index.ts";
import { mapError, normaliseSettings, testConnection } from "./connection.ts";
import { demo } from "./demo.ts";
import { manifest } from "./manifest.ts";
import { mapEvent } from "./map.ts";
import { activities } from "./streams/activities.ts";
import { groups } from "./streams/groups.ts";
import { posture } from "./streams/posture.ts";
import { privileges } from "./streams/privileges.ts";
import { users } from "./streams/users.ts";
import { templates } from "./templates.ts";

const { streams } = manifest;

export const egnyte = defineConnector({
  manifest,
  baseUrl,
  authorization,
  normaliseSettings,
  testConnection,
  mapError,
  // Egnyte refuses without naming the scope.
  streams: {
    USERS: naming(streams.USERS.scopes, users),
    GROUPS: naming(streams.GROUPS.scopes, groups),
    PRIVILEGES: naming(streams.PRIVILEGES.scopes, privileges),
    ACTIVITIES: naming(streams.ACTIVITIES.scopes, activities),
    POSTURE: naming(streams.POSTURE.scopes, posture),
  },
  actions: {
    SUSPEND_USER: suspendUser,
    UNSUSPEND_USER: unsuspendUser,
    REVOKE_ADMIN_PRIVILEGES: revokeAdminPrivileges,
  },
  checks,
  mapEvent,
  templates,
  demo,
});
