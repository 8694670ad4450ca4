CREATE TABLE "link_secrets" (
	"purpose" text PRIMARY KEY NOT NULL,
	"secret" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "pledges" DROP CONSTRAINT "pledges_texts_are_bounded";--> statement-breakpoint
DROP INDEX "changes_in_order";--> statement-breakpoint
DROP INDEX "changes_of_pledge";--> statement-breakpoint
DROP INDEX "changes_of_call";--> statement-breakpoint
ALTER TABLE "changes" ADD COLUMN "uuid" uuid DEFAULT gen_random_uuid() NOT NULL;--> statement-breakpoint
ALTER TABLE "changes" ADD COLUMN "position" bigint;--> statement-breakpoint
ALTER TABLE "pledges" ADD COLUMN "signature_key" text;--> statement-breakpoint
CREATE INDEX "calls_expiring" ON "calls" USING btree ("expires_at") WHERE "calls"."status" = 'REQUESTED' and "calls"."expires_at" is not null and "calls"."external_application_name" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "changes_with_uuid" ON "changes" USING btree ("uuid");--> statement-breakpoint
CREATE INDEX "changes_without_position" ON "changes" USING btree ("number") WHERE "changes"."position" is null;--> statement-breakpoint
CREATE INDEX "pledges_cooling_down" ON "pledges" USING btree ("owning_organization_uuid","created_at") WHERE "pledges"."status" = 'LEAD' and "pledges"."released_at" is null and "pledges"."external_source_name" is null;--> statement-breakpoint
CREATE INDEX "pledges_ending" ON "pledges" USING btree ("ends_at") WHERE "pledges"."status" = 'ACTIVE' and "pledges"."external_source_name" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "changes_in_order" ON "changes" USING btree ("position") WHERE "changes"."position" is not null;--> statement-breakpoint
CREATE INDEX "changes_of_pledge" ON "changes" USING btree ("pledge_uuid","position") WHERE "changes"."position" is not null;--> statement-breakpoint
CREATE INDEX "changes_of_call" ON "changes" USING btree ("call_uuid","position") WHERE "changes"."position" is not null;--> statement-breakpoint
ALTER TABLE "changes" DROP COLUMN "transaction_id";--> statement-breakpoint
ALTER TABLE "pledges" ADD CONSTRAINT "pledges_texts_are_bounded" CHECK (char_length("pledges"."recruiting_location_label") <= 255 and "pledges"."cancellation_reason" ~ '\S' and char_length("pledges"."cancellation_reason") <= 1000 and "pledges"."external_source_name" ~ '\S' and char_length("pledges"."external_source_name") <= 255 and "pledges"."external_source_id" ~ '\S' and char_length("pledges"."external_source_id") <= 255 and "pledges"."signature_key" ~ '\S' and char_length("pledges"."signature_key") <= 255);