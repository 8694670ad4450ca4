import { FEED_LOCK } from '../lock.ts'

/**
 * Notes in `change_organizations` which organizations may see which position of the feed, so that an index finds the
 * changes of an organization in their order. As in `person_organizations`, the table may have too much.
 *
 * The functions for a record that moves to another organization, by itself or with its pledge, take the lock under which
 * positions are given. Without the lock, a position that is given at the same time would be noted for the old
 * organization only. The function for `person_organizations` does not take it: every new pledge may come with a new
 * recruiter, and all who place changes would wait for each of them. `note_organizations_of_changes` notes what is placed
 * meanwhile, because the pledge or call that brings a person to an organization has a change of its own.
 */
export const CHANGE_ORGANIZATIONS: readonly string[] = [
  `CREATE FUNCTION note_organizations_of_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO change_organizations (organization_uuid, position)
  SELECT DISTINCT seen.organization_uuid, placed.position
  FROM placed CROSS JOIN LATERAL (
    SELECT unnest(ARRAY[owning_organization_uuid, recruiting_organization_uuid]) FROM pledges WHERE uuid = placed.pledge_uuid
    UNION ALL
    SELECT unnest(ARRAY[organization_uuid, person_organization_uuid]) FROM calls WHERE uuid = placed.call_uuid
    UNION ALL
    SELECT owning_organization_uuid FROM persons WHERE uuid = placed.person_uuid
    UNION ALL
    SELECT organization_uuid FROM person_organizations WHERE person_uuid = placed.person_uuid
    UNION ALL
    SELECT unnest(ARRAY[owning_organization_uuid, recruiting_organization_uuid]) FROM transactions WHERE uuid = placed.transaction_uuid
  ) seen(organization_uuid)
  WHERE seen.organization_uuid IS NOT NULL
  ON CONFLICT DO NOTHING;
  INSERT INTO change_organizations (organization_uuid, position)
  SELECT DISTINCT brought.organization_uuid, earlier.position
  FROM placed CROSS JOIN LATERAL (
    SELECT person_uuid, recruiting_organization_uuid FROM pledges WHERE uuid = placed.pledge_uuid
    UNION ALL
    SELECT person_uuid, organization_uuid FROM calls WHERE uuid = placed.call_uuid
  ) brought(person_uuid, organization_uuid) CROSS JOIN LATERAL (
    SELECT position FROM changes WHERE person_uuid = brought.person_uuid AND position IS NOT NULL OFFSET 0
  ) earlier
  WHERE placed.kind IN ('PLEDGE_CREATED', 'PLEDGE_UPDATED', 'CALL_CREATED', 'CALL_UPDATED')
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$`,
  `CREATE TRIGGER changes_note_organizations AFTER UPDATE ON changes
  REFERENCING NEW TABLE AS placed FOR EACH STATEMENT EXECUTE FUNCTION note_organizations_of_changes()`,
  `CREATE FUNCTION note_organizations_of_pledge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(${FEED_LOCK});
  INSERT INTO change_organizations (organization_uuid, position)
  SELECT DISTINCT seen.organization_uuid, position
  FROM changes CROSS JOIN unnest(ARRAY[NEW.owning_organization_uuid, NEW.recruiting_organization_uuid]) seen(organization_uuid)
  WHERE pledge_uuid = NEW.uuid AND position IS NOT NULL AND seen.organization_uuid IS NOT NULL
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$`,
  `CREATE TRIGGER pledges_note_organizations AFTER UPDATE ON pledges
  FOR EACH ROW WHEN ((OLD.owning_organization_uuid, OLD.recruiting_organization_uuid) IS DISTINCT FROM (NEW.owning_organization_uuid, NEW.recruiting_organization_uuid))
  EXECUTE FUNCTION note_organizations_of_pledge()`,
  `CREATE FUNCTION note_organizations_of_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(${FEED_LOCK});
  INSERT INTO change_organizations (organization_uuid, position)
  SELECT DISTINCT seen.organization_uuid, position
  FROM changes CROSS JOIN unnest(ARRAY[NEW.organization_uuid, NEW.person_organization_uuid]) seen(organization_uuid)
  WHERE call_uuid = NEW.uuid AND position IS NOT NULL AND seen.organization_uuid IS NOT NULL
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$`,
  `CREATE TRIGGER calls_note_organizations AFTER UPDATE ON calls
  FOR EACH ROW WHEN ((OLD.organization_uuid, OLD.person_organization_uuid) IS DISTINCT FROM (NEW.organization_uuid, NEW.person_organization_uuid))
  EXECUTE FUNCTION note_organizations_of_call()`,
  `CREATE FUNCTION note_person_organizations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO change_organizations (organization_uuid, position)
  SELECT written.organization_uuid, earlier.position
  FROM written CROSS JOIN LATERAL (
    SELECT position FROM changes WHERE person_uuid = written.person_uuid AND position IS NOT NULL OFFSET 0
  ) earlier
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$`,
  `CREATE TRIGGER person_organizations_note_changes AFTER INSERT ON person_organizations
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_person_organizations()`,
  `CREATE FUNCTION note_organizations_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(${FEED_LOCK});
  INSERT INTO change_organizations (organization_uuid, position)
  SELECT NEW.owning_organization_uuid, position
  FROM changes
  WHERE person_uuid = NEW.uuid AND position IS NOT NULL
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$`,
  `CREATE TRIGGER persons_note_organizations AFTER UPDATE ON persons
  FOR EACH ROW WHEN (OLD.owning_organization_uuid IS DISTINCT FROM NEW.owning_organization_uuid)
  EXECUTE FUNCTION note_organizations_of_person()`,
  `CREATE FUNCTION note_organizations_of_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(${FEED_LOCK});
  INSERT INTO change_organizations (organization_uuid, position)
  SELECT DISTINCT seen.organization_uuid, position
  FROM changes CROSS JOIN unnest(ARRAY[NEW.owning_organization_uuid, NEW.recruiting_organization_uuid]) seen(organization_uuid)
  WHERE transaction_uuid = NEW.uuid AND position IS NOT NULL
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$`,
  `CREATE TRIGGER transactions_note_organizations AFTER UPDATE ON transactions
  FOR EACH ROW WHEN ((OLD.owning_organization_uuid, OLD.recruiting_organization_uuid) IS DISTINCT FROM (NEW.owning_organization_uuid, NEW.recruiting_organization_uuid))
  EXECUTE FUNCTION note_organizations_of_transaction()`,
]
