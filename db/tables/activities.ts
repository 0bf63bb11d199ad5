import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  json,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from "drizzle-orm/pg-core";

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

/**
 * What actors did, as the apps logged it. Range-partitioned by month of `occurred_at` (in the migration; Drizzle has no word
 * for it). No foreign keys: the instance is checked by the page's transaction, and removal goes by instance and partition.
 */
export const activities = pgTable(
  "activities",
  {
    instanceId: integer("instance_id").notNull(),
    occurredAt: at("occurred_at").notNull(),
    externalId: text("external_id").notNull(),
    ingestedAt: at("ingested_at").notNull().defaultNow(),
    category: text().notNull(),
    /** What it does, whatever the app calls it: one of activityActions. */
    action: text().notNull().default("OTHER"),
    eventType: text("event_type").notNull(),
    description: text().notNull(),
    /** The actor, when it is a known account: users.external_id. */
    userId: text("user_id"),
    actorName: text("actor_name"),
    outcome: text().notNull(),
    impersonated: boolean().notNull().default(false),
    interactive: boolean(),
    sessionId: text("session_id"),
    ipAddress: text("ip_address"),
    ipCategory: text("ip_category").notNull().default("OTHER"),
    ipTags: text("ip_tags").array().notNull().default(sql`'{}'`),
    country: text(),
    city: text(),
    isp: text(),
    userAgent: text("user_agent"),
    userAgentTags: text("user_agent_tags").array().notNull().default(sql`'{}'`),
    /** What an own address range put its country, city or provider in place of. */
    replacedPlace: jsonb("replaced_place").$type<{ country: string | null; city: string | null; isp: string | null }>(),
    targets: jsonb().$type<{ type: string; id: string | null; name: string | null }[]>().notNull().default([]),
    unmapped: boolean().notNull().default(false),
    /** json, not jsonb: exactly as the app sent it, key order included. */
    raw: json().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.instanceId, t.occurredAt, t.externalId] }),
    // NULLS FIRST, though nothing is null: a list of all instances asks for `occurred_at desc nulls last`, and only then gets this index.
    // One of a single instance does not, and gets the primary key: the planner would walk through all instances to find its rows.
    index("activities_newest").on(t.occurredAt.asc().nullsFirst(), t.instanceId, t.externalId),
    index("activities_by_user").on(t.instanceId, t.userId, t.occurredAt, t.externalId),
    // What an analyst looks for that may be rare.
    index("activities_by_address")
      .on(t.ipAddress, t.occurredAt.asc().nullsFirst())
      .where(sql`${t.ipAddress} is not null`),
    index("activities_by_event_type").on(t.eventType, t.occurredAt.asc().nullsFirst()),
  ],
);
export type Activity = typeof activities.$inferSelect;

/**
 * The durable log: one row per committed batch. `position` is given at commit, under a lock that lasts as long as the commit, so it is
 * monotonic in commit order (see src/realtime/publish.ts).
 */
export const activityLog = pgTable(
  "activity_log",
  {
    position: bigint({ mode: "number" }).primaryKey(),
    topic: text().notNull(),
    instanceId: integer("instance_id").notNull(),
    /** The scan that wrote the batch. */
    scanId: bigint("scan_id", { mode: "number" }),
    /** Keys of the batch's new activities, in ingestion order: parallel arrays. */
    occurredAts: timestamp("occurred_ats", { withTimezone: true, precision: 3, mode: "date" }).array(),
    externalIds: text("external_ids").array(),
    /** Ids and small facts of other topics; never secrets or rows. */
    payload: jsonb(),
    createdAt: at("created_at").notNull().defaultNow(),
  },
  (t) => [index("activity_log_by_time").on(t.createdAt)],
);

/**
 * The histories that positions of the log belong to: after a restore of an older database the same positions are given out again, for other
 * content. Each restore begins an epoch; a cursor names its own (see src/realtime/epoch.ts). The newest row is the current one.
 */
export const logEpochs = pgTable("log_epochs", {
  number: integer().primaryKey(),
  /** Random. Empty: the one before epochs were named, whose cursors name none. */
  name: text().notNull(),
  /** Positions up to this one were taken over from the epoch before, and are the same in both. */
  beganAfter: bigint("began_after", { mode: "number" }).notNull(),
  beganAt: at("began_at").notNull().defaultNow(),
  /** Where the database lay when it was last looked at; elsewhere it is a copy. Null: not looked at yet. */
  origin: text(),
});
