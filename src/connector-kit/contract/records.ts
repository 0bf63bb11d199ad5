/** What streams yield: a provider's records as ours. */
import type {
  AccountType,
  ActivityAction,
  ActivityCategory,
  ActivityOutcome,
  PermissionLevel,
  ScanStream,
  UserStatus,
} from "./kinds.ts";

/** A change feed reports that the record with this id was deleted. A full listing never needs it. */
export interface RemovedItem {
  kind: "removed";
  externalId: string;
}

/**
 * A record that cannot be read, set aside so that it does not hold up the others of its page: counted in the stream's health and kept raw.
 * Made by `readEach` of the kit; a page of which no record can be read is a changed shape and fails instead.
 */
export interface UnreadableItem {
  kind: "unreadable";
  /** Where the reading stopped: `[1]._document_id`. */
  path: string;
  /** What was expected and found there, in a sentence. */
  reason: string;
  raw: unknown;
}

/** One account. `externalId` is the provider's immutable id. */
export interface UserRecord {
  externalId: string;
  /** Sign-in name, when it differs from the e-mail: the log may name people by it. */
  login?: string | null;
  email?: string | null;
  displayName?: string | null;
  status: UserStatus;
  /** Known from the listing itself; a held admin privilege makes it true as well. */
  isAdmin?: boolean;
  isExternal?: boolean;
  type?: AccountType;
  lastSignInAt?: Date | null;
  /** False: nobody vouches for the e-mail (an invitation not yet accepted), so it does not say whose account it is. Default true. */
  emailVerified?: boolean;
  /** When it was deleted, if the provider reports it and the status is DELETED. */
  deletedAt?: Date | null;
  /** As the provider sent it, without secrets. */
  raw: unknown;
}

export type GroupItem =
  | { kind: "group"; externalId: string; name: string; raw: unknown }
  | { kind: "member"; groupId: string; userId: string }
  | { kind: "removed-member"; groupId: string; userId: string }
  | RemovedItem;

export type PrivilegeItem =
  | { kind: "privilege"; externalId: string; name: string; isAdmin: boolean }
  | { kind: "holder"; privilegeId: string; userId: string };

export interface ActivityTargetRecord {
  type: string;
  id?: string | null;
  name?: string | null;
}

export interface ActorRecord {
  /** The provider's id of the account, equal to UserRecord.externalId. */
  externalId?: string | null;
  /** Sign-in name or e-mail, matched against known accounts when there is no id. */
  login?: string | null;
  email?: string | null;
  /** What people see: shown as `actorName`. */
  name?: string | null;
  type?: AccountType;
  /** False: not an account of this tenant (the provider itself, an anonymous caller): no account is made for it. Default true. */
  isAccount?: boolean;
}

/** Something an actor did, as the app logged it. */
export interface ActivityRecord {
  /** Unique in the tenant and the same each time it is read. Where the provider has none: a hash of what identifies it. */
  externalId: string;
  category: ActivityCategory;
  /** What it does, whatever the app calls it; as a vocabulary's phrase has it. Default OTHER. */
  action?: ActivityAction;
  /** Exactly as the app calls it. */
  eventType: string;
  /** One readable sentence, no trailing full stop: `Mira Holt signed in`. */
  description: string;
  /** Millisecond precision. */
  occurredAt: Date;
  actor: ActorRecord | null;
  outcome: ActivityOutcome;
  impersonated?: boolean;
  interactive?: boolean | null;
  sessionId?: string | null;
  ipAddress?: string | null;
  /** ISO 3166-1 alpha-2, only if the app itself states it. */
  country?: string | null;
  city?: string | null;
  isp?: string | null;
  userAgent?: string | null;
  targets: ActivityTargetRecord[];
  /** An event type the mapping does not know: kept, never dropped. */
  unmapped?: boolean;
  /** As the app sent it. */
  raw: unknown;
}

export type OAuthAppItem =
  | {
      kind: "app";
      externalId: string;
      name: string;
      publisher?: string | null;
      publisherVerified?: boolean | null;
      scopes: string[];
      permissionLevel: PermissionLevel;
      banned?: boolean;
      lastAuthorizedAt?: Date | null;
      lastUsedAt?: Date | null;
      raw: unknown;
    }
  | {
      kind: "grant";
      appId: string;
      userId: string;
      grantedAt?: Date | null;
      /** What revoking this one grant needs; handed to the action as `grant.reference`. */
      reference?: string | null;
    }
  | RemovedItem;

/** One setting of the tenant that posture checks look at. A read that failed carries the reason, and is never a pass. */
export type PostureItem = { key: string; value: unknown } | { key: string; unreadable: string };

export const sharingLevels = ["PRIVATE", "INTERNAL", "EXTERNAL", "PUBLIC"] as const;
/** What the provider grants in effect: the owner only; people of the organisation; a person or domain outside; anybody. */
export type SharingLevel = (typeof sharingLevels)[number];

/** Of files: with `container`, only what was last seen there is removed. A person's feed also reports what belongs to other people. */
export interface FileRemovedItem extends RemovedItem {
  container?: string;
}

/**
 * Nobody can be asked for the files of this container now: its owner is suspended. A listing concludes nothing of those that are known, and goes on
 * to conclude what is no longer named elsewhere.
 */
export interface UnlistedItem {
  kind: "unlisted";
  container: string;
}

/**
 * A file or folder, and who has access to it. The collaborators of a file stand on its page, all of them, those that it inherits from
 * folders above included: they replace what was known. Those of a file that is not on the page are added to the known ones.
 * `removed` is of one file or folder; what lay in a removed folder is removed by items of its own, or by the next complete listing.
 */
export type FileItem =
  | {
      kind: "file";
      /** At most 1200 bytes. */
      externalId: string;
      /** Drive, bucket, site or account that holds it: listings go container by container. */
      container: string;
      parentId?: string | null;
      path?: string | null;
      name: string;
      isFolder: boolean;
      mimeType?: string | null;
      /** Bytes. */
      size?: number | null;
      owner?: ActorRecord | null;
      /**
       * The effective value as the provider states it, not that of one field. What collaborators and the link show beyond it counts all the
       * same; what the collaborators explain is judged again by the organisation's domains. Null if it could not be read, which never
       * counts as a pass; collaborators that were known then stay.
       */
      sharing: SharingLevel | null;
      link?: {
        /** Who the link opens the file to. */
        audience: SharingLevel;
        expiresAt?: Date | null;
        password?: boolean;
        canDownload?: boolean;
        url?: string | null;
      } | null;
      labels: string[];
      createdAt?: Date | null;
      modifiedAt?: Date | null;
      modifiedBy?: ActorRecord | null;
      viewedAt?: Date | null;
      trashedAt?: Date | null;
      quarantined?: boolean;
      /** Changes when the content does. */
      version?: string | null;
      hash?: string | null;
      raw: unknown;
    }
  | {
      kind: "collaborator";
      fileId: string;
      principal: "USER" | "GROUP" | "DOMAIN" | "ANYONE";
      externalId?: string | null;
      email?: string | null;
      domain?: string | null;
      role: "READ" | "COMMENT" | "WRITE" | "OWNER";
      /** Comes from a folder above. */
      inherited?: boolean;
    }
  | FileRemovedItem
  | UnlistedItem;

export interface StreamItems {
  USERS: UserRecord | RemovedItem;
  GROUPS: GroupItem;
  PRIVILEGES: PrivilegeItem;
  ACTIVITIES: ActivityRecord;
  FILES: FileItem;
  OAUTH_APPS: OAuthAppItem;
  POSTURE: PostureItem;
}

/** What may stand on a page of a stream. */
export type StreamItem<S extends ScanStream = ScanStream> = StreamItems[S] | UnreadableItem;
