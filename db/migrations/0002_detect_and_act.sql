CREATE TABLE "alerts" (
	"instance_id" integer NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "alerts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"policy_id" integer,
	"user_id" text,
	"oauth_app_id" text,
	"file_id" text,
	"severity" text NOT NULL,
	"status" text DEFAULT 'OPEN' NOT NULL,
	"title" text NOT NULL,
	"explanation" jsonb NOT NULL,
	"evidence" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"dedup_key" text NOT NULL,
	"occurrences" integer DEFAULT 1 NOT NULL,
	"last_occurred_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"assignee" text,
	"resolution" text,
	"change_position" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "alerts_instance_id_id_pk" PRIMARY KEY("instance_id","id")
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "deliveries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"destination_id" integer NOT NULL,
	"event_id" text NOT NULL,
	"body" text NOT NULL,
	"status" text DEFAULT 'PENDING' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone,
	"last_error" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"delivered_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "destinations" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "destinations_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"format" text NOT NULL,
	"target" text NOT NULL,
	"selection" jsonb NOT NULL,
	"secret" text,
	"enabled" boolean DEFAULT true NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "baselines" (
	"instance_id" integer NOT NULL,
	"user_id" text NOT NULL,
	"kind" text NOT NULL,
	"value" text NOT NULL,
	"first_at" timestamp (3) with time zone NOT NULL,
	"last_at" timestamp (3) with time zone NOT NULL,
	"count" integer DEFAULT 1 NOT NULL,
	"facts" jsonb,
	CONSTRAINT "baselines_instance_id_user_id_kind_value_pk" PRIMARY KEY("instance_id","user_id","kind","value")
);
--> statement-breakpoint
CREATE TABLE "suppressed_findings" (
	"instance_id" integer NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"external_id" text NOT NULL,
	"policy_id" integer NOT NULL,
	"rule" text NOT NULL,
	"explanation" jsonb NOT NULL,
	CONSTRAINT "suppressed_findings_instance_id_occurred_at_external_id_policy_id_pk" PRIMARY KEY("instance_id","occurred_at","external_id","policy_id")
);
--> statement-breakpoint
CREATE TABLE "governance_actions" (
	"instance_id" integer NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "governance_actions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"user_id" text,
	"oauth_app_id" text,
	"file_id" text,
	"parameters" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"requested_by" text NOT NULL,
	"approved_by" text,
	"alert_id" bigint,
	"policy_id" integer,
	"reverts_id" bigint,
	"attempts" integer DEFAULT 0 NOT NULL,
	"before" jsonb,
	"changed" text,
	"idempotency_key" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"error" text,
	"change_position" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "governance_actions_instance_id_id_pk" PRIMARY KEY("instance_id","id")
);
--> statement-breakpoint
CREATE TABLE "ip_ranges" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "ip_ranges_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"cidrs" "cidr"[] NOT NULL,
	"category" text NOT NULL,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"country" text,
	"isp" text
);
--> statement-breakpoint
CREATE TABLE "log_consumers" (
	"name" text PRIMARY KEY NOT NULL,
	"position" bigint NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "policies" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "policies_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"kind" text NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"severity" text NOT NULL,
	"slug" text,
	"built_in" boolean DEFAULT false NOT NULL,
	"filter" jsonb,
	"threshold" jsonb,
	"sigma" text,
	"sigma_facts" jsonb,
	"sensitivity" text,
	"include" jsonb,
	"exclude" jsonb,
	"learning_until" timestamp (3) with time zone,
	"disabled_reason" text,
	"mitre_techniques" text[] DEFAULT '{}' NOT NULL,
	"actions" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"max_targets_per_day" integer DEFAULT 10 NOT NULL,
	"from_position" bigint DEFAULT 0 NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "policy_matches" (
	"instance_id" integer NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"external_id" text NOT NULL,
	"policy_id" integer NOT NULL,
	"matched_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "policy_matches_instance_id_occurred_at_external_id_policy_id_pk" PRIMARY KEY("instance_id","occurred_at","external_id","policy_id")
);
--> statement-breakpoint
CREATE TABLE "suppressions" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "suppressions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"policy_id" integer NOT NULL,
	"match" jsonb NOT NULL,
	"reason" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"hits" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "threshold_hits" (
	"policy_id" integer NOT NULL,
	"key" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"instance_id" integer NOT NULL,
	"external_id" text NOT NULL,
	"value" text,
	CONSTRAINT "threshold_hits_policy_id_key_occurred_at_instance_id_external_id_pk" PRIMARY KEY("policy_id","key","occurred_at","instance_id","external_id")
);
--> statement-breakpoint
CREATE TABLE "recommendations" (
	"instance_id" integer NOT NULL,
	"slug" text NOT NULL,
	"finding" text NOT NULL,
	"decision" text,
	"share" double precision NOT NULL,
	"max_points" integer NOT NULL,
	"evidence" jsonb,
	"because" text,
	"evaluated_at" timestamp (3) with time zone NOT NULL,
	"note" text,
	"status_set_by" text,
	"status_expires_at" timestamp (3) with time zone,
	"change_position" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "recommendations_instance_id_slug_pk" PRIMARY KEY("instance_id","slug")
);
--> statement-breakpoint
CREATE TABLE "secure_scores" (
	"instance_id" integer NOT NULL,
	"day" date NOT NULL,
	"points" double precision NOT NULL,
	"max_points" double precision NOT NULL,
	CONSTRAINT "secure_scores_instance_id_day_pk" PRIMARY KEY("instance_id","day")
);
--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_policy_id_policies_id_fk" FOREIGN KEY ("policy_id") REFERENCES "public"."policies"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_destination_id_destinations_id_fk" FOREIGN KEY ("destination_id") REFERENCES "public"."destinations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "governance_actions" ADD CONSTRAINT "governance_actions_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "governance_actions" ADD CONSTRAINT "governance_actions_policy_id_policies_id_fk" FOREIGN KEY ("policy_id") REFERENCES "public"."policies"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "policy_matches" ADD CONSTRAINT "policy_matches_policy_id_policies_id_fk" FOREIGN KEY ("policy_id") REFERENCES "public"."policies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suppressions" ADD CONSTRAINT "suppressions_policy_id_policies_id_fk" FOREIGN KEY ("policy_id") REFERENCES "public"."policies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "threshold_hits" ADD CONSTRAINT "threshold_hits_policy_id_policies_id_fk" FOREIGN KEY ("policy_id") REFERENCES "public"."policies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recommendations" ADD CONSTRAINT "recommendations_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "secure_scores" ADD CONSTRAINT "secure_scores_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_open" ON "alerts" USING btree ("instance_id","dedup_key") WHERE "alerts"."status" in ('OPEN', 'IN_PROGRESS');--> statement-breakpoint
CREATE INDEX "alerts_newest" ON "alerts" USING btree ("id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "alerts_by_policy" ON "alerts" USING btree ("policy_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "deliveries_due" ON "deliveries" USING btree ("destination_id","status","id");--> statement-breakpoint
CREATE INDEX "baselines_by_last" ON "baselines" USING btree ("last_at");--> statement-breakpoint
CREATE INDEX "suppressed_findings_by_policy" ON "suppressed_findings" USING btree ("policy_id","occurred_at");--> statement-breakpoint
CREATE UNIQUE INDEX "governance_actions_once" ON "governance_actions" USING btree ("instance_id","idempotency_key") WHERE "governance_actions"."idempotency_key" is not null;--> statement-breakpoint
CREATE INDEX "governance_actions_newest" ON "governance_actions" USING btree ("id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "governance_actions_by_policy" ON "governance_actions" USING btree ("policy_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "policies_built_in" ON "policies" USING btree ("slug") WHERE "policies"."built_in";--> statement-breakpoint
CREATE INDEX "policy_matches_by_policy" ON "policy_matches" USING btree ("policy_id","matched_at");--> statement-breakpoint
CREATE INDEX "suppressions_by_policy" ON "suppressions" USING btree ("policy_id");--> statement-breakpoint
CREATE INDEX "secure_scores_by_day" ON "secure_scores" USING btree ("day");