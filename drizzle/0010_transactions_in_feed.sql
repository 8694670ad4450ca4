ALTER TYPE "public"."permission" ADD VALUE 'TRANSACTIONS_RECORD';--> statement-breakpoint
ALTER TYPE "public"."change_kind" ADD VALUE 'TRANSACTION_RECORDED';--> statement-breakpoint
ALTER TYPE "public"."change_kind" ADD VALUE 'TRANSACTION_UPDATED';--> statement-breakpoint
ALTER TABLE "changes" DROP CONSTRAINT "changes_are_of_one_record";--> statement-breakpoint
ALTER TABLE "transactions" DROP CONSTRAINT "transactions_pledge_uuid_pledges_uuid_fk";
--> statement-breakpoint
ALTER TABLE "changes" ADD COLUMN "transaction_uuid" uuid;--> statement-breakpoint
ALTER TABLE "transactions" ADD COLUMN "owning_organization_uuid" uuid;--> statement-breakpoint
ALTER TABLE "transactions" ADD COLUMN "recruiting_organization_uuid" uuid;--> statement-breakpoint
ALTER TABLE "transactions" ADD COLUMN "updated_at" timestamp (3) with time zone;--> statement-breakpoint
-- What was recorded before says of itself only when it was created and executed.
UPDATE "transactions" SET "owning_organization_uuid" = "pledges"."owning_organization_uuid", "recruiting_organization_uuid" = "pledges"."recruiting_organization_uuid", "updated_at" = greatest("transactions"."created_at", least("executed_at", now()))
FROM "pledges" WHERE "pledges"."uuid" = "transactions"."pledge_uuid";
--> statement-breakpoint
ALTER TABLE "transactions" ALTER COLUMN "owning_organization_uuid" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "transactions" ALTER COLUMN "recruiting_organization_uuid" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "transactions" ALTER COLUMN "updated_at" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "pledges" ADD CONSTRAINT "pledges_with_organizations" UNIQUE("uuid","owning_organization_uuid","recruiting_organization_uuid");--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_transaction_uuid_transactions_uuid_fk" FOREIGN KEY ("transaction_uuid") REFERENCES "public"."transactions"("uuid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transactions" ADD CONSTRAINT "transactions_pledge_has_organizations" FOREIGN KEY ("pledge_uuid","owning_organization_uuid","recruiting_organization_uuid") REFERENCES "public"."pledges"("uuid","owning_organization_uuid","recruiting_organization_uuid") ON DELETE no action ON UPDATE cascade;--> statement-breakpoint
CREATE INDEX "changes_of_transaction" ON "changes" USING btree ("transaction_uuid","position") WHERE "changes"."position" is not null;--> statement-breakpoint
CREATE INDEX "transactions_newest" ON "transactions" USING btree ("created_at","uuid");--> statement-breakpoint
CREATE INDEX "transactions_updated" ON "transactions" USING btree ("updated_at","uuid");--> statement-breakpoint
CREATE INDEX "transactions_newest_of_owner" ON "transactions" USING btree ("owning_organization_uuid","created_at","uuid");--> statement-breakpoint
CREATE INDEX "transactions_newest_of_recruiter" ON "transactions" USING btree ("recruiting_organization_uuid","created_at","uuid");--> statement-breakpoint
CREATE INDEX "transactions_updated_of_owner" ON "transactions" USING btree ("owning_organization_uuid","updated_at","uuid");--> statement-breakpoint
CREATE INDEX "transactions_updated_of_recruiter" ON "transactions" USING btree ("recruiting_organization_uuid","updated_at","uuid");--> statement-breakpoint
CREATE INDEX "transactions_newest_of_status" ON "transactions" USING btree ("status","created_at","uuid");--> statement-breakpoint
CREATE INDEX "transactions_updated_of_status" ON "transactions" USING btree ("status","updated_at","uuid");--> statement-breakpoint
CREATE INDEX "transactions_newest_of_type" ON "transactions" USING btree ("type","created_at","uuid");--> statement-breakpoint
CREATE INDEX "transactions_executed" ON "transactions" USING btree ("executed_at");--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_are_of_one_record" CHECK (num_nonnulls("changes"."pledge_uuid", "changes"."call_uuid", "changes"."person_uuid", "changes"."transaction_uuid") = 1);--> statement-breakpoint
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
END $$;
--> statement-breakpoint
-- A transaction comes to other organizations with its pledge, or with another pledge that an import gives it.
CREATE FUNCTION note_organizations_of_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7201604323);
  INSERT INTO change_organizations (organization_uuid, position)
  SELECT DISTINCT seen.organization_uuid, position
  FROM changes CROSS JOIN unnest(ARRAY[NEW.owning_organization_uuid, NEW.recruiting_organization_uuid]) seen(organization_uuid)
  WHERE transaction_uuid = NEW.uuid AND position IS NOT NULL
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER transactions_note_organizations AFTER UPDATE ON transactions
  FOR EACH ROW WHEN ((OLD.owning_organization_uuid, OLD.recruiting_organization_uuid) IS DISTINCT FROM (NEW.owning_organization_uuid, NEW.recruiting_organization_uuid))
  EXECUTE FUNCTION note_organizations_of_transaction();
