import { defineConnector } from "#src/connector-kit/connector.ts";
import {
  requireSignInAgain,
  revokeAdminPrivileges,
  revokeApp,
  revokeAppForUser,
  suspendUser,
  unsuspendUser,
} from "./actions.ts";
import { authorization } from "./authorization.ts";
import { checks } from "./checks/index.ts";
import { mapError, normaliseSettings, testConnection } from "./connection.ts";
import { readContent } from "./content.ts";
import { demo } from "./demo.ts";
import { removeCollaborator, removeExternalUsers, restoreFile, trashFile } from "./file-actions.ts";
import { manifest } from "./manifest.ts";
import { mapEvent } from "./map.ts";
import { activities } from "./streams/activities.ts";
import { fileParts, files } from "./streams/files.ts";
import { groups } from "./streams/groups.ts";
import { oauthApps } from "./streams/oauth-apps.ts";
import { posture } from "./streams/posture.ts";
import { privileges } from "./streams/privileges.ts";
import { users } from "./streams/users.ts";
import { templates } from "./templates.ts";
import { webhooks } from "./webhooks.ts";

export const webex = defineConnector({
  manifest,
  baseUrl: () => "https://webexapis.com/v1",
  authorization,
  testConnection,
  normaliseSettings,
  mapError,
  streams: {
    USERS: users,
    GROUPS: groups,
    PRIVILEGES: privileges,
    ACTIVITIES: activities,
    FILES: files,
    OAUTH_APPS: oauthApps,
    POSTURE: posture,
  },
  parts: { FILES: fileParts },
  readContent,
  actions: {
    SUSPEND_USER: suspendUser,
    UNSUSPEND_USER: unsuspendUser,
    REQUIRE_SIGN_IN_AGAIN: requireSignInAgain,
    REVOKE_ADMIN_PRIVILEGES: revokeAdminPrivileges,
    REVOKE_APP: revokeApp,
    REVOKE_APP_FOR_USER: revokeAppForUser,
    TRASH_FILE: trashFile,
    REMOVE_EXTERNAL_USERS: removeExternalUsers,
    REMOVE_COLLABORATOR: removeCollaborator,
    RESTORE_FILE: restoreFile,
  },
  checks,
  webhooks,
  mapEvent,
  templates,
  demo,
});
