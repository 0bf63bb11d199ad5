import { EventMix } from "../../kit/event-mix.ts";

/** What an event is about: how its source is written. */
export type About = "self" | "user" | "item" | "collaboration" | "group" | "groupUser" | "app" | "none";

export interface EventType {
  type: string;
  about: About;
  /** Done by administrators. */
  admin?: boolean;
  weight: number;
}

const types = (about: About, weight: number, names: string, admin = false): EventType[] =>
  names.split(" ").map((type) => ({ type, about, weight, ...(admin && { admin }) }));

/** https://developer.box.com/guides/events/enterprise-events/for-enterprise/#event-types; weights are made up. */
const all: EventType[] = [
  ...types("self", 120, "LOGIN"),
  ...types("self", 6, "FAILED_LOGIN USER_AUTHENTICATE_OAUTH2_ACCESS_TOKEN_CREATE"),
  ...types("self", 2, "ADD_LOGIN_ACTIVITY_DEVICE REMOVE_LOGIN_ACTIVITY_DEVICE TERMS_OF_SERVICE_ACCEPT"),
  ...types(
    "self",
    1,
    "ADD_DEVICE_ASSOCIATION DEVICE_TRUST_CHECK_FAILED ENABLE_MULTI_FACTOR_AUTH ACCESS_GRANTED ACCESS_REVOKED",
  ),
  ...types("item", 100, "PREVIEW DOWNLOAD"),
  ...types("item", 60, "UPLOAD EDIT"),
  ...types("item", 15, "MOVE RENAME COPY DELETE CONTENT_ACCESS ITEM_OPEN"),
  ...types("item", 8, "UNDELETE SHARE UNSHARE ITEM_SHARED_UPDATE COMMENT_CREATE"),
  ...types("item", 3, "LOCK UNLOCK TASK_CREATE METADATA_INSTANCE_CREATE METADATA_INSTANCE_UPDATE FILE_REQUEST_CREATE"),
  ...types("item", 2, "SHARE_EXPIRATION FILE_WATERMARKED_DOWNLOAD COMMENT_DELETE COLLECTION_ITEM_CREATE"),
  ...types(
    "item",
    1,
    "FILE_MARKED_MALICIOUS SHIELD_DOWNLOAD_BLOCKED CONTENT_WORKFLOW_SHARING_POLICY_VIOLATION CHANGE_FOLDER_PERMISSION",
  ),
  ...types("collaboration", 6, "COLLABORATION_INVITE COLLABORATION_ACCEPT COLLABORATION_REMOVE"),
  ...types("collaboration", 2, "COLLABORATION_ROLE_CHANGE COLLABORATION_EXPIRATION"),
  ...types("user", 3, "NEW_USER EDIT_USER", true),
  ...types("user", 1, "DELETE_USER CHANGE_ADMIN_ROLE ADMIN_LOGIN EMAIL_ALIAS_CONFIRM DISABLE_MULTI_FACTOR_AUTH", true),
  ...types("group", 1, "GROUP_CREATION GROUP_EDITED GROUP_DELETION", true),
  ...types("groupUser", 3, "GROUP_ADD_USER GROUP_REMOVE_USER", true),
  ...types("groupUser", 1, "GROUP_ADMIN_CREATED", true),
  ...types("app", 1, "APPLICATION_CREATED APPLICATION_PUBLIC_KEY_ADDED ENTERPRISE_APP_AUTHORIZATION_UPDATE", true),
  ...types("none", 1, "EXTERNAL_COLLAB_SECURITY_SETTINGS DATA_RETENTION_CREATE_RETENTION SHIELD_ALERT", true),
];

const byName = new Map(all.map((type) => [type.type, type]));

/** One that is not in the table may still be asked for: Box's own list is not complete either. */
export function eventType(name: string): EventType {
  return byName.get(name) ?? { type: name, about: "none", weight: 0 };
}

export const generated = new EventMix(all, ({ weight }) => weight);
