import {
  bigint,
  date,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from "drizzle-orm/pg-core";
import { instances } from "./instances.ts";

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });
const instanceId = () =>
  integer("instance_id")
    .notNull()
    .references(() => instances.id, { onDelete: "cascade" });

export type RecommendationStatus =
  | "TO_ADDRESS"
  | "PLANNED"
  | "RISK_ACCEPTED"
  | "THIRD_PARTY_RESOLVED"
  | "ALTERNATE_MITIGATION"
  | "COMPLETED"
  | "NOT_EVALUATED";

/** What a posture check found on one instance, and what an admin decided about it. Title and remedy come from the check in the code. */
export const recommendations = pgTable(
  "recommendations",
  {
    instanceId: instanceId(),
    slug: text().notNull(),
    /** Found by the check: TO_ADDRESS, COMPLETED or NOT_EVALUATED. */
    finding: text().$type<"TO_ADDRESS" | "COMPLETED" | "NOT_EVALUATED">().notNull(),
    /** Set by an admin over TO_ADDRESS; null: none. */
    decision: text().$type<"PLANNED" | "RISK_ACCEPTED" | "THIRD_PARTY_RESOLVED" | "ALTERNATE_MITIGATION">(),
    /** 0..1 of the points, by the data. */
    share: doublePrecision().notNull(),
    maxPoints: integer("max_points").notNull(),
    evidence: jsonb(),
    /** Why NOT_EVALUATED. */
    because: text(),
    evaluatedAt: at("evaluated_at").notNull(),
    note: text(),
    statusSetBy: text("status_set_by"),
    statusExpiresAt: at("status_expires_at"),
    changePosition: bigint("change_position", { mode: "number" }).notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.instanceId, t.slug] })],
);
export type Recommendation = typeof recommendations.$inferSelect;

/** The score of an instance at the end of a day. */
export const secureScores = pgTable(
  "secure_scores",
  {
    instanceId: instanceId(),
    day: date({ mode: "string" }).notNull(),
    points: doublePrecision().notNull(),
    maxPoints: doublePrecision("max_points").notNull(),
  },
  (t) => [primaryKey({ columns: [t.instanceId, t.day] }), index("secure_scores_by_day").on(t.day)],
);
