ALTER TABLE "deliveries" ADD COLUMN "content_type" text NOT NULL;--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "events" integer NOT NULL;--> statement-breakpoint
ALTER TABLE "destinations" ADD COLUMN "instance_ids" integer[];--> statement-breakpoint
ALTER TABLE "destinations" ADD COLUMN "lease" text;--> statement-breakpoint
ALTER TABLE "destinations" ADD COLUMN "leased_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "destinations" ADD COLUMN "last_delivered_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "destinations" ADD COLUMN "last_error" text;--> statement-breakpoint
ALTER TABLE "destinations" ADD COLUMN "last_error_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "streams" ADD COLUMN "silent_since" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "identity_manual" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "deleted_at" timestamp (3) with time zone;--> statement-breakpoint
UPDATE "users" SET "deleted_at" = "updated_at" WHERE "status" = 'DELETED';
