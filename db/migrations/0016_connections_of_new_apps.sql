CREATE TABLE "prepared_settings" (
	"connector_slug" text NOT NULL,
	"viewer_id" text NOT NULL,
	"settings" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "prepared_settings_connector_slug_viewer_id_pk" PRIMARY KEY("connector_slug","viewer_id")
);
--> statement-breakpoint
CREATE TABLE "purpose_tokens" (
	"instance_id" integer NOT NULL,
	"purpose" text NOT NULL,
	"credential" text NOT NULL,
	"expires_at" timestamp (3) with time zone,
	CONSTRAINT "purpose_tokens_instance_id_purpose_pk" PRIMARY KEY("instance_id","purpose")
);
--> statement-breakpoint
ALTER TABLE "instances" ADD COLUMN "webhook_renew_by" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "instances" ADD COLUMN "webhook_renew_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "instances" ADD COLUMN "webhook_problem" text;--> statement-breakpoint
ALTER TABLE "purpose_tokens" ADD CONSTRAINT "purpose_tokens_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "purpose_tokens_by_expiry" ON "purpose_tokens" USING btree ("expires_at");