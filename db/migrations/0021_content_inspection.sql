CREATE TABLE "detectors" (
	"slug" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"description" text NOT NULL,
	"definition" json NOT NULL,
	"sealed_key" text,
	"confidence" text NOT NULL,
	"context_words" text[] NOT NULL,
	"min_count" integer NOT NULL,
	"match_examples" text[] NOT NULL,
	"none_examples" text[] NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "files" ADD COLUMN "inspected_with" text;