import { bigint, boolean, index, integer, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

/** Where alerts or activities are sent: each a consumer of the log with a position of its own (log_consumers `destination/<id>`). */
export const destinations = pgTable("destinations", {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  name: text().notNull(),
  kind: text().$type<"WEBHOOK" | "SYSLOG" | "EMAIL">().notNull(),
  format: text().$type<"JSON" | "OCSF" | "CEF">().notNull(),
  /** `tcp://host:port`, `udp://host:port`, or addresses; of a webhook the sealed URL: `destination/<id>/target`. */
  target: text().notNull(),
  /** What is sent: alerts, activities or both, and which. */
  selection: jsonb().notNull(),
  /** Sealed: what webhooks are signed with. */
  secret: text(),
  enabled: boolean().notNull().default(true),
  /** Whose events it may get: what its maker may see. Null: all instances. */
  instanceIds: integer("instance_ids").array(),
  /** Who sends now, and until when nobody else does: `lease` is a word of that process. */
  lease: text(),
  leasedUntil: at("leased_until"),
  lastDeliveredAt: at("last_delivered_at"),
  /** Why the last try failed, or what was lost; null after a success. */
  lastError: text("last_error"),
  lastErrorAt: at("last_error_at"),
  createdBy: text("created_by").notNull(),
  createdAt: at("created_at").notNull().defaultNow(),
});

export const deliveries = pgTable(
  "deliveries",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    destinationId: integer("destination_id")
      .notNull()
      .references(() => destinations.id, { onDelete: "cascade" }),
    /** Stable: the receiver can tell a repeat. */
    eventId: text("event_id").notNull(),
    /** As it is sent, repeats too; empty for what was lost. */
    body: text().notNull(),
    contentType: text("content_type").notNull(),
    /** How many events it holds. */
    events: integer().notNull(),
    status: text().$type<"PENDING" | "DELIVERED" | "DEAD">().notNull().default("PENDING"),
    attempts: integer().notNull().default(0),
    /** Its events may have been sent before a restore of the database. */
    mayRepeat: boolean("may_repeat").notNull().default(false),
    nextAttemptAt: at("next_attempt_at"),
    lastError: text("last_error"),
    createdAt: at("created_at").notNull().defaultNow(),
    deliveredAt: at("delivered_at"),
  },
  (t) => [index("deliveries_due").on(t.destinationId, t.status, t.id)],
);
