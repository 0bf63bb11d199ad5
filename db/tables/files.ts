import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  customType,
  index,
  integer,
  json,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from "drizzle-orm/pg-core";
import { instances } from "./instances.ts";

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });
const bytes = customType<{ data: Buffer }>({ dataType: () => "bytea" });

export type SharingLevel = "PRIVATE" | "INTERNAL" | "EXTERNAL" | "PUBLIC";
export type InspectionStatus =
  | "NOT_REQUESTED"
  | "PENDING"
  | "INSPECTED"
  | "PARTIALLY_INSPECTED"
  | "TOO_LARGE"
  | "ENCRYPTED"
  | "UNSUPPORTED_TYPE"
  | "CORRUPT"
  | "TIMED_OUT"
  | "DENIED"
  | "NOT_AVAILABLE"
  | "FAILED";

/**
 * Files and folders as the apps list them; their content is never stored. No foreign keys: the instance is checked by the page's
 * transaction, and removal goes by instance.
 */
export const files = pgTable(
  "files",
  {
    instanceId: integer("instance_id").notNull(),
    externalId: text("external_id").notNull(),
    /** The part of the stream that named it last; empty for a stream without parts. */
    part: text().notNull().default(""),
    /** Drive, bucket, site or account that holds it. */
    container: text().notNull(),
    parentId: text("parent_id"),
    path: text(),
    name: text().notNull(),
    /** Lower case, without the dot; null for folders and names without one. */
    extension: text(),
    isFolder: boolean("is_folder").notNull(),
    mimeType: text("mime_type"),
    size: bigint({ mode: "number" }),
    /** The owner, when it is a known account: users.external_id. */
    ownerId: text("owner_id"),
    ownerName: text("owner_name"),
    /** Who changed it last, when it is a known account: users.external_id. */
    editorId: text("editor_id"),
    editorName: text("editor_name"),
    /** As the connector read it; null: it could not be read. */
    reportedSharing: text("reported_sharing").$type<SharingLevel>(),
    /** In effect, by the organisation's domains; null: it is not known. See src/inventory/files/sharing.ts. */
    sharing: text().$type<SharingLevel>(),
    linkAudience: text("link_audience").$type<SharingLevel>(),
    linkExpiresAt: at("link_expires_at"),
    linkPassword: boolean("link_password"),
    linkCanDownload: boolean("link_can_download"),
    linkUrl: text("link_url"),
    /** The link was over when its sharing was last worked out. */
    linkEnded: boolean("link_ended").notNull().default(false),
    labels: text().array().notNull().default(sql`'{}'`),
    createdAt: at("created_at"),
    modifiedAt: at("modified_at"),
    viewedAt: at("viewed_at"),
    trashedAt: at("trashed_at"),
    quarantined: boolean().notNull().default(false),
    /** Changes when the content does. */
    version: text(),
    contentHash: text("content_hash"),
    /** Since when the app no longer names it; null while it exists. */
    removedAt: at("removed_at"),
    firstSeenAt: at("first_seen_at").notNull().defaultNow(),
    /** When what the app reports was last written. */
    changedAt: at("changed_at").notNull().defaultNow(),
    /** The scan that wrote it last: a listing that began before leaves what a feed has written meanwhile. */
    scanId: bigint("scan_id", { mode: "number" }),
    /** SHA-256 of what the app reports, raw record aside: a page that brings the same again writes nothing. */
    digest: bytes().notNull(),
    /** Written by content inspection; a changed `version` or `content_hash` makes what it found stale. */
    inspectionStatus: text("inspection_status").$type<InspectionStatus>().notNull().default("NOT_REQUESTED"),
    inspectedAt: at("inspected_at"),
    inspectionReason: text("inspection_reason"),
    /** `version`, else `content_hash`, else the time of the last change, of the content that was inspected. */
    inspectedVersion: text("inspected_version"),
    /** Which detectors it was inspected with: see detectorChoice in src/detection/inspection/detectors.ts. */
    inspectedWith: text("inspected_with"),
    raw: json().notNull(),
    /** Places in lists, never null: by time of change, or else when it was first seen; by name, cut since an entry of an index has little room. */
    modifiedKey: at("modified_key").notNull().generatedAlwaysAs(sql`coalesce(modified_at, first_seen_at)`),
    nameKey: text("name_key").notNull().generatedAlwaysAs(sql`lower(left(name, 100))`),
    sizeKey: bigint("size_key", { mode: "number" }).notNull().generatedAlwaysAs(sql`coalesce(size, -1)`),
  },
  (t) => {
    const isOutside = sql`${t.sharing} in ('EXTERNAL', 'PUBLIC')`;
    const isPublic = sql`${t.sharing} = 'PUBLIC'`;
    return [
      primaryKey({ columns: [t.instanceId, t.externalId] }),
      // Each order twice: of one instance, and of all. NULLS FIRST, though nothing is null: a list of all instances asks for it, and only then
      // gets the index of all; the planner would walk through all instances to find the files of one.
      index("files_by_modified").on(t.instanceId, t.modifiedKey, t.externalId),
      index("files_newest").on(t.modifiedKey.asc().nullsFirst(), t.instanceId, t.externalId),
      index("files_by_name").on(t.instanceId, t.nameKey, t.externalId),
      index("files_all_by_name").on(t.nameKey.asc().nullsFirst(), t.instanceId, t.externalId),
      index("files_by_size").on(t.instanceId, t.sizeKey, t.externalId),
      index("files_all_by_size").on(t.sizeKey.asc().nullsFirst(), t.instanceId, t.externalId),
      index("files_by_owner")
        .on(t.instanceId, t.ownerId, t.modifiedKey, t.externalId)
        .where(sql`${t.ownerId} is not null`),
      index("files_by_parent")
        .on(t.instanceId, t.parentId, t.modifiedKey, t.externalId)
        .where(sql`${t.parentId} is not null`),
      // What is looked for most and is rare.
      index("files_outside").on(t.instanceId, t.modifiedKey, t.externalId).where(isOutside),
      index("files_all_outside").on(t.modifiedKey.asc().nullsFirst(), t.instanceId, t.externalId).where(isOutside),
      index("files_public").on(t.instanceId, t.modifiedKey, t.externalId).where(isPublic),
      index("files_all_public").on(t.modifiedKey.asc().nullsFirst(), t.instanceId, t.externalId).where(isPublic),
      index("files_labelled")
        .on(t.modifiedKey.asc().nullsFirst(), t.instanceId, t.externalId)
        .where(sql`${t.labels} <> '{}'`),
      index("files_trashed")
        .on(t.modifiedKey.asc().nullsFirst(), t.instanceId, t.externalId)
        .where(sql`${t.trashedAt} is not null`),
      index("files_quarantined")
        .on(t.modifiedKey.asc().nullsFirst(), t.instanceId, t.externalId)
        .where(sql`${t.quarantined}`),
      index("files_removed")
        .on(t.modifiedKey.asc().nullsFirst(), t.instanceId, t.externalId)
        .where(sql`${t.removedAt} is not null`),
      index("files_of_part").on(t.instanceId, t.part).where(sql`${t.removedAt} is null`),
      index("files_link_expiry").on(t.linkExpiresAt).where(sql`${t.linkExpiresAt} is not null and not ${t.linkEnded}`),
      index("files_to_inspect")
        .on(t.instanceId, t.modifiedKey, t.externalId)
        .where(sql`${t.inspectionStatus} = 'PENDING'`),
    ];
  },
);
export type FileRecord = typeof files.$inferSelect;

/** Who has access to a file beside its link. */
export const fileCollaborators = pgTable(
  "file_collaborators",
  {
    instanceId: integer("instance_id").notNull(),
    fileId: text("file_id").notNull(),
    principal: text().$type<"USER" | "GROUP" | "DOMAIN" | "ANYONE">().notNull(),
    /** What distinguishes it from others of the file: the app's id, else the e-mail or domain; empty for ANYONE. */
    key: text().notNull(),
    /** users.external_id or groups.external_id, where the app states it. */
    principalId: text("principal_id"),
    email: text(),
    /** Of the e-mail, or the domain itself; lower case. */
    domain: text(),
    role: text().$type<"READ" | "COMMENT" | "WRITE" | "OWNER">().notNull(),
    inherited: boolean(),
    /** Outside the organisation's domains, or anybody. */
    external: boolean().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.instanceId, t.fileId, t.principal, t.key] }),
    index("file_collaborators_by_domain").on(t.instanceId, t.domain, t.fileId).where(sql`${t.domain} is not null`),
    index("file_collaborators_by_principal")
      .on(t.instanceId, t.principalId, t.fileId)
      .where(sql`${t.principalId} is not null`),
  ],
);

/** Labels that files have or had, so that a filter by one that does not exist is an error. */
export const fileLabels = pgTable(
  "file_labels",
  {
    instanceId: integer("instance_id").notNull(),
    name: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.instanceId, t.name] }), index("file_labels_by_name").on(t.name)],
);

/** What content inspection found in a file: how often, how surely, and masked samples; never clear text. */
export const fileMatches = pgTable(
  "file_matches",
  {
    instanceId: integer("instance_id").notNull(),
    fileId: text("file_id").notNull(),
    /** Slug of the detector. */
    detector: text().notNull(),
    count: integer().notNull(),
    confidence: text().$type<"LOW" | "MEDIUM" | "HIGH">().notNull(),
    reasons: text().array().notNull().default(sql`'{}'`),
    samples: text().array().notNull().default(sql`'{}'`),
  },
  (t) => [
    primaryKey({ columns: [t.instanceId, t.fileId, t.detector] }),
    index("file_matches_by_detector").on(t.instanceId, t.detector, t.fileId),
  ],
);

/** Activities by the objects they affected, of apps whose files are read: activities of a file. */
export const fileActivities = pgTable(
  "file_activities",
  {
    instanceId: integer("instance_id").notNull(),
    /** The id of the target; the file may not be known yet. */
    fileId: text("file_id").notNull(),
    occurredAt: at("occurred_at").notNull(),
    activityId: text("activity_id").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.instanceId, t.fileId, t.occurredAt, t.activityId] }),
    // They come about in the order of time: small, and enough for retention.
    index("file_activities_by_time").using("brin", t.occurredAt),
  ],
);

/**
 * What a listing in progress has named, a row for each page: hashes of ids, so that a file that did not change is not written to.
 * Deleted when the listing is concluded.
 */
export const fileSightings = pgTable(
  "file_sightings",
  {
    instanceId: integer("instance_id").notNull(),
    scanId: bigint("scan_id", { mode: "number" }).notNull(),
    page: bigint({ mode: "number" }).notNull().generatedAlwaysAsIdentity(),
    /** `hashtextextended(external_id, 0)` of each. */
    seen: bigint({ mode: "number" }).array().notNull(),
  },
  (t) => [primaryKey({ columns: [t.instanceId, t.scanId, t.page] })],
);

/** Stored files whose sharing is to be worked out again because a domain became, or ceased to be, the organisation's own. */
export const fileReshares = pgTable(
  "file_reshares",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    instanceId: integer("instance_id")
      .notNull()
      .references(() => instances.id, { onDelete: "cascade" }),
    /** Files to which people of this domain have access; null: all files. */
    domain: text(),
    /** The last file that was looked at; null: none yet. */
    reached: text(),
  },
  (t) => [index("file_reshares_of_instance").on(t.instanceId)],
);
