/**
 * Notes in `person_organizations` which organizations see a person by a pledge or a call, so that an index finds the
 * persons of an organization in their order. A row is never taken away: the table may have too much, and whether a
 * person is visible is decided on the records themselves.
 */
export const PERSON_ORGANIZATIONS: readonly string[] = [
  `CREATE FUNCTION note_recruiters() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO person_organizations (person_uuid, organization_uuid, person_created_at)
  SELECT DISTINCT written.person_uuid, written.recruiting_organization_uuid, persons.created_at
  FROM written JOIN persons ON persons.uuid = written.person_uuid
  ORDER BY 1, 2
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$`,
  `CREATE TRIGGER pledges_note_recruiters_when_inserted AFTER INSERT ON pledges
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_recruiters()`,
  `CREATE TRIGGER pledges_note_recruiters_when_updated AFTER UPDATE ON pledges
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_recruiters()`,
  `CREATE FUNCTION note_performers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO person_organizations (person_uuid, organization_uuid, person_created_at)
  SELECT DISTINCT written.person_uuid, written.organization_uuid, persons.created_at
  FROM written JOIN persons ON persons.uuid = written.person_uuid
  ORDER BY 1, 2
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$`,
  `CREATE TRIGGER calls_note_performers_when_inserted AFTER INSERT ON calls
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_performers()`,
  `CREATE TRIGGER calls_note_performers_when_updated AFTER UPDATE ON calls
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_performers()`,
  `CREATE FUNCTION follow_person_created_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE person_organizations SET person_created_at = written.created_at
  FROM written
  WHERE person_organizations.person_uuid = written.uuid
    AND person_organizations.person_created_at <> written.created_at;
  RETURN NULL;
END $$`,
  `CREATE TRIGGER persons_follow_created_at AFTER UPDATE ON persons
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION follow_person_created_at()`,
]
