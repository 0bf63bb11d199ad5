import { defineConnector } from "#src/connector-kit/connector.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { authorization, baseUrl } from "./authorization.ts";
import { checks } from "./checks/index.ts";
import { mapError, testConnection } from "./connection.ts";
import { demo } from "./demo.ts";
import { makePrivate, quarantine, removeCollaborator, restore } from "./file-actions.ts";
import { manifest } from "./manifest.ts";
import { mapEvent } from "./map.ts";
import { activities, activityParts } from "./streams/activities.ts";
import { files } from "./streams/files.ts";
import { groups } from "./streams/groups.ts";
import { posture } from "./streams/posture.ts";
import { privileges } from "./streams/privileges.ts";
import { users } from "./streams/users.ts";
import { templates } from "./templates.ts";
import { resetPassword, revokeAdminPrivileges, suspendUser, unsuspendUser } from "./user-actions.ts";
import { webhooks } from "./webhooks.ts";

const { streams } = manifest;

export const aws = defineConnector({
  manifest,
  baseUrl,
  authorization,
  testConnection,
  mapError,
  streams: {
    USERS: naming(streams.USERS.scopes, users),
    GROUPS: naming(streams.GROUPS.scopes, groups),
    PRIVILEGES: naming(streams.PRIVILEGES.scopes, privileges),
    ACTIVITIES: naming(streams.ACTIVITIES.scopes, activities),
    FILES: naming(streams.FILES.scopes, files),
    POSTURE: posture,
  },
  parts: { ACTIVITIES: activityParts },
  actions: {
    SUSPEND_USER: suspendUser,
    UNSUSPEND_USER: unsuspendUser,
    RESET_PASSWORD: resetPassword,
    REVOKE_ADMIN_PRIVILEGES: revokeAdminPrivileges,
    MAKE_PRIVATE: makePrivate,
    REMOVE_COLLABORATOR: removeCollaborator,
    QUARANTINE_FILE: quarantine,
    RESTORE_FILE: restore,
  },
  checks,
  webhooks,
  mapEvent,
  templates,
  demo,
});
