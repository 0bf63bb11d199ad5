CREATE TABLE "unreadable_records" (
	"instance_id" integer NOT NULL,
	"id" text NOT NULL,
	"stream" text NOT NULL,
	"part" text DEFAULT '' NOT NULL,
	"path" text NOT NULL,
	"reason" text NOT NULL,
	"raw" text NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"count" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "unreadable_records_instance_id_id_pk" PRIMARY KEY("instance_id","id")
);
--> statement-breakpoint
ALTER TABLE "streams" ADD COLUMN "part" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "streams" DROP CONSTRAINT "streams_instance_id_stream_pk";--> statement-breakpoint
ALTER TABLE "streams" ADD CONSTRAINT "streams_instance_id_stream_part_pk" PRIMARY KEY("instance_id","stream","part");--> statement-breakpoint
ALTER TABLE "instances" ADD COLUMN "parts_listed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "coverage_gaps" ADD COLUMN "part" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "posture_settings" ADD COLUMN "unreadable_since" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "scans" ADD COLUMN "part" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "streams" ADD COLUMN "label" text;--> statement-breakpoint
ALTER TABLE "streams" ADD COLUMN "scopes" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "streams" ADD COLUMN "categories" text[];--> statement-breakpoint
ALTER TABLE "streams" ADD COLUMN "next_full_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "streams" ADD COLUMN "held_scan_id" bigint;--> statement-breakpoint
ALTER TABLE "unreadable_records" ADD CONSTRAINT "unreadable_records_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "unreadable_records_by_stream" ON "unreadable_records" USING btree ("instance_id","stream","part","last_seen_at");--> statement-breakpoint
CREATE INDEX "unreadable_records_newest" ON "unreadable_records" USING btree ("instance_id","first_seen_at","id");