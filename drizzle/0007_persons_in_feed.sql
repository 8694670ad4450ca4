ALTER TYPE "public"."change_kind" ADD VALUE 'PERSON_CREATED';--> statement-breakpoint
ALTER TYPE "public"."change_kind" ADD VALUE 'PERSON_UPDATED';--> statement-breakpoint
CREATE TABLE "discarded_signatures" (
	"key" text PRIMARY KEY NOT NULL,
	"discarded_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "changes" DROP CONSTRAINT "changes_are_of_one_record";--> statement-breakpoint
ALTER TABLE "changes" ADD COLUMN "person_uuid" uuid;--> statement-breakpoint
ALTER TABLE "persons" ADD COLUMN "updated_at" timestamp (3) with time zone;--> statement-breakpoint
-- Nobody remembers when a person that is there already last changed.
UPDATE "persons" SET "updated_at" = "created_at";--> statement-breakpoint
ALTER TABLE "persons" ALTER COLUMN "updated_at" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "persons" ADD COLUMN "erased_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_person_uuid_persons_uuid_fk" FOREIGN KEY ("person_uuid") REFERENCES "public"."persons"("uuid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "changes_of_person" ON "changes" USING btree ("person_uuid","position") WHERE "changes"."position" is not null;--> statement-breakpoint
CREATE INDEX "persons_updated" ON "persons" USING btree ("updated_at","uuid");--> statement-breakpoint
CREATE INDEX "persons_updated_of_owner" ON "persons" USING btree ("owning_organization_uuid","updated_at","uuid");--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_are_of_one_record" CHECK (num_nonnulls("changes"."pledge_uuid", "changes"."call_uuid", "changes"."person_uuid") = 1);
--> statement-breakpoint
-- A record comes to an organization by a change of its own, and with it the changes of its person that are placed
-- already: those that were placed before the record was committed did not yet find the organization.
CREATE OR REPLACE FUNCTION note_organizations_of_changes() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$;
--> statement-breakpoint
-- Without the lock under which positions are given: every new pledge may come with a new recruiter, and all who
-- place changes would wait until it is committed. What is placed meanwhile is noted by the function above.
CREATE FUNCTION note_person_organizations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO change_organizations (organization_uuid, position)
  SELECT written.organization_uuid, earlier.position
  FROM written CROSS JOIN LATERAL (
    SELECT position FROM changes WHERE person_uuid = written.person_uuid AND position IS NOT NULL OFFSET 0
  ) earlier
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER person_organizations_note_changes AFTER INSERT ON person_organizations
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_person_organizations();
--> statement-breakpoint
CREATE FUNCTION note_organizations_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7201604323);
  INSERT INTO change_organizations (organization_uuid, position)
  SELECT NEW.owning_organization_uuid, position
  FROM changes
  WHERE person_uuid = NEW.uuid AND position IS NOT NULL
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER persons_note_organizations AFTER UPDATE ON persons
  FOR EACH ROW WHEN (OLD.owning_organization_uuid IS DISTINCT FROM NEW.owning_organization_uuid)
  EXECUTE FUNCTION note_organizations_of_person();
