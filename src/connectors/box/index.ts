import { defineConnector } from "#src/connector-kit/connector.ts";
import { requireSignInAgain, resetPassword, revokeAdminPrivileges, suspendUser, unsuspendUser } from "./actions.ts";
import { authorization } from "./authorization.ts";
import { checks } from "./checks/index.ts";
import { mapError, normaliseSettings, testConnection } from "./connection.ts";
import { readContent } from "./content.ts";
import { demo } from "./demo.ts";
import {
  expireSharedLink,
  makePrivate,
  quarantineFile,
  reducePublicAccess,
  removeCollaborator,
  removeExternalUsers,
  removePublicSharing,
  restoreFile,
  setSharedLinkAccess,
  transferOwnership,
  trashFile,
} from "./file-actions.ts";
import { applyLabel, removeLabel } from "./labels.ts";
import { manifest } from "./manifest.ts";
import { mapEvent } from "./map.ts";
import { activities } from "./streams/activities.ts";
import { fileParts, files } from "./streams/files.ts";
import { groups } from "./streams/groups.ts";
import { posture } from "./streams/posture.ts";
import { rolesHeld } from "./streams/privileges.ts";
import { users } from "./streams/users.ts";
import { templates } from "./templates.ts";
import { webhooks } from "./webhooks.ts";

export const box = defineConnector({
  manifest,
  baseUrl: () => "https://api.box.com",
  authorization,
  testConnection,
  normaliseSettings,
  mapError,
  streams: {
    USERS: users,
    GROUPS: groups,
    PRIVILEGES: rolesHeld,
    ACTIVITIES: activities,
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
    TRANSFER_FILE_OWNERSHIP: transferOwnership,
    APPLY_LABEL: applyLabel,
    REMOVE_LABEL: removeLabel,
  },
  checks,
  webhooks,
  mapEvent,
  templates,
  demo,
});
