/**
 * Rows of `changes` are only ever added: consumers keep a cursor and never look back. The one exception is the position,
 * which each row is given once, after its transaction is committed.
 */
export const APPEND_ONLY: readonly string[] = [
  `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$`,
  `CREATE TRIGGER changes_are_append_only BEFORE DELETE OR TRUNCATE ON changes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
  `CREATE FUNCTION allow_position_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  unplaced changes := NEW;
BEGIN
  unplaced.position := NULL;
  IF NEW.position IS NULL OR unplaced IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$`,
  `CREATE TRIGGER changes_are_placed_once BEFORE UPDATE ON changes
  FOR EACH ROW EXECUTE FUNCTION allow_position_once()`,
]
