CREATE TABLE "policy_apps" (
	"policy_id" integer NOT NULL,
	"instance_id" integer NOT NULL,
	"app_id" text NOT NULL,
	"scopes" text[] NOT NULL,
	CONSTRAINT "policy_apps_policy_id_instance_id_app_id_pk" PRIMARY KEY("policy_id","instance_id","app_id")
);
--> statement-breakpoint
CREATE TABLE "policy_hours" (
	"policy_id" integer NOT NULL,
	"hour" timestamp (3) with time zone NOT NULL,
	"matches" integer DEFAULT 0 NOT NULL,
	"errors" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "policy_hours_policy_id_hour_pk" PRIMARY KEY("policy_id","hour")
);
--> statement-breakpoint
CREATE TABLE "policy_version" (
	"one" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"version" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "policy_matches" DROP CONSTRAINT "policy_matches_policy_id_policies_id_fk";
--> statement-breakpoint
ALTER TABLE "threshold_hits" DROP CONSTRAINT "threshold_hits_policy_id_policies_id_fk";
--> statement-breakpoint
DROP INDEX "policy_matches_by_policy";--> statement-breakpoint
ALTER TABLE "policy_matches" ADD COLUMN "alert_id" bigint;--> statement-breakpoint
ALTER TABLE "threshold_hits" ADD COLUMN "alert_instance_id" integer;--> statement-breakpoint
ALTER TABLE "threshold_hits" ADD COLUMN "expires_at" timestamp (3) with time zone NOT NULL;--> statement-breakpoint
ALTER TABLE "policy_apps" ADD CONSTRAINT "policy_apps_policy_id_policies_id_fk" FOREIGN KEY ("policy_id") REFERENCES "public"."policies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "policy_hours" ADD CONSTRAINT "policy_hours_policy_id_policies_id_fk" FOREIGN KEY ("policy_id") REFERENCES "public"."policies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "threshold_hits_by_expiry" ON "threshold_hits" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "policy_matches_by_policy" ON "policy_matches" USING btree ("policy_id","occurred_at");--> statement-breakpoint
-- Where the log ends: what is appended later lies behind it.
CREATE FUNCTION log_end() RETURNS bigint LANGUAGE sql STABLE AS $$
	SELECT greatest((SELECT coalesce(max(position), 0) FROM activity_log), (SELECT trimmed_through FROM activity_log_state))
$$;
--> statement-breakpoint
INSERT INTO "policy_version" ("version") VALUES (1);
--> statement-breakpoint
-- The row is locked until commit, so versions grow in the order of commits: a process that has seen one has seen all before it.
CREATE FUNCTION bump_policy_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE policy_version SET version = version + 1;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER policies_changed AFTER INSERT OR UPDATE OR DELETE ON "policies" FOR EACH STATEMENT EXECUTE FUNCTION bump_policy_version();
--> statement-breakpoint
-- Not for every hit that is counted.
CREATE TRIGGER suppressions_changed AFTER INSERT OR DELETE OR UPDATE OF "policy_id", "match", "expires_at" ON "suppressions" FOR EACH STATEMENT EXECUTE FUNCTION bump_policy_version();
