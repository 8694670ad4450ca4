CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
--> statement-breakpoint
CREATE TRIGGER changes_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON changes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE FUNCTION note_recruiters() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO person_organizations (person_uuid, organization_uuid, person_created_at)
  SELECT DISTINCT written.person_uuid, written.recruiting_organization_uuid, persons.created_at
  FROM written JOIN persons ON persons.uuid = written.person_uuid
  ORDER BY 1, 2
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER pledges_note_recruiters_when_inserted AFTER INSERT ON pledges
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_recruiters();
--> statement-breakpoint
CREATE TRIGGER pledges_note_recruiters_when_updated AFTER UPDATE ON pledges
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_recruiters();
--> statement-breakpoint
CREATE FUNCTION note_performers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO person_organizations (person_uuid, organization_uuid, person_created_at)
  SELECT DISTINCT written.person_uuid, written.organization_uuid, persons.created_at
  FROM written JOIN persons ON persons.uuid = written.person_uuid
  ORDER BY 1, 2
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER calls_note_performers_when_inserted AFTER INSERT ON calls
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_performers();
--> statement-breakpoint
CREATE TRIGGER calls_note_performers_when_updated AFTER UPDATE ON calls
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_performers();
--> statement-breakpoint
CREATE FUNCTION follow_person_created_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE person_organizations SET person_created_at = written.created_at
  FROM written
  WHERE person_organizations.person_uuid = written.uuid
    AND person_organizations.person_created_at <> written.created_at;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER persons_follow_created_at AFTER UPDATE ON persons
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION follow_person_created_at();
