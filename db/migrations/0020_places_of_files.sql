DROP INDEX "files_by_modified";--> statement-breakpoint
DROP INDEX "files_newest";--> statement-breakpoint
DROP INDEX "files_by_name";--> statement-breakpoint
DROP INDEX "files_all_by_name";--> statement-breakpoint
DROP INDEX "files_by_size";--> statement-breakpoint
DROP INDEX "files_all_by_size";--> statement-breakpoint
DROP INDEX "files_by_owner";--> statement-breakpoint
DROP INDEX "files_by_parent";--> statement-breakpoint
DROP INDEX "files_outside";--> statement-breakpoint
DROP INDEX "files_all_outside";--> statement-breakpoint
DROP INDEX "files_public";--> statement-breakpoint
DROP INDEX "files_all_public";--> statement-breakpoint
DROP INDEX "files_labelled";--> statement-breakpoint
DROP INDEX "files_trashed";--> statement-breakpoint
DROP INDEX "files_quarantined";--> statement-breakpoint
DROP INDEX "files_removed";--> statement-breakpoint
DROP INDEX "files_to_inspect";--> statement-breakpoint
ALTER TABLE "files" ADD COLUMN "modified_key" timestamp (3) with time zone GENERATED ALWAYS AS (coalesce(modified_at, first_seen_at)) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "files" ADD COLUMN "name_key" text GENERATED ALWAYS AS (lower(left(name, 100))) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "files" ADD COLUMN "size_key" bigint GENERATED ALWAYS AS (coalesce(size, -1)) STORED NOT NULL;--> statement-breakpoint
CREATE INDEX "files_by_modified" ON "files" USING btree ("instance_id","modified_key","external_id");--> statement-breakpoint
CREATE INDEX "files_newest" ON "files" USING btree ("modified_key" NULLS FIRST,"instance_id","external_id");--> statement-breakpoint
CREATE INDEX "files_by_name" ON "files" USING btree ("instance_id","name_key","external_id");--> statement-breakpoint
CREATE INDEX "files_all_by_name" ON "files" USING btree ("name_key" NULLS FIRST,"instance_id","external_id");--> statement-breakpoint
CREATE INDEX "files_by_size" ON "files" USING btree ("instance_id","size_key","external_id");--> statement-breakpoint
CREATE INDEX "files_all_by_size" ON "files" USING btree ("size_key" NULLS FIRST,"instance_id","external_id");--> statement-breakpoint
CREATE INDEX "files_by_owner" ON "files" USING btree ("instance_id","owner_id","modified_key","external_id") WHERE "files"."owner_id" is not null;--> statement-breakpoint
CREATE INDEX "files_by_parent" ON "files" USING btree ("instance_id","parent_id","modified_key","external_id") WHERE "files"."parent_id" is not null;--> statement-breakpoint
CREATE INDEX "files_outside" ON "files" USING btree ("instance_id","modified_key","external_id") WHERE "files"."sharing" in ('EXTERNAL', 'PUBLIC');--> statement-breakpoint
CREATE INDEX "files_all_outside" ON "files" USING btree ("modified_key" NULLS FIRST,"instance_id","external_id") WHERE "files"."sharing" in ('EXTERNAL', 'PUBLIC');--> statement-breakpoint
CREATE INDEX "files_public" ON "files" USING btree ("instance_id","modified_key","external_id") WHERE "files"."sharing" = 'PUBLIC';--> statement-breakpoint
CREATE INDEX "files_all_public" ON "files" USING btree ("modified_key" NULLS FIRST,"instance_id","external_id") WHERE "files"."sharing" = 'PUBLIC';--> statement-breakpoint
CREATE INDEX "files_labelled" ON "files" USING btree ("modified_key" NULLS FIRST,"instance_id","external_id") WHERE "files"."labels" <> '{}';--> statement-breakpoint
CREATE INDEX "files_trashed" ON "files" USING btree ("modified_key" NULLS FIRST,"instance_id","external_id") WHERE "files"."trashed_at" is not null;--> statement-breakpoint
CREATE INDEX "files_quarantined" ON "files" USING btree ("modified_key" NULLS FIRST,"instance_id","external_id") WHERE "files"."quarantined";--> statement-breakpoint
CREATE INDEX "files_removed" ON "files" USING btree ("modified_key" NULLS FIRST,"instance_id","external_id") WHERE "files"."removed_at" is not null;--> statement-breakpoint
CREATE INDEX "files_to_inspect" ON "files" USING btree ("instance_id","modified_key","external_id") WHERE "files"."inspection_status" = 'PENDING';