CREATE TABLE "leases" (
	"name" text PRIMARY KEY NOT NULL,
	"holder" uuid NOT NULL,
	"until" timestamp (3) with time zone NOT NULL
);--> statement-breakpoint
-- Positions are given at commit. The lock of the log was held from the append to the commit, a round trip or two: a process whose network vanished
-- in between held up every writer of the installation. Now the server takes it while it commits, and waits for nobody meanwhile.
CREATE SEQUENCE "activity_log_provisional";
--> statement-breakpoint
-- Returns a provisional position, below zero, that nobody else ever sees.
CREATE OR REPLACE FUNCTION append_activity_log(topic text, instance_id integer, scan_id bigint, occurred_ats timestamptz[], external_ids text[], payload jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	provisional bigint;
BEGIN
	provisional := -nextval('activity_log_provisional');
	INSERT INTO activity_log ("position", "topic", "instance_id", "scan_id", "occurred_ats", "external_ids", "payload")
	VALUES (provisional, topic, instance_id, scan_id, occurred_ats, external_ids, payload);
	PERFORM pg_notify('gatehouse_log', '');
	IF topic = 'instance' THEN PERFORM pg_notify('gatehouse_instance', instance_id::text); END IF;
	RETURN provisional;
END $$;
--> statement-breakpoint
-- At commit, in the order of the appends: positions are monotonic in commit order, and what changed notes where it was announced.
CREATE FUNCTION place_in_activity_log() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	new_position bigint;
BEGIN
	PERFORM pg_advisory_xact_lock(4711003);
	new_position := nextval('activity_log_position');
	UPDATE activity_log SET "position" = new_position WHERE "position" = NEW."position";
	IF NEW.topic = 'alert' THEN
		UPDATE alerts a SET change_position = new_position
		WHERE a.instance_id = NEW.instance_id AND a.id IN (SELECT jsonb_array_elements_text(NEW.payload -> 'ids')::bigint);
	ELSIF NEW.topic = 'governance' THEN
		UPDATE governance_actions g SET change_position = new_position
		WHERE g.instance_id = NEW.instance_id AND g.id IN (SELECT jsonb_array_elements_text(NEW.payload -> 'ids')::bigint);
	ELSIF NEW.topic = 'recommendation' THEN
		UPDATE recommendations r SET change_position = new_position
		WHERE r.instance_id = NEW.instance_id AND r.slug IN (SELECT jsonb_array_elements_text(NEW.payload -> 'slugs'));
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER activity_log_place AFTER INSERT ON "activity_log" DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW."position" < 0) EXECUTE FUNCTION place_in_activity_log();
