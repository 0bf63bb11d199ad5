import { sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, pgTable, primaryKey, text, timestamp, uniqueIndex } from "drizzle-orm/pg-core";
import { instances } from "./instances.ts";
import { type AlertSeverity, policies } from "./policies.ts";

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

export type AlertStatus = "OPEN" | "IN_PROGRESS" | "TRUE_POSITIVE" | "BENIGN" | "FALSE_POSITIVE";

/** One match of a policy (or a failing connector) that a person should review; repeats are occurrences of it. */
export const alerts = pgTable(
  "alerts",
  {
    instanceId: integer("instance_id")
      .notNull()
      .references(() => instances.id, { onDelete: "cascade" }),
    id: bigint({ mode: "number" }).notNull().generatedAlwaysAsIdentity(),
    kind: text().$type<"POLICY" | "SYSTEM">().notNull(),
    policyId: integer("policy_id").references(() => policies.id, { onDelete: "set null" }),
    userId: text("user_id"),
    oauthAppId: text("oauth_app_id"),
    fileId: text("file_id"),
    severity: text().$type<AlertSeverity>().notNull(),
    status: text().$type<AlertStatus>().notNull().default("OPEN"),
    title: text().notNull(),
    explanation: jsonb().notNull(),
    /** Keys of activities, oldest first, at most 100: `[epoch ms, external id]`, of this instance. */
    evidence: jsonb().$type<[number, string][]>().notNull().default([]),
    /** Repeats while it is unresolved join it. */
    dedupKey: text("dedup_key").notNull(),
    occurrences: integer().notNull().default(1),
    lastOccurredAt: at("last_occurred_at").notNull(),
    createdAt: at("created_at").notNull().defaultNow(),
    updatedAt: at("updated_at").notNull().defaultNow(),
    assignee: text(),
    resolution: text(),
    /** Position of the log of its newest change. */
    changePosition: bigint("change_position", { mode: "number" }).notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.instanceId, t.id] }),
    uniqueIndex("alerts_open").on(t.instanceId, t.dedupKey).where(sql`${t.status} in ('OPEN', 'IN_PROGRESS')`),
    index("alerts_newest").on(t.id.desc()),
    index("alerts_by_policy").on(t.policyId, t.id.desc()),
    // Also of resolved ones: an episode raises one alert.
    index("alerts_by_key").on(t.instanceId, t.dedupKey),
  ],
);
export type Alert = typeof alerts.$inferSelect;
