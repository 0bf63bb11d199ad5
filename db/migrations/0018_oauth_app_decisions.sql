CREATE TABLE "oauth_app_decisions" (
	"instance_id" integer NOT NULL,
	"external_id" text NOT NULL,
	"state" text NOT NULL,
	CONSTRAINT "oauth_app_decisions_instance_id_external_id_pk" PRIMARY KEY("instance_id","external_id")
);
--> statement-breakpoint
ALTER TABLE "oauth_app_decisions" ADD CONSTRAINT "oauth_app_decisions_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;