import { defineConnector } from "#src/connector-kit/connector.ts";
import { authorization } from "./authorization.ts";
import { checks } from "./checks/index.ts";
import { baseUrl, mapError, normaliseSettings, testConnection } from "./connection.ts";
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
import { logSources } from "./log-sources.ts";
import { manifest } from "./manifest.ts";
import { fileParts, files } from "./streams/files.ts";
import { posture } from "./streams/posture.ts";
import { users } from "./streams/users.ts";
import { webhooks } from "./webhooks.ts";

export const googleWorkspace = defineConnector({
  manifest,
  baseUrl,
  authorization,
  testConnection,
  normaliseSettings,
  mapError,
  streams: { USERS: users, FILES: files, POSTURE: posture },
  parts: { FILES: fileParts },
  readContent,
  actions: {
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
  checks,
  webhooks,
  logSources,
});
