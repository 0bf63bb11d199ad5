import { sql } from "drizzle-orm";
import { bigint, index, integer, pgTable, primaryKey, text, timestamp, uniqueIndex } from "drizzle-orm/pg-core";

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

/** Why a file no longer matches a policy. */
export type MatchEnd = "FILE_CHANGED" | "FILE_REMOVED" | "POLICY_CHANGED" | "POLICY_DISABLED";

/** Which file matches which policy, from when to when. One row is open for each pair as long as it matches. */
export const filePolicyMatches = pgTable(
  "file_policy_matches",
  {
    instanceId: integer("instance_id").notNull(),
    id: bigint({ mode: "number" }).notNull().generatedAlwaysAsIdentity(),
    fileId: text("file_id").notNull(),
    policyId: integer("policy_id").notNull(),
    /** The alert it counts for, of the same instance. */
    alertId: bigint("alert_id", { mode: "number" }).notNull(),
    matchedAt: at("matched_at").notNull(),
    /** Null while it matches. */
    endedAt: at("ended_at"),
    endReason: text("end_reason").$type<MatchEnd>(),
  },
  (t) => [
    primaryKey({ columns: [t.instanceId, t.id] }),
    uniqueIndex("file_policy_matches_now").on(t.instanceId, t.fileId, t.policyId).where(sql`${t.endedAt} is null`),
    index("file_policy_matches_of_policy_now").on(t.policyId, t.id).where(sql`${t.endedAt} is null`),
    index("file_policy_matches_of_policy_past").on(t.policyId, t.id).where(sql`${t.endedAt} is not null`),
    index("file_policy_matches_ended").on(t.endedAt).where(sql`${t.endedAt} is not null`),
  ],
);

/** How far a policy has been applied to stored files since it was made, changed or switched. */
export const filePolicyRuns = pgTable("file_policy_runs", {
  policyId: integer("policy_id").primaryKey(),
  /** Goes up with every request: names its job. */
  revision: integer().notNull().default(1),
  /** First the matches there are, then all files. */
  phase: text().$type<"MATCHES" | "FILES">().notNull().default("MATCHES"),
  /** The last match, or the last file, that was looked at. */
  reachedMatch: bigint("reached_match", { mode: "number" }).notNull().default(0),
  reachedInstance: integer("reached_instance").notNull().default(0),
  reachedFile: text("reached_file").notNull().default(""),
  /** Null until it has come to the end. */
  finishedAt: at("finished_at"),
});
