CREATE TABLE "containments" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "containments_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"identity_id" bigint,
	"email" text NOT NULL,
	"reason" text,
	"steps" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"needs_approval" boolean DEFAULT false NOT NULL,
	"approved_by" text,
	"requested_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"reverted_by" text,
	"reverted_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "governance_actions" ADD COLUMN "containment_id" bigint;--> statement-breakpoint
ALTER TABLE "containments" ADD CONSTRAINT "containments_identity_id_identities_id_fk" FOREIGN KEY ("identity_id") REFERENCES "public"."identities"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "containments_open" ON "containments" USING btree ("identity_id") WHERE "containments"."reverted_at" is null;--> statement-breakpoint
CREATE INDEX "containments_of_identity" ON "containments" USING btree ("identity_id","id");--> statement-breakpoint
CREATE INDEX "governance_actions_of_containment" ON "governance_actions" USING btree ("containment_id") WHERE "governance_actions"."containment_id" is not null;--> statement-breakpoint
CREATE INDEX "governance_actions_reverting" ON "governance_actions" USING btree ("instance_id","reverts_id") WHERE "governance_actions"."reverts_id" is not null;