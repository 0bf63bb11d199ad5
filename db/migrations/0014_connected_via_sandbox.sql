ALTER TABLE "api_tokens" ADD COLUMN "demo" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "sign_in_links" ADD COLUMN "token_id" integer;--> statement-breakpoint
ALTER TABLE "instances" ADD COLUMN "via_sandbox" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "sign_in_links" ADD CONSTRAINT "sign_in_links_token_id_api_tokens_id_fk" FOREIGN KEY ("token_id") REFERENCES "public"."api_tokens"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
-- What earlier demos left: they gave their instances and their token these names.
UPDATE "instances" SET "via_sandbox" = true WHERE "name" LIKE '% (demo)';--> statement-breakpoint
UPDATE "api_tokens" SET "demo" = true WHERE "name" = 'demo' AND "role" = 'ADMIN' AND "expires_at" < "created_at" + interval '25 hours';
