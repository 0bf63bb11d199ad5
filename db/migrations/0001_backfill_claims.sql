ALTER TABLE "scans" ADD COLUMN "version" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "scans" ADD COLUMN "next_run_at" timestamp (3) with time zone;
