import { defineConnector } from "#src/connector-kit/connector.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { auditScopes } from "../_microsoft/app-settings.ts";
import { normaliseAppSettings } from "../_microsoft/connection.ts";
import { graphBaseUrl } from "../_microsoft/graph.ts";
import {
  banApp,
  confirmCompromised,
  requireSignInAgain,
  resetPassword,
  revokeAdminPrivileges,
  revokeApp,
  revokeAppForUser,
  suspendUser,
  unbanApp,
  unsuspendUser,
} from "./actions.ts";
import { authorization } from "./authorization.ts";
import { checks } from "./checks/index.ts";
import { mapError, testConnection } from "./connection.ts";
import { readContent } from "./content.ts";
import { demo } from "./demo.ts";
import { quarantineFile, restoreFile, trashFile } from "./file-actions.ts";
import { applyLabel, removeLabel } from "./label-actions.ts";
import { manifest } from "./manifest.ts";
import { mapEvent } from "./map.ts";
import {
  expireSharedLink,
  inheritParentPermissions,
  makePrivate,
  reducePublicAccess,
  removeCollaborator,
  removeExternalUsers,
  removePublicSharing,
  setSharedLinkAccess,
} from "./sharing-actions.ts";
import { activities, activityParts } from "./streams/activities.ts";
import { fileParts, files } from "./streams/files.ts";
import { groups } from "./streams/groups.ts";
import { oauthApps } from "./streams/oauth-apps.ts";
import { posture } from "./streams/posture.ts";
import { privileges } from "./streams/privileges.ts";
import { users } from "./streams/users.ts";
import { templates } from "./templates.ts";
import { webhooks } from "./webhooks.ts";

export const office365 = defineConnector({
  manifest,
  baseUrl: graphBaseUrl,
  authorization,
  testConnection,
  normaliseSettings: normaliseAppSettings,
  mapError,
  // Microsoft refuses calls without naming the permission that they lack.
  streams: {
    USERS: naming(manifest.streams.USERS.scopes, users),
    GROUPS: naming(manifest.streams.GROUPS.scopes, groups),
    PRIVILEGES: naming(manifest.streams.PRIVILEGES.scopes, privileges),
    ACTIVITIES: naming(auditScopes, activities),
    FILES: files,
    OAUTH_APPS: naming(manifest.streams.OAUTH_APPS.scopes, oauthApps),
    POSTURE: posture,
  },
  parts: { ACTIVITIES: activityParts, FILES: fileParts },
  actions: {
    CONFIRM_USER_COMPROMISED: confirmCompromised,
    SUSPEND_USER: suspendUser,
    UNSUSPEND_USER: unsuspendUser,
    REQUIRE_SIGN_IN_AGAIN: requireSignInAgain,
    RESET_PASSWORD: resetPassword,
    REVOKE_ADMIN_PRIVILEGES: revokeAdminPrivileges,
    REVOKE_APP: revokeApp,
    REVOKE_APP_FOR_USER: revokeAppForUser,
    BAN_APP: banApp,
    UNBAN_APP: unbanApp,
    QUARANTINE_FILE: quarantineFile,
    RESTORE_FILE: restoreFile,
    TRASH_FILE: trashFile,
    REMOVE_PUBLIC_SHARING: removePublicSharing,
    REDUCE_PUBLIC_ACCESS: reducePublicAccess,
    SET_SHARED_LINK_ACCESS: setSharedLinkAccess,
    EXPIRE_SHARED_LINK: expireSharedLink,
    REMOVE_COLLABORATOR: removeCollaborator,
    REMOVE_EXTERNAL_USERS: removeExternalUsers,
    MAKE_PRIVATE: makePrivate,
    INHERIT_PARENT_PERMISSIONS: inheritParentPermissions,
    APPLY_LABEL: applyLabel,
    REMOVE_LABEL: removeLabel,
  },
  checks,
  webhooks,
  mapEvent,
  readContent,
  templates,
  demo,
});
