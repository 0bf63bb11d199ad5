import { index, integer, jsonb, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

/**
 * What detections have learnt, kept up incrementally: one row for each thing an account was seen to do or be, such as signing in from a country.
 * `kind` and `value` are the detection's own (`country`/`FR`, `admin-events`/`2026-11-21`); instants are event time, not arrival time.
 */
export const baselines = pgTable(
  "baselines",
  {
    instanceId: integer("instance_id").notNull(),
    /** users.external_id; empty for what the whole instance does. */
    userId: text("user_id").notNull(),
    kind: text().notNull(),
    value: text().notNull(),
    firstAt: at("first_at").notNull(),
    lastAt: at("last_at").notNull(),
    count: integer().notNull().default(1),
    facts: jsonb(),
  },
  (t) => [primaryKey({ columns: [t.instanceId, t.userId, t.kind, t.value] }), index("baselines_by_last").on(t.lastAt)],
);

/** What would have fired and was kept quiet, and by which rule. */
export const suppressedFindings = pgTable(
  "suppressed_findings",
  {
    instanceId: integer("instance_id").notNull(),
    occurredAt: at("occurred_at").notNull(),
    externalId: text("external_id").notNull(),
    policyId: integer("policy_id").notNull(),
    /** `learning`, `bordering-country`, `both-sides-safe`, `suppression/12` ... */
    rule: text().notNull(),
    explanation: jsonb().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.instanceId, t.occurredAt, t.externalId, t.policyId] }),
    index("suppressed_findings_by_policy").on(t.policyId, t.occurredAt),
  ],
);
