DROP INDEX "activities_newest";--> statement-breakpoint
CREATE INDEX "activities_by_address" ON "activities" USING btree ("ip_address","occurred_at" NULLS FIRST) WHERE "activities"."ip_address" is not null;--> statement-breakpoint
CREATE INDEX "activities_by_event_type" ON "activities" USING btree ("event_type","occurred_at" NULLS FIRST);--> statement-breakpoint
CREATE INDEX "activities_newest" ON "activities" USING btree ("occurred_at" NULLS FIRST,"instance_id","external_id");--> statement-breakpoint
-- Each page of activities moves last_seen_at of some accounts on: with room in the page no index has to know.
ALTER TABLE "users" SET (fillfactor = 70);
