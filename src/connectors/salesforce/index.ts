import { defineConnector } from "#src/connector-kit/connector.ts";
import {
  requireSignInAgain,
  resetPassword,
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
import {
  expireSharedLink,
  makePrivate,
  quarantineFile,
  removeCollaborator,
  removeExternalUsers,
  removePublicSharing,
  restoreFile,
  transferOwnership,
  trashFile,
} from "./file-actions.ts";
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

export const salesforce = defineConnector({
  manifest,
  baseUrl: ({ domain }, { instanceUrl }) => instanceUrl ?? `https://${domain}`,
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
    RESET_PASSWORD: resetPassword,
    REVOKE_ADMIN_PRIVILEGES: revokeAdminPrivileges,
    REVOKE_APP: revokeApp,
    REVOKE_APP_FOR_USER: revokeAppForUser,
    QUARANTINE_FILE: quarantineFile,
    RESTORE_FILE: restoreFile,
    TRASH_FILE: trashFile,
    REMOVE_PUBLIC_SHARING: removePublicSharing,
    EXPIRE_SHARED_LINK: expireSharedLink,
    REMOVE_COLLABORATOR: removeCollaborator,
    REMOVE_EXTERNAL_USERS: removeExternalUsers,
    MAKE_PRIVATE: makePrivate,
    TRANSFER_FILE_OWNERSHIP: transferOwnership,
  },
  checks,
  mapEvent,
  templates,
  demo,
});
