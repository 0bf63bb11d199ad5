import { sql } from "drizzle-orm";
import { boolean, cidr, integer, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";

/** Address ranges an admin named; no two overlap. What they say beats what is built in. */
export const ipRanges = pgTable("ip_ranges", {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  name: text().notNull(),
  cidrs: cidr().array().notNull(),
  category: text().notNull(),
  tags: text().array().notNull().default(sql`'{}'`),
  /** Overrides of the address database. */
  country: text(),
  city: text(),
  isp: text(),
});
export type IpRange = typeof ipRanges.$inferSelect;

/** One row: another version with each change of the ranges, so that who holds them in memory sees that they are no longer these. */
export const ipRangeState = pgTable("ip_range_state", {
  only: boolean().primaryKey().default(true),
  version: uuid().notNull(),
});

/** Changes that are still to be applied to stored activities: the networks, and how far the job has come. */
export const ipRangeRetags = pgTable("ip_range_retags", {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  cidrs: cidr().array().notNull(),
  /** Addresses are visited in the order of their texts. The last one that was looked at; null: none yet. */
  ipAddress: text("ip_address"),
  /** Key of the last activity of it that was looked at; null: all were. */
  occurredAt: timestamp("occurred_at", { withTimezone: true, precision: 3, mode: "date" }),
  instanceId: integer("instance_id"),
  externalId: text("external_id"),
});
