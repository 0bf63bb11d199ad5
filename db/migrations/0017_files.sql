CREATE TABLE "file_activities" (
	"instance_id" integer NOT NULL,
	"file_id" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"activity_id" text NOT NULL,
	CONSTRAINT "file_activities_instance_id_file_id_occurred_at_activity_id_pk" PRIMARY KEY("instance_id","file_id","occurred_at","activity_id")
);
--> statement-breakpoint
CREATE TABLE "file_collaborators" (
	"instance_id" integer NOT NULL,
	"file_id" text NOT NULL,
	"principal" text NOT NULL,
	"key" text NOT NULL,
	"principal_id" text,
	"email" text,
	"domain" text,
	"role" text NOT NULL,
	"inherited" boolean,
	"external" boolean NOT NULL,
	CONSTRAINT "file_collaborators_instance_id_file_id_principal_key_pk" PRIMARY KEY("instance_id","file_id","principal","key")
);
--> statement-breakpoint
CREATE TABLE "file_labels" (
	"instance_id" integer NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "file_labels_instance_id_name_pk" PRIMARY KEY("instance_id","name")
);
--> statement-breakpoint
CREATE TABLE "file_matches" (
	"instance_id" integer NOT NULL,
	"file_id" text NOT NULL,
	"detector" text NOT NULL,
	"count" integer NOT NULL,
	"confidence" text NOT NULL,
	"reasons" text[] DEFAULT '{}' NOT NULL,
	"samples" text[] DEFAULT '{}' NOT NULL,
	CONSTRAINT "file_matches_instance_id_file_id_detector_pk" PRIMARY KEY("instance_id","file_id","detector")
);
--> statement-breakpoint
CREATE TABLE "file_reshares" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "file_reshares_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"instance_id" integer NOT NULL,
	"domain" text,
	"reached" text
);
--> statement-breakpoint
CREATE TABLE "file_sightings" (
	"instance_id" integer NOT NULL,
	"scan_id" bigint NOT NULL,
	"page" bigint GENERATED ALWAYS AS IDENTITY (sequence name "file_sightings_page_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"seen" bigint[] NOT NULL,
	CONSTRAINT "file_sightings_instance_id_scan_id_page_pk" PRIMARY KEY("instance_id","scan_id","page")
);
--> statement-breakpoint
CREATE TABLE "files" (
	"instance_id" integer NOT NULL,
	"external_id" text NOT NULL,
	"part" text DEFAULT '' NOT NULL,
	"container" text NOT NULL,
	"parent_id" text,
	"path" text,
	"name" text NOT NULL,
	"extension" text,
	"is_folder" boolean NOT NULL,
	"mime_type" text,
	"size" bigint,
	"owner_id" text,
	"owner_name" text,
	"editor_id" text,
	"editor_name" text,
	"reported_sharing" text,
	"sharing" text,
	"link_audience" text,
	"link_expires_at" timestamp (3) with time zone,
	"link_password" boolean,
	"link_can_download" boolean,
	"link_url" text,
	"link_ended" boolean DEFAULT false NOT NULL,
	"labels" text[] DEFAULT '{}' NOT NULL,
	"created_at" timestamp (3) with time zone,
	"modified_at" timestamp (3) with time zone,
	"viewed_at" timestamp (3) with time zone,
	"trashed_at" timestamp (3) with time zone,
	"quarantined" boolean DEFAULT false NOT NULL,
	"version" text,
	"content_hash" text,
	"removed_at" timestamp (3) with time zone,
	"first_seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"scan_id" bigint,
	"digest" "bytea" NOT NULL,
	"inspection_status" text DEFAULT 'NOT_REQUESTED' NOT NULL,
	"inspected_at" timestamp (3) with time zone,
	"inspection_reason" text,
	"inspected_version" text,
	"raw" json NOT NULL,
	CONSTRAINT "files_instance_id_external_id_pk" PRIMARY KEY("instance_id","external_id")
);
--> statement-breakpoint
ALTER TABLE "instances" ADD COLUMN "tenant_domains" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "instances" ADD COLUMN "added_domains" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "streams" ADD COLUMN "is_feed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "file_reshares" ADD CONSTRAINT "file_reshares_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "file_activities_by_time" ON "file_activities" USING brin ("occurred_at");--> statement-breakpoint
CREATE INDEX "file_collaborators_by_domain" ON "file_collaborators" USING btree ("instance_id","domain","file_id") WHERE "file_collaborators"."domain" is not null;--> statement-breakpoint
CREATE INDEX "file_collaborators_by_principal" ON "file_collaborators" USING btree ("instance_id","principal_id","file_id") WHERE "file_collaborators"."principal_id" is not null;--> statement-breakpoint
CREATE INDEX "file_labels_by_name" ON "file_labels" USING btree ("name");--> statement-breakpoint
CREATE INDEX "file_matches_by_detector" ON "file_matches" USING btree ("instance_id","detector","file_id");--> statement-breakpoint
CREATE INDEX "file_reshares_of_instance" ON "file_reshares" USING btree ("instance_id");--> statement-breakpoint
CREATE INDEX "files_by_modified" ON "files" USING btree ("instance_id",coalesce("modified_at", "first_seen_at"),"external_id");--> statement-breakpoint
CREATE INDEX "files_newest" ON "files" USING btree (coalesce("modified_at", "first_seen_at"),"instance_id","external_id");--> statement-breakpoint
CREATE INDEX "files_by_name" ON "files" USING btree ("instance_id",lower(left("name", 100)),"external_id");--> statement-breakpoint
CREATE INDEX "files_all_by_name" ON "files" USING btree (lower(left("name", 100)),"instance_id","external_id");--> statement-breakpoint
CREATE INDEX "files_by_size" ON "files" USING btree ("instance_id",coalesce("size", -1),"external_id");--> statement-breakpoint
CREATE INDEX "files_all_by_size" ON "files" USING btree (coalesce("size", -1),"instance_id","external_id");--> statement-breakpoint
CREATE INDEX "files_by_owner" ON "files" USING btree ("instance_id","owner_id",coalesce("modified_at", "first_seen_at"),"external_id") WHERE "files"."owner_id" is not null;--> statement-breakpoint
CREATE INDEX "files_by_parent" ON "files" USING btree ("instance_id","parent_id",coalesce("modified_at", "first_seen_at"),"external_id") WHERE "files"."parent_id" is not null;--> statement-breakpoint
CREATE INDEX "files_outside" ON "files" USING btree ("instance_id",coalesce("modified_at", "first_seen_at"),"external_id") WHERE "files"."sharing" in ('EXTERNAL', 'PUBLIC');--> statement-breakpoint
CREATE INDEX "files_all_outside" ON "files" USING btree (coalesce("modified_at", "first_seen_at"),"instance_id","external_id") WHERE "files"."sharing" in ('EXTERNAL', 'PUBLIC');--> statement-breakpoint
CREATE INDEX "files_public" ON "files" USING btree ("instance_id",coalesce("modified_at", "first_seen_at"),"external_id") WHERE "files"."sharing" = 'PUBLIC';--> statement-breakpoint
CREATE INDEX "files_all_public" ON "files" USING btree (coalesce("modified_at", "first_seen_at"),"instance_id","external_id") WHERE "files"."sharing" = 'PUBLIC';--> statement-breakpoint
CREATE INDEX "files_labelled" ON "files" USING btree (coalesce("modified_at", "first_seen_at"),"instance_id","external_id") WHERE "files"."labels" <> '{}';--> statement-breakpoint
CREATE INDEX "files_trashed" ON "files" USING btree (coalesce("modified_at", "first_seen_at"),"instance_id","external_id") WHERE "files"."trashed_at" is not null;--> statement-breakpoint
CREATE INDEX "files_quarantined" ON "files" USING btree (coalesce("modified_at", "first_seen_at"),"instance_id","external_id") WHERE "files"."quarantined";--> statement-breakpoint
CREATE INDEX "files_removed" ON "files" USING btree (coalesce("modified_at", "first_seen_at"),"instance_id","external_id") WHERE "files"."removed_at" is not null;--> statement-breakpoint
CREATE INDEX "files_of_part" ON "files" USING btree ("instance_id","part") WHERE "files"."removed_at" is null;--> statement-breakpoint
CREATE INDEX "files_link_expiry" ON "files" USING btree ("link_expires_at") WHERE "files"."link_expires_at" is not null and not "files"."link_ended";--> statement-breakpoint
CREATE INDEX "files_to_inspect" ON "files" USING btree ("instance_id",coalesce("modified_at", "first_seen_at"),"external_id") WHERE "files"."inspection_status" = 'PENDING';--> statement-breakpoint
CREATE INDEX "governance_actions_by_file" ON "governance_actions" USING btree ("instance_id","file_id","id") WHERE "governance_actions"."file_id" is not null;