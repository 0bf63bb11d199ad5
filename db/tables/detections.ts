import { bigint, index, integer, json, jsonb, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import { instances } from "./instances.ts";

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });
const instanceId = () =>
  integer("instance_id")
    .notNull()
    .references(() => instances.id, { onDelete: "cascade" });

/**
 * What the detections know of an account: one row, kept up with each batch, so that history is never read again. No index but the key,
 * and room in each block (the migration leaves it): so that a row is written where it was.
 */
export const detectionStates = pgTable(
  "detection_states",
  {
    instanceId: instanceId(),
    /** users.external_id. */
    userId: text("user_id").notNull(),
    /** AccountState of all that is more than two hours older than the account's newest (src/detection/anomalies/state.ts). json: the database never looks into it. */
    settled: json().notNull(),
    /** What is younger, in order of event time: late ones may still come before it (src/detection/anomalies/fact.ts). */
    pending: json().notNull(),
    /** What was reported of episodes that can still change (src/detection/anomalies/judge.ts). */
    shown: json().notNull(),
    /** What was counted for the organisation in the last days, so that an account counts once a day. */
    counted: json().notNull(),
    /** Event time of the newest, epoch ms. */
    newest: bigint({ mode: "number" }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.instanceId, t.userId] })],
);

/** How many accounts of an instance signed in on a day from a country, a town, or a risky address. */
export const customs = pgTable(
  "customs",
  {
    instanceId: instanceId(),
    /** `country`, `place` (`DE/Berlin`) or `address`. */
    kind: text().notNull(),
    value: text().notNull(),
    /** Days since 1970, UTC, of event time. */
    day: integer().notNull(),
    accounts: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.instanceId, t.kind, t.value, t.day] }), index("customs_by_day").on(t.day)],
);

/** Findings that were suppressed, and by which rule: the first activity of each episode. */
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
