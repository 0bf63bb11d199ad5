import { defineConnector } from "#src/connector-kit/connector.ts";
import {
  requireSignInAgain,
  revokeAdminPrivileges,
  revokeApp,
  revokeAppForUser,
  suspendUser,
  unsuspendUser,
} from "./actions.ts";
import { quarantineFile, restoreFile, trashFile } from "./actions-files.ts";
import {
  expireSharedLink,
  makePrivate,
  reducePublicAccess,
  removeCollaborator,
  removeExternalUsers,
  removePublicSharing,
  setSharedLinkAccess,
  transferOwnership,
} from "./actions-sharing.ts";
import { authorization } from "./authorization.ts";
import { checks } from "./checks/index.ts";
import { mapError, testConnection } from "./connection.ts";
import { readContent } from "./content.ts";
import { demo } from "./demo.ts";
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

export const dropbox = defineConnector({
  manifest,
  baseUrl: () => "https://api.dropboxapi.com",
  authorization,
  testConnection,
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
  actions: {
    SUSPEND_USER: suspendUser,
    UNSUSPEND_USER: unsuspendUser,
    REQUIRE_SIGN_IN_AGAIN: requireSignInAgain,
    REVOKE_ADMIN_PRIVILEGES: revokeAdminPrivileges,
    REVOKE_APP: revokeApp,
    REVOKE_APP_FOR_USER: revokeAppForUser,
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
  },
  checks,
  webhooks,
  mapEvent,
  readContent,
  templates,
  demo,
});
