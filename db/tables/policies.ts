import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

export type PolicyKind = "ANOMALY" | "ACTIVITY" | "SIGMA" | "FILE" | "OAUTH_APP";
export type AlertSeverity = "INFORMATIONAL" | "LOW" | "MEDIUM" | "HIGH" | "CRITICAL";

/** Public ids. */
export interface PolicyScope {
  userIds: string[];
  groupIds: string[];
  instanceIds: string[];
  /** FILE only. */
  folderIds?: string[];
}

/** Detectors by slug, or by category: matches of all of them are added up. */
export interface ContentCondition {
  detectors: string[];
  categories: string[];
  /** Different values, of this confidence or a higher one. */
  minCount: number;
  minConfidence: "LOW" | "MEDIUM" | "HIGH";
}

/** A stored rule. Built-in detections are rows too (slug set), so that they can be switched, scoped and tuned like any other. */
export const policies = pgTable(
  "policies",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    name: text().notNull(),
    description: text().notNull().default(""),
    kind: text().$type<PolicyKind>().notNull(),
    enabled: boolean().notNull().default(true),
    severity: text().$type<AlertSeverity>().notNull(),
    /** Of a built-in detection, or of the template it was made from. */
    slug: text(),
    builtIn: boolean("built_in").notNull().default(false),
    /** ActivityFilter, FileFilter or OAuthAppFilter as clients send it: public ids inside. */
    filter: jsonb(),
    threshold: jsonb().$type<{ count: number; windowSeconds: number; sameUser: boolean; sameInstance: boolean }>(),
    /** The imported rule as it came, for SIGMA. */
    sigma: text(),
    /** Of the rule: its own id, level, tags, false positives, references. */
    sigmaFacts: jsonb("sigma_facts"),
    sensitivity: text().$type<"LOW" | "MEDIUM" | "HIGH">(),
    include: jsonb().$type<PolicyScope>(),
    exclude: jsonb().$type<PolicyScope>(),
    /** What content inspection must have found, for FILE. */
    content: jsonb().$type<ContentCondition>(),
    learningUntil: at("learning_until"),
    /** Why it was switched off by itself (the overload guard). */
    disabledReason: text("disabled_reason"),
    mitreTechniques: text("mitre_techniques").array().notNull().default(sql`'{}'`),
    actions: jsonb().$type<{ kind: string; parameters: Record<string, unknown> | null }[]>().notNull().default([]),
    maxTargetsPerDay: integer("max_targets_per_day").notNull().default(10),
    /** Only activities behind this position of the log fire: those ingested after it was made or enabled. */
    fromPosition: bigint("from_position", { mode: "number" }).notNull().default(0),
    createdBy: text("created_by").notNull(),
    createdAt: at("created_at").notNull().defaultNow(),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (t) => [uniqueIndex("policies_built_in").on(t.slug).where(sql`${t.builtIn}`)],
);
export type Policy = typeof policies.$inferSelect;

/** One row. Its version moves with every change of a rule or suppression, in the order of commits: a trigger sees to it. */
export const policyVersion = pgTable("policy_version", {
  one: boolean().primaryKey().default(true),
  version: bigint({ mode: "number" }).notNull(),
});

/** Which activity matched which policy. Removed with retention; those of a removed policy then, too. */
export const policyMatches = pgTable(
  "policy_matches",
  {
    instanceId: integer("instance_id").notNull(),
    occurredAt: at("occurred_at").notNull(),
    externalId: text("external_id").notNull(),
    policyId: integer("policy_id").notNull(),
    /** The alert it counts for, of the same instance; null while a threshold is not reached. */
    alertId: bigint("alert_id", { mode: "number" }),
    matchedAt: at("matched_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.instanceId, t.occurredAt, t.externalId, t.policyId] }),
    index("policy_matches_by_policy").on(t.policyId, t.occurredAt),
  ],
);

/** Matches by the hour in which they were found: for the overload guard and the figures. */
export const policyHours = pgTable(
  "policy_hours",
  {
    policyId: integer("policy_id")
      .notNull()
      .references(() => policies.id, { onDelete: "cascade" }),
    hour: at("hour").notNull(),
    matches: integer().notNull().default(0),
    /** Activities on which the rule failed. */
    errors: integer().notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.policyId, t.hour] })],
);

/** Apps that match an OAUTH_APP policy, with the scopes they had when the match was last reported. */
export const policyApps = pgTable(
  "policy_apps",
  {
    policyId: integer("policy_id")
      .notNull()
      .references(() => policies.id, { onDelete: "cascade" }),
    instanceId: integer("instance_id").notNull(),
    appId: text("app_id").notNull(),
    scopes: text().array().notNull(),
  },
  (t) => [primaryKey({ columns: [t.policyId, t.instanceId, t.appId] })],
);

/** Matches waiting for a threshold: one row each, by the key they are counted under. */
export const thresholdHits = pgTable(
  "threshold_hits",
  {
    policyId: integer("policy_id").notNull(),
    /** Instance and account as the threshold groups them: `12/00u7`, `12`, or empty. */
    key: text().notNull(),
    occurredAt: at("occurred_at").notNull(),
    instanceId: integer("instance_id").notNull(),
    externalId: text("external_id").notNull(),
    /** What is counted distinct, for Sigma's value_count. */
    value: text(),
    /** Set once it counts for an alert: that alert's instance. */
    alertInstanceId: integer("alert_instance_id"),
    /** Late activities are counted with it until then. */
    expiresAt: at("expires_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.policyId, t.key, t.occurredAt, t.instanceId, t.externalId] }),
    index("threshold_hits_by_expiry").on(t.expiresAt),
  ],
);

/** A muted pattern of one policy. */
export const suppressions = pgTable(
  "suppressions",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    policyId: integer("policy_id")
      .notNull()
      .references(() => policies.id, { onDelete: "cascade" }),
    /** ActivityFilter as clients send it. */
    match: jsonb().notNull(),
    reason: text().notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: at("created_at").notNull().defaultNow(),
    expiresAt: at("expires_at"),
    hits: integer().notNull().default(0),
  },
  (t) => [index("suppressions_by_policy").on(t.policyId)],
);

/** Where each consumer of the log stands; moved in the transaction that holds its effects. */
export const logConsumers = pgTable("log_consumers", {
  name: text().primaryKey(),
  position: bigint({ mode: "number" }).notNull(),
  updatedAt: at("updated_at").notNull().defaultNow(),
});
