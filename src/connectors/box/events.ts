import { expand, inWords } from "#src/connector-kit/event-names.ts";
import { pastTense, withArticle } from "#src/connector-kit/sentence.ts";
import { defineVocabulary, type EventTable } from "#src/connector-kit/vocabulary.ts";

/**
 * {item} is a file or folder, {user} another account, {about} what else the event is about. Each table holds the types of the enterprise's
 * stream, and those that only the stream of one user has (`ITEM_…`, `COLLAB_…`).
 * Sources: https://developer.box.com/reference/resources/event/, https://developer.box.com/guides/events/event-triggers/
 */
const signIns: EventTable = {
  LOGIN: "{actor} signed in[ with {service}]",
  FAILED_LOGIN: "{actor} failed to sign in",
  ADMIN_LOGIN: "{actor} signed in to the account of {user} from the Admin Console",
  ADD_LOGIN_ACTIVITY_DEVICE: "{actor} signed in from a new device",
  REMOVE_LOGIN_ACTIVITY_DEVICE: "A session of {actor} was ended",
  ADD_DEVICE_ASSOCIATION: "{actor} associated a device",
  REMOVE_DEVICE_ASSOCIATION: "{actor} removed a device",
  DEVICE_TRUST_CHECK_FAILED: "The device of {actor} failed the device trust check",
  USER_AUTHENTICATE_OAUTH2_ACCESS_TOKEN_CREATE: "{actor} got an access token[ for {service}]",
  OAUTH2_ACCESS_TOKEN_REVOKE: "{actor} revoked an access token[ of {service}]",
  OAUTH2_REFRESH_TOKEN_REVOKE: "{actor} revoked a refresh token[ of {service}]",
  EDR_CROWDSTRIKE_DEVICE_DETECTED: "{actor} used a device that CrowdStrike protects",
  EDR_CROWDSTRIKE_ACCESS_ALLOWED_NO_CROWDSTRIKE_DEVICE: "{actor} was let in with a device without CrowdStrike",
  EDR_CROWDSTRIKE_ACCESS_REVOKED: "The device of {actor} lost access after a CrowdStrike check",
  EDR_CROWDSTRIKE_BOX_TOOLS_OUTDATED: "The CrowdStrike check of {actor} found outdated Box Tools",
  EDR_CROWDSTRIKE_DRIVE_OUTDATED: "The CrowdStrike check of {actor} found an outdated Box Drive",
  EDR_CROWDSTRIKE_NO_BOX_TOOLS: "The CrowdStrike check of {actor} found no Box Tools",
};

const content: EventTable = {
  "(UPLOAD|ITEM_UPLOAD)": "{actor} uploaded {item}[ to {folder}]",
  ITEM_CREATE: "{actor} created {item}[ in {folder}]",
  "(DOWNLOAD|ITEM_DOWNLOAD)": "{actor} downloaded {item}",
  FILE_WATERMARKED_DOWNLOAD: "{actor} downloaded {item} with a watermark",
  "(PREVIEW|ITEM_PREVIEW)": "{actor} previewed {item}",
  ITEM_OPEN: "{actor} opened {item}",
  CONTENT_ACCESS: "{actor} accessed {item}",
  EDIT: "{actor} edited {item}",
  ITEM_MODIFY: "{actor} modified {item}",
  "(COPY|ITEM_COPY)": "{actor} copied {item}",
  "(MOVE|ITEM_MOVE)": "{actor} moved {item}[ to {folder}]",
  "(RENAME|ITEM_RENAME)": "{actor} renamed {item}",
  "(DELETE|ITEM_TRASH)": "{actor} deleted {item}",
  "(UNDELETE|ITEM_UNDELETE_VIA_TRASH)": "{actor} restored {item} from the trash",
  "(FILE_VERSION_RESTORE|ITEM_MAKE_CURRENT_VERSION)": "{actor} restored a version of {item}",
  "(LOCK|LOCK_CREATE)": "{actor} locked {item}",
  "(UNLOCK|LOCK_DESTROY)": "{actor} unlocked {item}",
  STORAGE_EXPIRATION: "{item} expired",
  ITEM_SYNC: "{actor} synchronised {item}",
  ITEM_UNSYNC: "{actor} stopped synchronising {item}",
  FAVORITE: "{actor} marked {item} as a favourite",
  UNFAVORITE: "{actor} took {item} off the favourites",
  TAG_ITEM_CREATE: "{actor} tagged {item}",
  ITEM_EMAIL_SEND: "{actor} sent {item} by e-mail",
  "COMMENT_(CREATE|EDIT|DELETE)": "{actor} {did} a comment on {item}",
  "ANNOTATIONV2_(CREATE|EDIT|DELETE)": "{actor} {did} an annotation on {item}",
  "TASK_(CREATE|UPDATE)": "{actor} {did} a task on {item}",
  "TASK_ASSIGNMENT_(CREATE|UPDATE|DELETE)": "{actor} {did} the assignment of a task on {item}[ to {user}]",
  "COLLECTION_(CREATE|UPDATE|DELETE)": "{actor} {did} a collection",
  COLLECTION_ITEM_CREATE: "{actor} added {item} to a collection",
  COLLECTION_ITEM_UPDATE: "{actor} changed {item} in a collection",
  COLLECTION_ITEM_DELETE: "{actor} removed {item} from a collection",
  "METADATA_INSTANCE_(CREATE|UPDATE|DELETE)": "{actor} {did} metadata of {item}[ ({classification})]",
  METADATA_INSTANCE_COPY: "{actor} copied metadata to {item}",
  "FILE_REQUEST_(CREATE|UPDATE|DELETE)": "{actor} {did} a file request[ for {item}]",
  "WATERMARK_LABEL_(CREATE|DELETE)": "{actor} {did} the watermark of {item}",
  "ITEM_ASSOCIATION_(CREATED|UPDATED|DELETED)": "{actor} {did} an association of {item}",
  BOX_AI_USER_REQUEST: "{actor} asked Box AI[ about {item}]",
  BOX_AI_USER_FAILED_REQUEST: "Box AI failed to answer {actor}",
  "TERMS_OF_SERVICE_(ACCEPT|REJECT)": "{actor} {did} the terms of service",
  "EMAIL_UPLOAD_(ENABLED|DISABLED)": "{actor} {did} uploads by e-mail to {item}",
  ADVANCED_FOLDER_SETTINGS_UPDATE: "{actor} changed the advanced settings of {item}",
  SIGN_DOCUMENT_CREATED: "{actor} requested signatures on {item}",
  SIGN_DOCUMENT_ASSIGNED: "{actor} was asked to sign {item}",
  SIGN_DOCUMENT_CONVERTED: "{item} was prepared for signatures",
  SIGN_DOCUMENT_SIGNED: "{actor} signed {item}",
  SIGN_DOCUMENT_COMPLETED: "Everybody has signed {item}",
  SIGN_DOCUMENT_CANCELLED: "{actor} cancelled the request to sign {item}",
  SIGN_DOCUMENT_DECLINED: "{actor} declined to sign {item}",
  SIGN_DOCUMENT_EXPIRED: "The request to sign {item} expired",
  "SIGN_DOCUMENT_VIEWED_BY_(SIGNED|SIGNER)": "A signer viewed {item}",
  "SIGNER_(DOWNLOADED|FORWARDED)": "A signer {did} {item}",
};

const sharing: EventTable = {
  "(SHARE|ITEM_SHARED_CREATE|ITEM_SHARED)": "{actor} shared {item} by a link[ ({access})]",
  "(UNSHARE|ITEM_SHARED_UNSHARE)": "{actor} removed the link of {item}",
  ITEM_SHARED_UPDATE: "{actor} changed the link of {item}[ ({access})]",
  "(SHARE_EXPIRATION|UPDATE_SHARE_EXPIRATION)": "{actor} set when the link of {item} expires",
  SHARED_LINK_SEND: "{actor} sent the link of {item}[ to {user}]",
  SHARED_LINK_REDIRECT_OUT_OF_SHARED_CONTEXT: "{actor} followed the link of {item} to its folder",
  "(COLLABORATION_INVITE|COLLAB_INVITE_COLLABORATOR)": "{actor} invited {user} to {item}[ as {role}]",
  "(COLLABORATION_ACCEPT|COLLAB_ADD_COLLABORATOR)": "{actor} accepted an invitation to {item}",
  "(COLLABORATION_REMOVE|COLLAB_REMOVE_COLLABORATOR)": "{actor} removed {user} from {item}",
  "(COLLABORATION_ROLE_CHANGE|COLLAB_ROLE_CHANGE)": "{actor} changed the role of {user} on {item}[ to {role}]",
  "(COLLABORATION_EXPIRATION|UPDATE_COLLABORATION_EXPIRATION)":
    "{actor} set when the access of {user} to {item} expires",
  "MASTER_INVITE_(ACCEPT|REJECT)": "{actor} {did} the invitation to the enterprise",
};

const people: EventTable = {
  NEW_USER: "{actor} created the account of {user}",
  EDIT_USER: "{actor} edited the account of {user}",
  DELETE_USER: "{actor} deleted the account of {user}",
  CHANGE_ADMIN_ROLE: "{actor} changed the administrator role of {user}",
  "(ENABLE_MULTI_FACTOR_AUTH|ENABLE_TWO_FACTOR_AUTH)": "{actor} switched on two-step verification[ for {user}]",
  DISABLE_MULTI_FACTOR_AUTH: "{actor} switched off two-step verification[ for {user}]",
  EMAIL_ALIAS_CONFIRM: "{actor} confirmed an e-mail alias[ of {user}]",
  EMAIL_ALIAS_PRIMARY: "{actor} made an e-mail alias the primary address[ of {user}]",
  EMAIL_ALIAS_REMOVE: "{actor} removed an e-mail alias[ of {user}]",
  ACCESS_GRANTED: "{actor} let Box Support into the account",
  ACCESS_REVOKED: "{actor} ended the access of Box Support to the account",
  GROUP_CREATION: "{actor} created the group[ {group}]",
  GROUP_EDITED: "{actor} edited the group[ {group}]",
  GROUP_DELETION: "{actor} deleted the group[ {group}]",
  GROUP_ADD_USER: "{actor} added {user} to the group[ {group}]",
  GROUP_REMOVE_USER: "{actor} removed {user} from the group[ {group}]",
  GROUP_ADD_ITEM: "{actor} gave the group[ {group}] access to {item}",
  GROUP_REMOVE_ITEM: "{actor} took access to {item} from the group[ {group}]",
  GROUP_ADMIN_CREATED: "{actor} made {user} an administrator of the group[ {group}]",
  GROUP_ADMIN_DELETED: "{actor} took the administration of the group[ {group}] from {user}",
  GROUP_ADMIN_PERMISSIONS_UPDATED: "{actor} changed what {user} may do as administrator of the group[ {group}]",
};

const settings: EventTable = {
  APPLICATION_CREATED: "{actor} created an app[: {about}]",
  "APPLICATION_PUBLIC_KEY_(ADDED|DELETED)": "{actor} {did} a public key of an app[: {about}]",
  ENTERPRISE_APP_AUTHORIZATION_UPDATE: "{actor} authorized an app for the enterprise[: {about}]",
  EXTERNAL_COLLAB_SECURITY_SETTINGS: "{actor} changed the security settings for external collaborators",
  CHANGE_FOLDER_PERMISSION: "{actor} changed the permissions of {item}",
  ILLEGAL_ITEM_OWNERSHIP_TRANSFER_BY_USER: "{actor} tried to give {item} away against the settings",
  "METADATA_TEMPLATE_(CREATE|UPDATE|DELETE)": "{actor} {did} a metadata template[: {about}]",
  "METADATA_CASCADE_POLICY_(APPLY|CREATE)": "{actor} {did} a metadata cascade policy[ on {item}]",
  "WORKFLOW_AUTOMATION_(CREATE|UPDATE|DELETE)": "{actor} {did} a workflow",
  "CONTENT_WORKFLOW_AUTOMATION_(ADD|DELETE)": "{actor} {did} an automation",
  CONTENT_WORKFLOW_POLICY_ADD: "{actor} added a content policy",
  "CONTENT_RECOVERY_REPORT_(CREATE|INITIATE|DELETE)": "{actor} {did} a content recovery report",
  DATA_RETENTION_CREATE_RETENTION: "{actor} put {item} under retention",
  DATA_RETENTION_REMOVE_RETENTION: "{actor} took {item} out of retention",
  RETENTION_POLICY_ASSIGNMENT_ADD: "{actor} assigned a retention policy[ to {item}]",
  "LEGAL_HOLD_POLICY_(CREATE|UPDATE|DELETE)": "{actor} {did} a legal hold policy[: {about}]",
  "LEGAL_HOLD_ASSIGNMENT_(CREATE|DELETE)": "{actor} {did} the assignment of a legal hold[ to {item}]",
  "SHIELD_ACCESS_POLICY_(CREATED|UPDATED|DELETED)": "{actor} {did} a Shield access policy[: {about}]",
  "SHIELD_INFORMATION_BARRIER_(ENABLED|DISABLED)": "{actor} {did} the information barrier",
  SHIELD_INFORMATION_BARRIER_PENDING: "An information barrier is being prepared",
};

/** What Box itself found or prevented. */
const security: EventTable = {
  SHIELD_ALERT: "Shield raised an alert[: {alert}][ about {user}]",
  AI_SECURITY_DETECTION: "Box found a threat by AI[ in {item}][: {alert}]",
  FILE_MARKED_MALICIOUS: "Box marked {item} as malicious",
  CONTENT_WORKFLOW_ABNORMAL_DOWNLOAD_ACTIVITY: "{actor} downloaded abnormally much",
  CONTENT_WORKFLOW_SHARING_POLICY_VIOLATION: "{actor} violated a sharing policy[ with {item}]",
  CONTENT_WORKFLOW_UPLOAD_POLICY_VIOLATION: "{actor} violated an upload policy[ with {item}]",
  SHIELD_DOWNLOAD_BLOCKED: "Shield blocked the download of {item} by {actor}",
  "SHIELD_EXTERNAL_COLLAB_ACCESS_BLOCKED(|_MISSING_JUSTIFICATION)":
    "Shield blocked the access of an external collaborator to {item}",
  "SHIELD_EXTERNAL_COLLAB_INVITE_BLOCKED(|_MISSING_JUSTIFICATION)":
    "Shield blocked the invitation of an external collaborator to {item} by {actor}",
  SHIELD_EXTERNAL_COLLAB_INVITE_JUSTIFIED: "{actor} justified the invitation of an external collaborator to {item}",
  SHIELD_JUSTIFICATION_APPROVAL: "{actor} approved a justification[ for {item}]",
  SHIELD_SHARED_LINK_ACCESS_BLOCKED: "Shield blocked access to {item} by its link",
  "SHIELD_SHARED_LINK_STATUS_RESTRICTED_ON_(CREATE|UPDATE)": "Shield restricted the link of {item} by {actor}",
  SHIELD_INFORMATION_BARRIER_COLLAB_BLOCKED: "An information barrier kept {actor} from sharing {item}[ with {user}]",
  SHIELD_INFORMATION_BARRIER_GROUP_ADD_USER_BLOCKED:
    "An information barrier kept {actor} from adding {user} to the group[ {group}]",
  "SHIELD_INFORMATION_BARRIER_ITEM_(COPY|MOVE|OWNER_TRANSFER)_BLOCKED":
    "An information barrier kept {actor} from an action on {item} ({words})",
  SHIELD_INFORMATION_BARRIER_SHARED_ITEM_ACCESS_BLOCKED: "An information barrier kept {actor} from opening {item}",
};

/** Verbs that types end in, where the regular past tense does not fit. */
const pasts: Readonly<Record<string, string>> = {
  ...{ UPDATE: "changed", UPDATED: "changed", INITIATE: "started", ENABLED: "switched on", DISABLED: "switched off" },
};

/** Types end in a verb, in capitals: {did} is its past tense. */
function spelled(table: EventTable): EventTable {
  return Object.fromEntries(
    Object.entries(table).flatMap(([key, template]) =>
      expand(key).map(({ type, last }) => {
        const did = pasts[last] ?? pastTense(last.toLowerCase());
        return [type, did === null ? template : template.replaceAll("{did}", did)];
      }),
    ),
  );
}

/** Types that report what was refused or prevented. */
export const refused: ReadonlySet<string> = new Set([
  "FAILED_LOGIN",
  "DEVICE_TRUST_CHECK_FAILED",
  "BOX_AI_USER_FAILED_REQUEST",
]);

export function isRefused(eventType: string): boolean {
  return refused.has(eventType) || /_BLOCKED(_MISSING_JUSTIFICATION)?$|_ACCESS_REVOKED$/.test(eventType);
}

export const vocabulary = defineVocabulary({
  tables: [
    { category: "LOG_ON", events: signIns },
    { category: "USER", events: spelled(content) },
    { category: "USER", events: spelled(sharing) },
    { category: "USER", events: security },
    { category: "ADMIN", events: people },
    { category: "ADMIN", events: spelled(settings) },
  ],
  // `AUTOMATION_ADD` as `… added an automation`: the verb stands last.
  guess: (eventType) => {
    const words = inWords(eventType.toLowerCase()).split(" ");
    const verb = pastTense(words.at(-1) ?? "");
    const noun = words.slice(0, -1).join(" ");
    return verb && noun ? `{actor} ${verb} ${withArticle(noun)}[ on {item}]` : "{actor} did “{event}”[ on {item}]";
  },
});
