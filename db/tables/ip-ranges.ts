import { sql } from "drizzle-orm";
import { cidr, integer, pgTable, text } from "drizzle-orm/pg-core";

/** Address ranges an admin named; no two overlap. What they say beats what is built in. */
export const ipRanges = pgTable("ip_ranges", {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  name: text().notNull(),
  cidrs: cidr().array().notNull(),
  category: text().notNull(),
  tags: text().array().notNull().default(sql`'{}'`),
  /** Overrides of what the address database says. */
  country: text(),
  isp: text(),
});
export type IpRange = typeof ipRanges.$inferSelect;
