CREATE TABLE "audit_chain" (
	"sequence" bigint PRIMARY KEY NOT NULL,
	"entry_id" bigint NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_seals" (
	"sequence" bigint PRIMARY KEY NOT NULL,
	"sealed" text NOT NULL,
	"sealed_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "log_epochs" (
	"number" integer PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"began_after" bigint NOT NULL,
	"began_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"origin" text
);
--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "may_repeat" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "oauth_states" ADD COLUMN "ticket_hash" text;--> statement-breakpoint
ALTER TABLE "oauth_states" ADD COLUMN "browser_hash" text;--> statement-breakpoint
ALTER TABLE "oauth_states" ADD COLUMN "authorization_url" text;--> statement-breakpoint
ALTER TABLE "oauth_states" ADD COLUMN "issuer" text;--> statement-breakpoint
CREATE UNIQUE INDEX "audit_chain_by_entry" ON "audit_chain" USING btree ("entry_id");
--> statement-breakpoint
-- An installation that has data has handed out cursors that name no epoch: they stay valid in its first one, which has no name.
INSERT INTO "log_epochs" ("number", "name", "began_after")
SELECT 1, CASE WHEN EXISTS (SELECT FROM "instances") OR EXISTS (SELECT FROM "activity_log") THEN '' ELSE substr(replace(gen_random_uuid()::text, '-', ''), 1, 12) END, 0;
--> statement-breakpoint
-- The hash of an audit entry in the chain. The same on every PostgreSQL, whatever the settings of the session.
CREATE FUNCTION audit_entry_hash(previous text, entry audit_log) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT encode(sha256(convert_to(previous || jsonb_build_array(entry.id, round(extract(epoch from entry.at) * 1000)::bigint, entry.actor, entry.action,
		entry.target, entry.before, entry.after, entry.result, entry.ip_address)::text, 'UTF8')), 'hex')
$$;
--> statement-breakpoint
-- Runs at commit, so that its lock is held for the commit alone, and nothing is waited for while it is held. It is the lock of the log: with one of
-- its own, two transactions that publish and audit in different orders would wait for each other.
CREATE FUNCTION chain_audit_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	last audit_chain;
BEGIN
	PERFORM pg_advisory_xact_lock(4711003);
	SELECT * INTO last FROM audit_chain ORDER BY sequence DESC LIMIT 1;
	INSERT INTO audit_chain (sequence, entry_id, hash) VALUES (coalesce(last.sequence, 0) + 1, NEW.id, audit_entry_hash(coalesce(last.hash, ''), NEW));
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER audit_log_chain AFTER INSERT ON "audit_log" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION chain_audit_entry();
--> statement-breakpoint
CREATE TRIGGER audit_chain_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_chain" FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
--> statement-breakpoint
CREATE TRIGGER audit_seals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_seals" FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
--> statement-breakpoint
-- What was recorded before there was a chain, in the order of the ids.
DO $$
DECLARE
	entry audit_log;
	previous text := '';
	place bigint := 0;
BEGIN
	FOR entry IN SELECT * FROM audit_log ORDER BY id LOOP
		place := place + 1;
		previous := audit_entry_hash(previous, entry);
		INSERT INTO audit_chain (sequence, entry_id, hash) VALUES (place, entry.id, previous);
	END LOOP;
END $$;
