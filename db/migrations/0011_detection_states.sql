CREATE TABLE "customs" (
	"instance_id" integer NOT NULL,
	"kind" text NOT NULL,
	"value" text NOT NULL,
	"day" integer NOT NULL,
	"accounts" integer NOT NULL,
	CONSTRAINT "customs_instance_id_kind_value_day_pk" PRIMARY KEY("instance_id","kind","value","day")
);
--> statement-breakpoint
CREATE TABLE "detection_states" (
	"instance_id" integer NOT NULL,
	"user_id" text NOT NULL,
	"settled" json NOT NULL,
	"pending" json NOT NULL,
	"shown" json NOT NULL,
	"counted" json NOT NULL,
	"newest" bigint NOT NULL,
	CONSTRAINT "detection_states_instance_id_user_id_pk" PRIMARY KEY("instance_id","user_id")
);
--> statement-breakpoint
ALTER TABLE "customs" ADD CONSTRAINT "customs_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "detection_states" ADD CONSTRAINT "detection_states_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "customs_by_day" ON "customs" USING btree ("day");--> statement-breakpoint
CREATE INDEX "detection_states_by_newest" ON "detection_states" USING btree ("newest");--> statement-breakpoint
CREATE INDEX "alerts_by_key" ON "alerts" USING btree ("instance_id","dedup_key");--> statement-breakpoint
CREATE INDEX "identities_terminated" ON "identities" USING btree ("id") WHERE "identities"."terminated_at" is not null;