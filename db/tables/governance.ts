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
import { instances } from "./instances.ts";
import { policies } from "./policies.ts";
import { identities } from "./users.ts";

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

export type GovernanceActionStatus =
  | "AWAITING_APPROVAL"
  | "QUEUED"
  | "RUNNING"
  | "SUCCEEDED"
  | "FAILED"
  | "REVERTED"
  | "CANCELLED";

/** A change in an app: asked, run, recorded. */
export const governanceActions = pgTable(
  "governance_actions",
  {
    instanceId: integer("instance_id")
      .notNull()
      .references(() => instances.id, { onDelete: "cascade" }),
    id: bigint({ mode: "number" }).notNull().generatedAlwaysAsIdentity(),
    kind: text().notNull(),
    status: text().$type<GovernanceActionStatus>().notNull(),
    userId: text("user_id"),
    oauthAppId: text("oauth_app_id"),
    fileId: text("file_id"),
    parameters: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    requestedBy: text("requested_by").notNull(),
    approvedBy: text("approved_by"),
    alertId: bigint("alert_id", { mode: "number" }),
    policyId: integer("policy_id").references(() => policies.id, { onDelete: "set null" }),
    /** The action this one undoes. */
    revertsId: bigint("reverts_id", { mode: "number" }),
    /** The stronger action on the same file that makes this one needless: if that one does not succeed, this one is queued again. */
    supersededBy: bigint("superseded_by", { mode: "number" }),
    /** The containment of a person that it is a step of, or that its reversal undoes. */
    containmentId: bigint("containment_id", { mode: "number" }),
    /** The action whose mail is about this one's file, too. */
    digestOf: bigint("digest_of", { mode: "number" }),
    attempts: integer().notNull().default(0),
    /** State before, as the connector reported it: what a revert needs. */
    before: jsonb().$type<Record<string, unknown>>(),
    /** Whether the app was changed, or was in that state already. */
    changed: text().$type<"YES" | "NO">(),
    /** Addresses that a notification has reached the mail server for. */
    notified: text().array().notNull().default(sql`'{}'`),
    /** The app works on it: what to ask with whether it has finished, and when. Null: it is not waited for. */
    pending: text(),
    checkAt: at("check_at"),
    idempotencyKey: text("idempotency_key"),
    createdAt: at("created_at").notNull().defaultNow(),
    startedAt: at("started_at"),
    finishedAt: at("finished_at"),
    error: text(),
    changePosition: bigint("change_position", { mode: "number" }).notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.instanceId, t.id] }),
    uniqueIndex("governance_actions_once")
      .on(t.instanceId, t.idempotencyKey)
      .where(sql`${t.idempotencyKey} is not null`),
    index("governance_actions_newest").on(t.id.desc()),
    // What waits or runs for a target: contradictions, one at a time.
    index("governance_actions_of_user")
      .on(t.instanceId, t.userId)
      .where(sql`${t.status} in ('AWAITING_APPROVAL', 'QUEUED', 'RUNNING')`),
    index("governance_actions_of_app")
      .on(t.instanceId, t.oauthAppId)
      .where(sql`${t.status} in ('AWAITING_APPROVAL', 'QUEUED', 'RUNNING')`),
    index("governance_actions_of_file")
      .on(t.instanceId, t.fileId)
      .where(sql`${t.fileId} is not null and ${t.status} in ('AWAITING_APPROVAL', 'QUEUED', 'RUNNING')`),
    index("governance_actions_by_file").on(t.instanceId, t.fileId, t.id).where(sql`${t.fileId} is not null`),
    index("governance_actions_superseded").on(t.instanceId, t.supersededBy).where(sql`${t.supersededBy} is not null`),
    index("governance_actions_of_digest").on(t.instanceId, t.digestOf).where(sql`${t.digestOf} is not null`),
    index("governance_actions_by_alert").on(t.instanceId, t.alertId).where(sql`${t.alertId} is not null`),
    index("governance_actions_of_containment").on(t.containmentId).where(sql`${t.containmentId} is not null`),
    index("governance_actions_reverting").on(t.instanceId, t.revertsId).where(sql`${t.revertsId} is not null`),
    index("governance_actions_by_policy").on(t.policyId, t.createdAt),
  ],
);
export type GovernanceAction = typeof governanceActions.$inferSelect;

/** What a containment is to bring about for one account. */
export type ContainmentGoal = "SUSPEND" | "END_SESSIONS" | "REVOKE_APPS";

/** One step for one account, as it was planned. */
export interface ContainmentStep {
  instanceId: number;
  userId: string;
  goal: ContainmentGoal;
  /** The governance action; null: nothing can or need be done. */
  kind: string | null;
  oauthAppId: string | null;
  revertible: boolean;
  /** Side effects at the provider, or why nothing need be done. */
  note: string | null;
  /** What cannot be done, and what is done instead. */
  gap: string | null;
  actionId: number | null;
}

/** A person kept out of every app, reversibly: its actions are in `governance_actions`. */
export const containments = pgTable(
  "containments",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    identityId: bigint("identity_id", { mode: "number" }).references(() => identities.id, { onDelete: "set null" }),
    /** Of the person, for when the identity is no longer there. */
    email: text().notNull(),
    reason: text(),
    steps: jsonb().$type<ContainmentStep[]>().notNull().default([]),
    needsApproval: boolean("needs_approval").notNull().default(false),
    approvedBy: text("approved_by"),
    requestedBy: text("requested_by").notNull(),
    createdAt: at("created_at").notNull().defaultNow(),
    revertedBy: text("reverted_by"),
    revertedAt: at("reverted_at"),
  },
  (t) => [
    // One at a time for a person: who is contained already is not contained again.
    uniqueIndex("containments_open").on(t.identityId).where(sql`${t.revertedAt} is null`),
    index("containments_of_identity").on(t.identityId, t.id),
  ],
);
export type Containment = typeof containments.$inferSelect;
