import { defineConnector } from "#src/connector-kit/connector.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { banApp, revokeApp, suspendUser, unbanApp, unsuspendUser } from "./actions.ts";
import { authorization, baseUrl } from "./authorization.ts";
import { checks } from "./checks/index.ts";
import { mapError, normaliseSettings, testConnection } from "./connection.ts";
import { demo } from "./demo.ts";
import { manifest } from "./manifest.ts";
import { mapEvent } from "./map.ts";
import { revokeAdminPrivileges } from "./revoke-roles.ts";
import { activities, activityParts } from "./streams/activities.ts";
import { groups } from "./streams/groups.ts";
import { oauthApps } from "./streams/oauth-apps.ts";
import { posture } from "./streams/posture.ts";
import { privileges } from "./streams/privileges.ts";
import { users } from "./streams/users.ts";
import { templates } from "./templates.ts";

const { streams } = manifest;

export const gcp = defineConnector({
  manifest,
  baseUrl,
  authorization,
  testConnection,
  normaliseSettings,
  mapError,
  streams: {
    USERS: naming(streams.USERS.scopes, users),
    GROUPS: naming(streams.GROUPS.scopes, groups),
    PRIVILEGES: naming(streams.PRIVILEGES.scopes, privileges),
    ACTIVITIES: naming(streams.ACTIVITIES.scopes, activities),
    OAUTH_APPS: naming(streams.OAUTH_APPS.scopes, oauthApps),
    POSTURE: posture,
  },
  parts: { ACTIVITIES: activityParts },
  actions: {
    SUSPEND_USER: suspendUser,
    UNSUSPEND_USER: unsuspendUser,
    REVOKE_ADMIN_PRIVILEGES: revokeAdminPrivileges,
    BAN_APP: banApp,
    UNBAN_APP: unbanApp,
    REVOKE_APP: revokeApp,
  },
  checks,
  mapEvent,
  templates,
  demo,
});
