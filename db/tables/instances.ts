import { sql } from "drizzle-orm";
import {
  boolean,
  index,
  integer,
  json,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

/** One connected tenant of a connector. Secrets are sealed (see src/platform/secrets.ts) with `instance/<id>/<column>` as additional data. */
export const instances = pgTable(
  "instances",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    connectorSlug: text("connector_slug").notNull(),
    name: text().notNull(),
    status: text().$type<InstanceStatus>().notNull(),
    statusReason: text("status_reason"),
    externalAccountId: text("external_account_id"),
    accountName: text("account_name"),
    components: text().array().notNull().default(sql`'{}'`),
    /** Settings that are not secret. */
    settings: jsonb().$type<Record<string, string>>().notNull().default({}),
    /** Sealed JSON of the secret settings. */
    secretSettings: text("secret_settings"),
    /** Sealed JSON of the credential. Written only under a row lock. */
    credential: text(),
    credentialExpiresAt: at("credential_expires_at"),
    /** Scopes missing at the last test, in the provider's words. */
    missingScopes: text("missing_scopes").array().notNull().default(sql`'{}'`),
    /** Domains of the organisation as the connector read them at the last test, lower case. */
    tenantDomains: text("tenant_domains").array().notNull().default(sql`'{}'`),
    /** Further domains of the organisation, which an ADMIN added. */
    addedDomains: text("added_domains").array().notNull().default(sql`'{}'`),
    /** Capability kind → why the licence or mode takes it away here. */
    unavailable: jsonb().$type<Record<string, string>>().notNull().default({}),
    /** Sealed: what the provider proves its webhooks with. */
    webhookSecret: text("webhook_secret"),
    /** Sealed JSON of the provider's registration. */
    webhookRegistration: text("webhook_registration"),
    /** When the parts of its streams were last listed; null: never. */
    partsListedAt: at("parts_listed_at"),
    /** When the provider lets the registration expire; null: never, or there is none. */
    webhookRenewBy: at("webhook_renew_by"),
    /** When a job registers again. */
    webhookRenewAt: at("webhook_renew_at"),
    /** Why the last attempt to register or renew failed; null after a success. */
    webhookProblem: text("webhook_problem"),
    /** Connected while PROVIDER_SANDBOX_URL was set: its settings and credential are the sandbox's, and no real host may ever see them. */
    viaSandbox: boolean("via_sandbox").notNull().default(false),
    createdAt: at("created_at").notNull().defaultNow(),
    connectedAt: at("connected_at"),
    disabledAt: at("disabled_at"),
    lastActivityAt: at("last_activity_at"),
    lastScanAt: at("last_scan_at"),
  },
  (t) => [
    uniqueIndex("instances_one_per_tenant")
      .on(t.connectorSlug, t.externalAccountId)
      .where(sql`${t.status} <> 'DISCONNECTED'`),
    index("instances_by_connector").on(t.connectorSlug, t.id),
  ],
);

export type InstanceStatus =
  | "AWAITING_AUTHORIZATION"
  | "CONNECTING"
  | "CONNECTED"
  | "ERROR"
  | "DISABLED"
  | "DISCONNECTED";
export type Instance = typeof instances.$inferSelect;

/** A consent that was asked for and not yet answered. Used once: the row is deleted by the callback. */
export const oauthStates = pgTable("oauth_states", {
  /** SHA-256 of the state, hex. */
  stateHash: text("state_hash").primaryKey(),
  instanceId: integer("instance_id")
    .notNull()
    .references(() => instances.id, { onDelete: "cascade" }),
  /** Sealed PKCE verifier. */
  codeVerifier: text("code_verifier").notNull(),
  redirectUri: text("redirect_uri").notNull(),
  /** Settings and components to take over when the consent is given. Sealed JSON. */
  pending: text().notNull(),
  /** The browser session that asked; null when an API token did. */
  sessionId: text("session_id"),
  /** Asked by a token: SHA-256 of the ticket in the link that binds the first browser to open it. Null: a session asked. */
  ticketHash: text("ticket_hash"),
  /** SHA-256 of the cookie of the browser that opened the link; null until one did. */
  browserHash: text("browser_hash"),
  /** Where the link leads: the consent page. Sealed. */
  authorizationUrl: text("authorization_url"),
  /** Who must have issued the answer: the issuer that the connector names, or the origin of the consent page. */
  issuer: text(),
  requestedBy: text("requested_by").notNull(),
  expiresAt: at("expires_at").notNull(),
});

/** Tokens for other audiences or people than an instance's own credential. A cache: each can be made again. */
export const purposeTokens = pgTable(
  "purpose_tokens",
  {
    instanceId: integer("instance_id")
      .notNull()
      .references(() => instances.id, { onDelete: "cascade" }),
    /** SHA-256 of audience and person, hex. */
    purpose: text().notNull(),
    /** Sealed JSON of the credential. */
    credential: text().notNull(),
    /** Null: the provider does not say. */
    expiresAt: at("expires_at"),
  },
  (t) => [primaryKey({ columns: [t.instanceId, t.purpose] }), index("purpose_tokens_by_expiry").on(t.expiresAt)],
);

/** Values that Gatehouse made for a connection before it exists, for the viewer who requested them. Used once. */
export const preparedSettings = pgTable(
  "prepared_settings",
  {
    connectorSlug: text("connector_slug").notNull(),
    /** The viewer who asked, and who alone can connect with them. */
    viewerId: text("viewer_id").notNull(),
    /** Sealed JSON. */
    settings: text().notNull(),
    expiresAt: at("expires_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.connectorSlug, t.viewerId] })],
);

/** Webhook deliveries: accepted over HTTP, handled by a job, kept for a while to reject replays. */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    instanceId: integer("instance_id")
      .notNull()
      .references(() => instances.id, { onDelete: "cascade" }),
    deliveryId: text("delivery_id").notNull(),
    /** What its mapping yielded on arrival, where its signature was verified: activities and streams to read again. */
    payload: json().notNull(),
    receivedAt: at("received_at").notNull().defaultNow(),
    handledAt: at("handled_at"),
  },
  (t) => [primaryKey({ columns: [t.instanceId, t.deliveryId] }), index("webhook_deliveries_by_time").on(t.receivedAt)],
);
