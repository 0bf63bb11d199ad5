import { sql } from "drizzle-orm";
import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import { instances } from "./instances.ts";

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });
const instanceId = () =>
  integer("instance_id")
    .notNull()
    .references(() => instances.id, { onDelete: "cascade" });

export type ScanMode = "FULL" | "INCREMENTAL" | "REAL_TIME";
export type ScanStatus = "QUEUED" | "RUNNING" | "THROTTLED" | "SUCCEEDED" | "FAILED" | "CANCELLED";

/** One run of one stream for one instance. */
export const scans = pgTable(
  "scans",
  {
    instanceId: instanceId(),
    id: bigint({ mode: "number" }).notNull().generatedAlwaysAsIdentity(),
    stream: text().notNull(),
    /** Of a stream that consists of parts; else empty. */
    part: text().notNull().default(""),
    mode: text().$type<ScanMode>().notNull(),
    status: text().$type<ScanStatus>().notNull().default("QUEUED"),
    itemsSeen: integer("items_seen").notNull().default(0),
    itemsWritten: integer("items_written").notNull().default(0),
    total: integer(),
    throttledUntil: at("throttled_until"),
    /** A back-fill reads this span with a cursor of its own. */
    fromAt: at("from_at"),
    toAt: at("to_at"),
    cursor: text(),
    /** As `streams.version`, for a back-fill: it runs beside the ordinary scan, and each has its own claim. */
    version: bigint({ mode: "number" }).notNull().default(0),
    /** When a back-fill goes on; null: it is on, or has ended. */
    nextRunAt: at("next_run_at"),
    /** A full listing that was interrupted proves no absence. */
    unbroken: boolean().notNull().default(true),
    requestedBy: text("requested_by"),
    createdAt: at("created_at").notNull().defaultNow(),
    startedAt: at("started_at"),
    finishedAt: at("finished_at"),
    error: text(),
  },
  (t) => [
    primaryKey({ columns: [t.instanceId, t.id] }),
    index("scans_newest").on(t.id.desc()),
    index("scans_unfinished").on(t.instanceId, t.stream).where(sql`${t.status} in ('QUEUED', 'RUNNING', 'THROTTLED')`),
  ],
);
export type Scan = typeof scans.$inferSelect;

/** Where each stream of each instance stands; of a stream that consists of parts, each part. */
export const streams = pgTable(
  "streams",
  {
    instanceId: instanceId(),
    stream: text().notNull(),
    /** Empty for a stream without parts. */
    part: text().notNull().default(""),
    /** What people see of a part; null: its name. */
    label: text(),
    /** Scopes that a part needs beside those of its stream. */
    scopes: text().array().notNull().default(sql`'{}'`),
    /** Activity categories of a part; null: those of its stream. */
    categories: text().array(),
    /** A part that is a feed of changes beside parts that list: read before them, and a listing of nothing. */
    isFeed: boolean("is_feed").notNull().default(false),
    /** Opaque; advanced in the same transaction that stores a page. */
    cursor: text(),
    /** Counts up with each page: a worker that lost its claim finds another number and stops. */
    version: bigint({ mode: "number" }).notNull().default(0),
    /** Start of the first read: connection time less the retroactive period. */
    fromAt: at("from_at").notNull(),
    nextRunAt: at("next_run_at"),
    /** A run was requested while one was on: another follows at once. Cleared by the run that answers it. */
    requestedAt: at("requested_at"),
    lastSuccessAt: at("last_success_at"),
    lastItemAt: at("last_item_at"),
    consecutiveFailures: integer("consecutive_failures").notNull().default(0),
    throttledUntil: at("throttled_until"),
    firstScanCompletedAt: at("first_scan_completed_at"),
    /** Since when it has been silent, as the last check saw it: not read at all, or read without finding anything for longer than is usual. */
    silentSince: at("silent_since"),
    /** Why it is off here (a missing scope), in words. */
    disabledReason: text("disabled_reason"),
    /** Of a change feed: when it next starts over as a listing of everything. */
    nextFullAt: at("next_full_at"),
    /** The complete listing that named far fewer than were known and concluded nothing: what the next one does not name either was deleted. */
    heldScanId: bigint("held_scan_id", { mode: "number" }),
  },
  (t) => [primaryKey({ columns: [t.instanceId, t.stream, t.part] }), index("streams_due").on(t.nextRunAt)],
);
export type Stream = typeof streams.$inferSelect;

/** From when to when a stream was blind, and whether that was refilled. */
export const coverageGaps = pgTable(
  "coverage_gaps",
  {
    instanceId: instanceId(),
    id: bigint({ mode: "number" }).notNull().generatedAlwaysAsIdentity(),
    stream: text().notNull(),
    part: text().notNull().default(""),
    fromAt: at("from_at").notNull(),
    toAt: at("to_at").notNull(),
    reason: text().notNull(),
    filledAt: at("filled_at"),
  },
  (t) => [primaryKey({ columns: [t.instanceId, t.id] })],
);

/** Records that cannot be read, set aside so that they do not hold up the others; kept as long as activities. */
export const unreadableRecords = pgTable(
  "unreadable_records",
  {
    instanceId: instanceId(),
    /** SHA-256 of stream, part and record, hex: read again, it is the same one. */
    id: text().notNull(),
    stream: text().notNull(),
    part: text().notNull().default(""),
    /** Where the reading stopped: `[1]._document_id`. */
    path: text().notNull(),
    reason: text().notNull(),
    /** Sealed JSON of the record, which no mapping has freed of secrets: `unreadable_record/<instance>/<id>/raw`. */
    raw: text().notNull(),
    firstSeenAt: at("first_seen_at").notNull(),
    lastSeenAt: at("last_seen_at").notNull(),
    /** How often it was met. */
    count: integer().notNull().default(1),
  },
  (t) => [
    primaryKey({ columns: [t.instanceId, t.id] }),
    index("unreadable_records_by_stream").on(t.instanceId, t.stream, t.part, t.lastSeenAt),
    index("unreadable_records_newest").on(t.instanceId, t.firstSeenAt, t.id),
  ],
);

/** The tenant's settings as last read, for posture checks. */
export const postureSettings = pgTable(
  "posture_settings",
  {
    instanceId: instanceId(),
    key: text().notNull(),
    value: jsonb(),
    /** Why it could not be read; null when `value` holds. */
    unreadable: text(),
    /** Since when it cannot be read; null when `value` holds. */
    unreadableSince: at("unreadable_since"),
    readAt: at("read_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.instanceId, t.key] })],
);
