CREATE TABLE "ip_range_retags" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "ip_range_retags_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"cidrs" "cidr"[] NOT NULL,
	"occurred_at" timestamp (3) with time zone,
	"instance_id" integer,
	"external_id" text
);
--> statement-breakpoint
CREATE TABLE "ip_range_state" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"version" uuid NOT NULL
);
--> statement-breakpoint
ALTER TABLE "activities" ADD COLUMN "user_agent_tags" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "activities" ADD COLUMN "replaced_place" jsonb;--> statement-breakpoint
ALTER TABLE "ip_ranges" ADD COLUMN "city" text;--> statement-breakpoint
INSERT INTO "ip_range_state" ("version") VALUES (gen_random_uuid());
--> statement-breakpoint
-- As before, but the second look reads the catalog: to_regclass answered from the session's cache, which may not have heard of what was made while
-- this waited for the lock.
CREATE OR REPLACE FUNCTION ensure_activity_partition(month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	first date := date_trunc('month', month)::date;
	name text := 'activities_' || to_char(month, 'YYYY_MM');
BEGIN
	IF to_regclass(name) IS NOT NULL THEN RETURN; END IF;
	PERFORM pg_advisory_xact_lock(4711002);
	IF EXISTS (SELECT FROM pg_class p JOIN pg_class a ON a.relnamespace = p.relnamespace WHERE p.relname = name AND a.oid = 'activities'::regclass) THEN
		RETURN;
	END IF;
	EXECUTE format('CREATE TABLE %I (LIKE activities INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
	EXECUTE format('ALTER TABLE activities ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, first || ' 00:00:00+00', (first + interval '1 month')::date || ' 00:00:00+00');
END $$;
