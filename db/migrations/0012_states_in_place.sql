DROP INDEX "detection_states_by_newest";--> statement-breakpoint
ALTER TABLE "detection_states" SET (fillfactor = 50);
