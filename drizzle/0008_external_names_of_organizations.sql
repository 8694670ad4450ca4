ALTER TABLE "calls" DROP CONSTRAINT "calls_external_reference";--> statement-breakpoint
ALTER TABLE "pledges" DROP CONSTRAINT "pledges_external_source";--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_external_reference" UNIQUE("external_application_name","external_reference_id","organization_uuid");--> statement-breakpoint
ALTER TABLE "pledges" ADD CONSTRAINT "pledges_external_source" UNIQUE("external_source_name","external_source_id","owning_organization_uuid");