DROP TRIGGER changes_are_append_only ON changes;
--> statement-breakpoint
CREATE TRIGGER changes_are_append_only BEFORE DELETE OR TRUNCATE ON changes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE FUNCTION allow_position_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  unplaced changes := NEW;
BEGIN
  unplaced.position := NULL;
  IF NEW.position IS NULL OR unplaced IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER changes_are_placed_once BEFORE UPDATE ON changes
  FOR EACH ROW EXECUTE FUNCTION allow_position_once();
--> statement-breakpoint
-- Gives committed changes the next positions, at most so many, and answers how many there were. Whoever comes
-- meanwhile waits for the lock, and then sees what was placed: each statement below has a snapshot of its own.
CREATE FUNCTION place_changes(most integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  placed integer;
BEGIN
  IF NOT EXISTS (SELECT FROM changes WHERE position IS NULL) THEN
    RETURN 0;
  END IF;
  PERFORM pg_advisory_xact_lock(7201604323);
  UPDATE changes SET position = waiting.position
  FROM (
    SELECT number, (SELECT coalesce(max(position), 0) FROM changes WHERE position IS NOT NULL) + row_number() OVER (ORDER BY number) AS position
    FROM (SELECT number FROM changes WHERE position IS NULL ORDER BY number LIMIT most) first
  ) waiting
  WHERE changes.number = waiting.number;
  GET DIAGNOSTICS placed = ROW_COUNT;
  IF placed > 0 THEN
    PERFORM pg_notify('pledgeline_changes', '');
  END IF;
  RETURN placed;
END $$;
