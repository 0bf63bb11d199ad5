import { sql } from "drizzle-orm";
import { bigint, boolean, index, integer, json, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import { instances } from "./instances.ts";

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });
const instanceId = () =>
  integer("instance_id")
    .notNull()
    .references(() => instances.id, { onDelete: "cascade" });

/** A third-party app, token or key that users of an instance authorised. */
export const oauthApps = pgTable(
  "oauth_apps",
  {
    instanceId: instanceId(),
    externalId: text("external_id").notNull(),
    name: text().notNull(),
    publisher: text(),
    publisherVerified: boolean("publisher_verified"),
    scopes: text().array().notNull().default(sql`'{}'`),
    permissionLevel: text("permission_level").notNull(),
    state: text().notNull().default("UNDETERMINED"),
    lastAuthorizedAt: at("last_authorized_at"),
    lastUsedAt: at("last_used_at"),
    scanId: bigint("scan_id", { mode: "number" }),
    raw: json(),
  },
  (t) => [primaryKey({ columns: [t.instanceId, t.externalId] })],
);

/** What an admin decided about apps that are not listed now: it holds again when they return. */
export const oauthAppDecisions = pgTable(
  "oauth_app_decisions",
  {
    instanceId: instanceId(),
    externalId: text("external_id").notNull(),
    state: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.instanceId, t.externalId] })],
);

export const oauthGrants = pgTable(
  "oauth_grants",
  {
    instanceId: instanceId(),
    appId: text("app_id").notNull(),
    userId: text("user_id").notNull(),
    grantedAt: at("granted_at"),
    /** What revoking this one grant needs at the provider. */
    reference: text(),
    scanId: bigint("scan_id", { mode: "number" }),
  },
  (t) => [
    primaryKey({ columns: [t.instanceId, t.appId, t.userId] }),
    index("oauth_grants_by_user").on(t.instanceId, t.userId, t.appId),
  ],
);
