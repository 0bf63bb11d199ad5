CREATE TABLE "api_tokens" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "api_tokens_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"hash" text NOT NULL,
	"role" text NOT NULL,
	"instance_ids" integer[],
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"target" text,
	"before" jsonb,
	"after" jsonb,
	"result" text NOT NULL,
	"ip_address" text
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"hash" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"instance_ids" integer[],
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sign_in_links" (
	"hash" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "activities" (
	"instance_id" integer NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"external_id" text NOT NULL,
	"ingested_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"category" text NOT NULL,
	"event_type" text NOT NULL,
	"description" text NOT NULL,
	"user_id" text,
	"actor_name" text,
	"outcome" text NOT NULL,
	"impersonated" boolean DEFAULT false NOT NULL,
	"interactive" boolean,
	"session_id" text,
	"ip_address" text,
	"ip_category" text DEFAULT 'OTHER' NOT NULL,
	"ip_tags" text[] DEFAULT '{}' NOT NULL,
	"country" text,
	"city" text,
	"isp" text,
	"user_agent" text,
	"targets" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"unmapped" boolean DEFAULT false NOT NULL,
	"raw" json NOT NULL,
	CONSTRAINT "activities_instance_id_occurred_at_external_id_pk" PRIMARY KEY("instance_id","occurred_at","external_id")
) PARTITION BY RANGE ("occurred_at");
--> statement-breakpoint
CREATE TABLE "activity_log" (
	"position" bigint PRIMARY KEY NOT NULL,
	"topic" text NOT NULL,
	"instance_id" integer NOT NULL,
	"scan_id" bigint,
	"occurred_ats" timestamp (3) with time zone[],
	"external_ids" text[],
	"payload" jsonb,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "instances" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "instances_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"connector_slug" text NOT NULL,
	"name" text NOT NULL,
	"status" text NOT NULL,
	"status_reason" text,
	"external_account_id" text,
	"account_name" text,
	"components" text[] DEFAULT '{}' NOT NULL,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"secret_settings" text,
	"credential" text,
	"credential_expires_at" timestamp (3) with time zone,
	"missing_scopes" text[] DEFAULT '{}' NOT NULL,
	"unavailable" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"webhook_secret" text,
	"webhook_registration" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"connected_at" timestamp (3) with time zone,
	"disabled_at" timestamp (3) with time zone,
	"last_activity_at" timestamp (3) with time zone,
	"last_scan_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "oauth_states" (
	"state_hash" text PRIMARY KEY NOT NULL,
	"instance_id" integer NOT NULL,
	"code_verifier" text NOT NULL,
	"redirect_uri" text NOT NULL,
	"pending" text NOT NULL,
	"session_id" text,
	"requested_by" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"instance_id" integer NOT NULL,
	"delivery_id" text NOT NULL,
	"payload" json NOT NULL,
	"received_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"handled_at" timestamp (3) with time zone,
	CONSTRAINT "webhook_deliveries_instance_id_delivery_id_pk" PRIMARY KEY("instance_id","delivery_id")
);
--> statement-breakpoint
CREATE TABLE "oauth_apps" (
	"instance_id" integer NOT NULL,
	"external_id" text NOT NULL,
	"name" text NOT NULL,
	"publisher" text,
	"publisher_verified" boolean,
	"scopes" text[] DEFAULT '{}' NOT NULL,
	"permission_level" text NOT NULL,
	"state" text DEFAULT 'UNDETERMINED' NOT NULL,
	"last_authorized_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	"scan_id" bigint,
	"raw" json,
	CONSTRAINT "oauth_apps_instance_id_external_id_pk" PRIMARY KEY("instance_id","external_id")
);
--> statement-breakpoint
CREATE TABLE "oauth_grants" (
	"instance_id" integer NOT NULL,
	"app_id" text NOT NULL,
	"user_id" text NOT NULL,
	"granted_at" timestamp (3) with time zone,
	"reference" text,
	"scan_id" bigint,
	CONSTRAINT "oauth_grants_instance_id_app_id_user_id_pk" PRIMARY KEY("instance_id","app_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "coverage_gaps" (
	"instance_id" integer NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "coverage_gaps_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"stream" text NOT NULL,
	"from_at" timestamp (3) with time zone NOT NULL,
	"to_at" timestamp (3) with time zone NOT NULL,
	"reason" text NOT NULL,
	"filled_at" timestamp (3) with time zone,
	CONSTRAINT "coverage_gaps_instance_id_id_pk" PRIMARY KEY("instance_id","id")
);
--> statement-breakpoint
CREATE TABLE "posture_settings" (
	"instance_id" integer NOT NULL,
	"key" text NOT NULL,
	"value" jsonb,
	"unreadable" text,
	"read_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "posture_settings_instance_id_key_pk" PRIMARY KEY("instance_id","key")
);
--> statement-breakpoint
CREATE TABLE "scans" (
	"instance_id" integer NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "scans_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"stream" text NOT NULL,
	"mode" text NOT NULL,
	"status" text DEFAULT 'QUEUED' NOT NULL,
	"items_seen" integer DEFAULT 0 NOT NULL,
	"items_written" integer DEFAULT 0 NOT NULL,
	"total" integer,
	"throttled_until" timestamp (3) with time zone,
	"from_at" timestamp (3) with time zone,
	"to_at" timestamp (3) with time zone,
	"cursor" text,
	"unbroken" boolean DEFAULT true NOT NULL,
	"requested_by" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"error" text,
	CONSTRAINT "scans_instance_id_id_pk" PRIMARY KEY("instance_id","id")
);
--> statement-breakpoint
CREATE TABLE "streams" (
	"instance_id" integer NOT NULL,
	"stream" text NOT NULL,
	"cursor" text,
	"version" bigint DEFAULT 0 NOT NULL,
	"from_at" timestamp (3) with time zone NOT NULL,
	"next_run_at" timestamp (3) with time zone,
	"requested_at" timestamp (3) with time zone,
	"last_success_at" timestamp (3) with time zone,
	"last_item_at" timestamp (3) with time zone,
	"consecutive_failures" integer DEFAULT 0 NOT NULL,
	"throttled_until" timestamp (3) with time zone,
	"first_scan_completed_at" timestamp (3) with time zone,
	"disabled_reason" text,
	CONSTRAINT "streams_instance_id_stream_pk" PRIMARY KEY("instance_id","stream")
);
--> statement-breakpoint
CREATE TABLE "group_members" (
	"instance_id" integer NOT NULL,
	"group_id" text NOT NULL,
	"user_id" text NOT NULL,
	"scan_id" bigint,
	CONSTRAINT "group_members_instance_id_group_id_user_id_pk" PRIMARY KEY("instance_id","group_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "groups" (
	"instance_id" integer NOT NULL,
	"external_id" text NOT NULL,
	"name" text NOT NULL,
	"scan_id" bigint,
	"raw" json,
	CONSTRAINT "groups_instance_id_external_id_pk" PRIMARY KEY("instance_id","external_id")
);
--> statement-breakpoint
CREATE TABLE "identities" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "identities_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"email" text NOT NULL,
	"terminated_at" timestamp (3) with time zone,
	"terminated_instance_id" integer
);
--> statement-breakpoint
CREATE TABLE "privilege_holders" (
	"instance_id" integer NOT NULL,
	"privilege_id" text NOT NULL,
	"user_id" text NOT NULL,
	"scan_id" bigint,
	CONSTRAINT "privilege_holders_instance_id_privilege_id_user_id_pk" PRIMARY KEY("instance_id","privilege_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "privileges" (
	"instance_id" integer NOT NULL,
	"external_id" text NOT NULL,
	"name" text NOT NULL,
	"is_admin" boolean NOT NULL,
	"scan_id" bigint,
	CONSTRAINT "privileges_instance_id_external_id_pk" PRIMARY KEY("instance_id","external_id")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"instance_id" integer NOT NULL,
	"external_id" text NOT NULL,
	"login" text,
	"email" text,
	"display_name" text,
	"status" text NOT NULL,
	"listed_admin" boolean DEFAULT false NOT NULL,
	"is_admin" boolean DEFAULT false NOT NULL,
	"is_external" boolean DEFAULT false NOT NULL,
	"type" text DEFAULT 'UNKNOWN' NOT NULL,
	"last_seen_at" timestamp (3) with time zone,
	"last_sign_in_at" timestamp (3) with time zone,
	"identity_id" bigint,
	"listed" boolean DEFAULT true NOT NULL,
	"scan_id" bigint,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"raw" json,
	CONSTRAINT "users_instance_id_external_id_pk" PRIMARY KEY("instance_id","external_id")
);
--> statement-breakpoint
ALTER TABLE "oauth_states" ADD CONSTRAINT "oauth_states_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "oauth_apps" ADD CONSTRAINT "oauth_apps_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "oauth_grants" ADD CONSTRAINT "oauth_grants_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "coverage_gaps" ADD CONSTRAINT "coverage_gaps_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "posture_settings" ADD CONSTRAINT "posture_settings_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scans" ADD CONSTRAINT "scans_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "streams" ADD CONSTRAINT "streams_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "group_members" ADD CONSTRAINT "group_members_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "groups" ADD CONSTRAINT "groups_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identities" ADD CONSTRAINT "identities_terminated_instance_id_instances_id_fk" FOREIGN KEY ("terminated_instance_id") REFERENCES "public"."instances"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "privilege_holders" ADD CONSTRAINT "privilege_holders_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "privileges" ADD CONSTRAINT "privileges_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_identity_id_identities_id_fk" FOREIGN KEY ("identity_id") REFERENCES "public"."identities"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "api_tokens_by_hash" ON "api_tokens" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "audit_log_by_time" ON "audit_log" USING btree ("at");--> statement-breakpoint
CREATE INDEX "activities_newest" ON "activities" USING btree ("occurred_at","instance_id","external_id");--> statement-breakpoint
CREATE INDEX "activities_by_user" ON "activities" USING btree ("instance_id","user_id","occurred_at","external_id");--> statement-breakpoint
CREATE INDEX "activity_log_by_time" ON "activity_log" USING btree ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "instances_one_per_tenant" ON "instances" USING btree ("connector_slug","external_account_id") WHERE "instances"."status" <> 'DISCONNECTED';--> statement-breakpoint
CREATE INDEX "instances_by_connector" ON "instances" USING btree ("connector_slug","id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_by_time" ON "webhook_deliveries" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "oauth_grants_by_user" ON "oauth_grants" USING btree ("instance_id","user_id","app_id");--> statement-breakpoint
CREATE INDEX "streams_due" ON "streams" USING btree ("next_run_at");--> statement-breakpoint
CREATE INDEX "scans_newest" ON "scans" USING btree ("id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "scans_unfinished" ON "scans" USING btree ("instance_id","stream") WHERE "scans"."status" in ('QUEUED', 'RUNNING', 'THROTTLED');--> statement-breakpoint
CREATE INDEX "group_members_by_user" ON "group_members" USING btree ("instance_id","user_id","group_id");--> statement-breakpoint
CREATE UNIQUE INDEX "identities_by_email" ON "identities" USING btree ("email");--> statement-breakpoint
CREATE INDEX "privilege_holders_by_user" ON "privilege_holders" USING btree ("instance_id","user_id","privilege_id");--> statement-breakpoint
CREATE INDEX "users_by_login" ON "users" USING btree ("instance_id",lower("login"));--> statement-breakpoint
CREATE INDEX "users_by_email" ON "users" USING btree ("instance_id",lower("email"));--> statement-breakpoint
CREATE INDEX "users_by_identity" ON "users" USING btree ("identity_id");--> statement-breakpoint
-- Positions of activity_log. Taken under an advisory lock, last before commit: see src/events.ts.
CREATE SEQUENCE "activity_log_position";
--> statement-breakpoint
CREATE TABLE "activity_log_state" ("trimmed_through" bigint NOT NULL);
--> statement-breakpoint
INSERT INTO "activity_log_state" VALUES (0);
--> statement-breakpoint
-- Appends one batch and wakes the tailers. Must be the last statement before commit: the lock it takes is held until then,
-- so that positions become visible in the order in which they were given out.
CREATE FUNCTION append_activity_log(topic text, instance_id integer, scan_id bigint, occurred_ats timestamptz[], external_ids text[], payload jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	new_position bigint;
BEGIN
	PERFORM pg_advisory_xact_lock(4711003);
	new_position := nextval('activity_log_position');
	INSERT INTO activity_log ("position", "topic", "instance_id", "scan_id", "occurred_ats", "external_ids", "payload")
	VALUES (new_position, topic, instance_id, scan_id, occurred_ats, external_ids, payload);
	PERFORM pg_notify('gatehouse_log', '');
	IF topic = 'instance' THEN PERFORM pg_notify('gatehouse_instance', instance_id::text); END IF;
	RETURN new_position;
END $$;
--> statement-breakpoint
-- Makes the partition of one month when it is missing. Built aside and attached, so that readers and writers of the table go on meanwhile.
CREATE FUNCTION ensure_activity_partition(month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	first date := date_trunc('month', month)::date;
	name text := 'activities_' || to_char(month, 'YYYY_MM');
BEGIN
	IF to_regclass(name) IS NOT NULL THEN RETURN; END IF;
	PERFORM pg_advisory_xact_lock(4711002);
	IF to_regclass(name) IS NOT NULL THEN RETURN; END IF;
	EXECUTE format('CREATE TABLE %I (LIKE activities INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
	EXECUTE format('ALTER TABLE activities ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, first || ' 00:00:00+00', (first + interval '1 month')::date || ' 00:00:00+00');
END $$;
--> statement-breakpoint
-- The audit log is append-only.
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'the audit log is append-only';
END $$;
--> statement-breakpoint
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_log" FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
