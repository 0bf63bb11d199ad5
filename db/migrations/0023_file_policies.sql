CREATE TABLE "file_policy_matches" (
	"instance_id" integer NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "file_policy_matches_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"file_id" text NOT NULL,
	"policy_id" integer NOT NULL,
	"alert_id" bigint NOT NULL,
	"matched_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"end_reason" text,
	CONSTRAINT "file_policy_matches_instance_id_id_pk" PRIMARY KEY("instance_id","id")
);
--> statement-breakpoint
CREATE TABLE "file_policy_runs" (
	"policy_id" integer PRIMARY KEY NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"phase" text DEFAULT 'MATCHES' NOT NULL,
	"reached_match" bigint DEFAULT 0 NOT NULL,
	"reached_instance" integer DEFAULT 0 NOT NULL,
	"reached_file" text DEFAULT '' NOT NULL,
	"finished_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "governance_actions" ADD COLUMN "superseded_by" bigint;--> statement-breakpoint
ALTER TABLE "governance_actions" ADD COLUMN "digest_of" bigint;--> statement-breakpoint
ALTER TABLE "policies" ADD COLUMN "content" jsonb;--> statement-breakpoint
CREATE UNIQUE INDEX "file_policy_matches_now" ON "file_policy_matches" USING btree ("instance_id","file_id","policy_id") WHERE "file_policy_matches"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "file_policy_matches_of_policy_now" ON "file_policy_matches" USING btree ("policy_id","id") WHERE "file_policy_matches"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "file_policy_matches_of_policy_past" ON "file_policy_matches" USING btree ("policy_id","id") WHERE "file_policy_matches"."ended_at" is not null;--> statement-breakpoint
CREATE INDEX "file_policy_matches_ended" ON "file_policy_matches" USING btree ("ended_at") WHERE "file_policy_matches"."ended_at" is not null;--> statement-breakpoint
CREATE INDEX "governance_actions_superseded" ON "governance_actions" USING btree ("instance_id","superseded_by") WHERE "governance_actions"."superseded_by" is not null;--> statement-breakpoint
CREATE INDEX "governance_actions_of_digest" ON "governance_actions" USING btree ("instance_id","digest_of") WHERE "governance_actions"."digest_of" is not null;