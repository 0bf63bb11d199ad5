import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  json,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { instances } from "./instances.ts";

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });
const instanceId = () =>
  integer("instance_id")
    .notNull()
    .references(() => instances.id, { onDelete: "cascade" });
/** The full scan that last named the row; older than the last unbroken full scan means deleted. */
const scanId = () => bigint("scan_id", { mode: "number" });

/** One person: accounts joined by verified e-mail. */
export const identities = pgTable(
  "identities",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    /** Lower case. */
    email: text().notNull(),
    terminatedAt: at("terminated_at"),
    terminatedInstanceId: integer("terminated_instance_id").references(() => instances.id, { onDelete: "set null" }),
  },
  (t) => [
    uniqueIndex("identities_by_email").on(t.email),
    // Mostly nobody: what they still do is looked for in each batch.
    index("identities_terminated").on(t.id).where(sql`${t.terminatedAt} is not null`),
  ],
);

/** An account in one connected app. */
export const users = pgTable(
  "users",
  {
    instanceId: instanceId(),
    externalId: text("external_id").notNull(),
    login: text(),
    email: text(),
    displayName: text("display_name"),
    status: text().notNull(),
    /** As the listing itself reports it. */
    listedAdmin: boolean("listed_admin").notNull().default(false),
    /** `listed_admin` or holder of an admin privilege. */
    isAdmin: boolean("is_admin").notNull().default(false),
    isExternal: boolean("is_external").notNull().default(false),
    type: text().notNull().default("UNKNOWN"),
    lastSeenAt: at("last_seen_at"),
    lastSignInAt: at("last_sign_in_at"),
    identityId: bigint("identity_id", { mode: "number" }).references(() => identities.id, { onDelete: "set null" }),
    /** A person decided whose account it is, or that it is nobody's known: scans leave it so. */
    identityManual: boolean("identity_manual").notNull().default(false),
    /** Since when the app reports it as deleted; null while it exists. */
    deletedAt: at("deleted_at"),
    /** False: only ever seen as an actor. */
    listed: boolean().notNull().default(true),
    scanId: scanId(),
    createdAt: at("created_at").notNull().defaultNow(),
    updatedAt: at("updated_at").notNull().defaultNow(),
    raw: json(),
  },
  (t) => [
    primaryKey({ columns: [t.instanceId, t.externalId] }),
    index("users_by_login").on(t.instanceId, sql`lower(${t.login})`),
    index("users_by_email").on(t.instanceId, sql`lower(${t.email})`),
    index("users_by_identity").on(t.identityId),
    // How many there are: counted from the index alone.
    index("users_present").on(t.instanceId).where(sql`${t.status} <> 'DELETED'`),
  ],
);
export type User = typeof users.$inferSelect;

export const groups = pgTable(
  "groups",
  {
    instanceId: instanceId(),
    externalId: text("external_id").notNull(),
    name: text().notNull(),
    scanId: scanId(),
    raw: json(),
  },
  (t) => [primaryKey({ columns: [t.instanceId, t.externalId] })],
);

export const groupMembers = pgTable(
  "group_members",
  {
    instanceId: instanceId(),
    groupId: text("group_id").notNull(),
    userId: text("user_id").notNull(),
    scanId: scanId(),
  },
  (t) => [
    primaryKey({ columns: [t.instanceId, t.groupId, t.userId] }),
    index("group_members_by_user").on(t.instanceId, t.userId, t.groupId),
  ],
);

export const privileges = pgTable(
  "privileges",
  {
    instanceId: instanceId(),
    externalId: text("external_id").notNull(),
    name: text().notNull(),
    isAdmin: boolean("is_admin").notNull(),
    scanId: scanId(),
  },
  (t) => [primaryKey({ columns: [t.instanceId, t.externalId] })],
);

export const privilegeHolders = pgTable(
  "privilege_holders",
  {
    instanceId: instanceId(),
    privilegeId: text("privilege_id").notNull(),
    userId: text("user_id").notNull(),
    scanId: scanId(),
  },
  (t) => [
    primaryKey({ columns: [t.instanceId, t.privilegeId, t.userId] }),
    index("privilege_holders_by_user").on(t.instanceId, t.userId, t.privilegeId),
  ],
);
