import { bigint, boolean, index, integer, jsonb, pgTable, text, timestamp, uniqueIndex } from "drizzle-orm/pg-core";

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

export type Role = "VIEWER" | "ANALYST" | "ADMIN";

/** API tokens; only their SHA-256 is kept. */
export const apiTokens = pgTable(
  "api_tokens",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    name: text().notNull(),
    hash: text().notNull(),
    role: text().$type<Role>().notNull(),
    /** Null: all instances. */
    instanceIds: integer("instance_ids").array(),
    createdBy: text("created_by").notNull(),
    createdAt: at("created_at").notNull().defaultNow(),
    expiresAt: at("expires_at"),
    lastUsedAt: at("last_used_at"),
    revokedAt: at("revoked_at"),
    /** Made by `gatehouse demo`: valid as long as the demo runs. */
    demo: boolean().notNull().default(false),
  },
  (t) => [uniqueIndex("api_tokens_by_hash").on(t.hash)],
);

/** Browser sessions; the cookie's SHA-256 is the key. */
export const sessions = pgTable("sessions", {
  hash: text().primaryKey(),
  name: text().notNull(),
  role: text().$type<Role>().notNull(),
  instanceIds: integer("instance_ids").array(),
  createdAt: at("created_at").notNull().defaultNow(),
  expiresAt: at("expires_at").notNull(),
});

/** One-time sign-in links; used once, within minutes. */
export const signInLinks = pgTable("sign_in_links", {
  hash: text().primaryKey(),
  name: text().notNull(),
  role: text().$type<Role>().notNull(),
  /** The API token that sessions opened by this link depend on; null: none. */
  tokenId: integer("token_id").references(() => apiTokens.id, { onDelete: "cascade" }),
  expiresAt: at("expires_at").notNull(),
});

/** Who did what, from where, with what result. Append-only: a trigger refuses updates and deletes. */
export const auditLog = pgTable(
  "audit_log",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    at: at("at").notNull().defaultNow(),
    actor: text().notNull(),
    action: text().notNull(),
    target: text(),
    before: jsonb(),
    after: jsonb(),
    /** `ok`, or the code of the error. */
    result: text().notNull(),
    ipAddress: text("ip_address"),
  },
  (t) => [index("audit_log_by_time").on(t.at)],
);

/** The order in which audit entries were committed, each tied to the one before. Filled by the database at commit; append-only as well. */
export const auditChain = pgTable(
  "audit_chain",
  {
    sequence: bigint({ mode: "number" }).primaryKey(),
    entryId: bigint("entry_id", { mode: "number" }).notNull(),
    /** SHA-256 over the hash before it and the entry (audit_entry_hash), hex. */
    hash: text().notNull(),
  },
  (t) => [uniqueIndex("audit_chain_by_entry").on(t.entryId)],
);

/** Places of the audit chain, sealed with a key that is not in the database: who can rewrite the whole chain cannot rewrite these. */
export const auditSeals = pgTable("audit_seals", {
  sequence: bigint({ mode: "number" }).primaryKey(),
  /** The chain's hash at `sequence`, sealed. */
  sealed: text().notNull(),
  sealedAt: at("sealed_at").notNull().defaultNow(),
});
