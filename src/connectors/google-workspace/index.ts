import { defineConnector } from "#src/connector-kit/connector.ts";
import { requireSignInAgain, resetPassword, revokeAdminPrivileges, suspendUser, unsuspendUser } from "./actions.ts";
import { revokeApp, revokeAppForUser } from "./actions-apps.ts";
import { authorization } from "./authorization.ts";
import { checks } from "./checks/index.ts";
import { baseUrl, mapError, normaliseSettings, testConnection } from "./connection.ts";
import { demo } from "./demo.ts";
import { quarantineFile, restoreFile, transferOwnership, trashFile } from "./drive/actions.ts";
import { readContent } from "./drive/content.ts";
import { applyLabel, removeLabel } from "./drive/label-actions.ts";
import {
  inheritParentPermissions,
  makePrivate,
  reducePublicAccess,
  removeCollaborator,
  removeExternalUsers,
  removePublicSharing,
  setSharedLinkAccess,
} from "./drive/sharing-actions.ts";
import { manifest } from "./manifest.ts";
import { mapEvent } from "./map-activity.ts";
import { activities } from "./streams/activities.ts";
import { fileParts, files } from "./streams/files.ts";
import { groups } from "./streams/groups.ts";
import { oauthApps } from "./streams/oauth-apps.ts";
import { posture } from "./streams/posture.ts";
import { privileges } from "./streams/privileges.ts";
import { users } from "./streams/users.ts";
import { templates } from "./templates.ts";
import { webhooks } from "./webhooks.ts";

export const googleWorkspace = defineConnector({
  manifest,
  baseUrl,
  authorization,
  testConnection,
  normaliseSettings,
  mapError,
  streams: {
    USERS: users,
    GROUPS: groups,
    PRIVILEGES: privileges,
    ACTIVITIES: activities,
    OAUTH_APPS: oauthApps,
    FILES: files,
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
    REDUCE_PUBLIC_ACCESS: reducePublicAccess,
    SET_SHARED_LINK_ACCESS: setSharedLinkAccess,
    REMOVE_COLLABORATOR: removeCollaborator,
    REMOVE_EXTERNAL_USERS: removeExternalUsers,
    MAKE_PRIVATE: makePrivate,
    INHERIT_PARENT_PERMISSIONS: inheritParentPermissions,
    TRANSFER_FILE_OWNERSHIP: transferOwnership,
    APPLY_LABEL: applyLabel,
    REMOVE_LABEL: removeLabel,
  },
  mapEvent,
  checks,
  webhooks,
  templates,
  demo,
});
