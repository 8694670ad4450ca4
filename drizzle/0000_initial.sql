CREATE TYPE "public"."permission" AS ENUM('PLEDGES_READ', 'PLEDGES_CREATE', 'PLEDGES_UPDATE', 'PLEDGES_RELEASE', 'PLEDGES_ACTIVATE', 'PLEDGES_DROP', 'PLEDGES_CANCEL', 'PLEDGES_FULFILL', 'CALLS_READ', 'CALLS_CREATE', 'CALLS_ATTEMPT', 'CALLS_COMPLETE', 'CALLS_CANCEL', 'CALLS_EXPIRE', 'PERSONS_READ', 'TRANSACTIONS_READ');--> statement-breakpoint
CREATE TYPE "public"."call_status" AS ENUM('REQUESTED', 'COMPLETED', 'CANCELLED', 'EXPIRED');--> statement-breakpoint
CREATE TYPE "public"."call_type" AS ENUM('VERIFICATION', 'HAPPY_CALL', 'WINBACK');--> statement-breakpoint
CREATE TYPE "public"."change_kind" AS ENUM('PLEDGE_CREATED', 'PLEDGE_UPDATED', 'PLEDGE_RELEASED', 'PLEDGE_ACTIVATED', 'PLEDGE_DROPPED', 'PLEDGE_CANCELLED', 'PLEDGE_FULFILLED', 'CALL_CREATED', 'CALL_UPDATED', 'CALL_ATTEMPTED', 'CALL_COMPLETED', 'CALL_CANCELLED', 'CALL_EXPIRY_SET', 'CALL_EXPIRED');--> statement-breakpoint
CREATE TYPE "public"."donation_interval" AS ENUM('ONCE', 'WEEKLY', 'MONTHLY', 'QUARTERLY', 'HALF_YEARLY', 'YEARLY');--> statement-breakpoint
CREATE TYPE "public"."pledge_status" AS ENUM('LEAD', 'ACTIVE', 'DROPPED', 'CANCELLED', 'FULFILLED');--> statement-breakpoint
CREATE TYPE "public"."recruitment_type" AS ENUM('D2D', 'STREET');--> statement-breakpoint
CREATE TYPE "public"."transaction_status" AS ENUM('PENDING', 'COLLECTED', 'FAILED', 'REVERSED');--> statement-breakpoint
CREATE TYPE "public"."transaction_type" AS ENUM('DIRECT_DEBIT', 'IDEAL', 'IDEAL_QR', 'CARD');--> statement-breakpoint
CREATE TABLE "account_keys" (
	"kid" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"public_key" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "account_keys_are_public" CHECK ("account_keys"."public_key" like '-----BEGIN PUBLIC KEY-----%')
);
--> statement-breakpoint
CREATE TABLE "account_organizations" (
	"email" text NOT NULL,
	"organization_uuid" uuid NOT NULL,
	CONSTRAINT "account_organizations_email_organization_uuid_pk" PRIMARY KEY("email","organization_uuid")
);
--> statement-breakpoint
CREATE TABLE "accounts" (
	"email" text PRIMARY KEY NOT NULL,
	"permissions" "permission"[] NOT NULL,
	"has_all_organizations" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"disabled_at" timestamp (3) with time zone,
	CONSTRAINT "accounts_email_is_said" CHECK ("accounts"."email" ~ '\S' and char_length("accounts"."email") <= 255)
);
--> statement-breakpoint
CREATE TABLE "call_attempts" (
	"call_uuid" uuid NOT NULL,
	"number" integer NOT NULL,
	"attempted_at" timestamp (3) with time zone NOT NULL,
	"attempted_by_uuid" uuid,
	CONSTRAINT "call_attempts_call_uuid_number_pk" PRIMARY KEY("call_uuid","number"),
	CONSTRAINT "call_attempts_count_from_one" CHECK ("call_attempts"."number" >= 1)
);
--> statement-breakpoint
CREATE TABLE "calls" (
	"uuid" uuid PRIMARY KEY NOT NULL,
	"status" "call_status" NOT NULL,
	"type" "call_type" NOT NULL,
	"person_uuid" uuid NOT NULL,
	"person_organization_uuid" uuid NOT NULL,
	"pledge_uuid" uuid,
	"organization_uuid" uuid NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"requested_by_uuid" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"completed_at" timestamp (3) with time zone,
	"completed_by_uuid" uuid,
	"cancelled_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone,
	"expired_at" timestamp (3) with time zone,
	"result" text,
	"notes" text,
	"external_application_name" text,
	"external_reference_id" text,
	"external_agent_reference_id" text,
	"external_status_code" text,
	"external_status_description" text,
	CONSTRAINT "calls_external_reference" UNIQUE("external_application_name","external_reference_id"),
	CONSTRAINT "calls_external_reference_is_whole" CHECK (num_nulls("calls"."external_application_name", "calls"."external_reference_id") = 0 or num_nonnulls("calls"."external_application_name", "calls"."external_reference_id", "calls"."external_agent_reference_id", "calls"."external_status_code", "calls"."external_status_description") = 0),
	CONSTRAINT "calls_texts_are_bounded" CHECK ("calls"."result" ~ '\S' and char_length("calls"."result") <= 1000 and char_length("calls"."notes") <= 10000 and "calls"."external_application_name" ~ '\S' and char_length("calls"."external_application_name") <= 255 and "calls"."external_reference_id" ~ '\S' and char_length("calls"."external_reference_id") <= 255 and char_length("calls"."external_agent_reference_id") <= 255 and char_length("calls"."external_status_code") <= 255 and char_length("calls"."external_status_description") <= 255),
	CONSTRAINT "calls_managed_completions_are_whole" CHECK ("calls"."external_application_name" is not null or (case when "calls"."status" = 'COMPLETED' then num_nulls("calls"."completed_at", "calls"."completed_by_uuid", "calls"."result") = 0 else num_nonnulls("calls"."completed_at", "calls"."completed_by_uuid", "calls"."result") = 0 end)),
	CONSTRAINT "calls_managed_cancellations_are_whole" CHECK ("calls"."external_application_name" is not null or (("calls"."status" = 'CANCELLED') = ("calls"."cancelled_at" is not null))),
	CONSTRAINT "calls_managed_expiries_are_whole" CHECK ("calls"."external_application_name" is not null or (("calls"."status" = 'EXPIRED') = ("calls"."expired_at" is not null))),
	CONSTRAINT "calls_managed_end_after_request" CHECK ("calls"."external_application_name" is not null or ((least("calls"."completed_at", "calls"."cancelled_at", "calls"."expires_at", "calls"."expired_at") < "calls"."requested_at") is not true))
);
--> statement-breakpoint
CREATE TABLE "changes" (
	"number" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "changes_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"transaction_id" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	"kind" "change_kind" NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"actor" text,
	"changed_fields" text[] NOT NULL,
	"pledge_uuid" uuid,
	"call_uuid" uuid,
	CONSTRAINT "changes_are_of_one_record" CHECK (num_nonnulls("changes"."pledge_uuid", "changes"."call_uuid") = 1)
);
--> statement-breakpoint
CREATE TABLE "focus_areas" (
	"uuid" uuid PRIMARY KEY NOT NULL,
	"organization_uuid" uuid NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "focus_areas_name_is_said" CHECK ("focus_areas"."name" ~ '\S' and char_length("focus_areas"."name") <= 255)
);
--> statement-breakpoint
CREATE TABLE "organizations" (
	"uuid" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"max_call_attempts" integer DEFAULT 5 NOT NULL,
	"cooling_down_days" integer DEFAULT 14 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "organizations_name_is_said" CHECK ("organizations"."name" ~ '\S' and char_length("organizations"."name") <= 255),
	CONSTRAINT "organizations_attempts_are_positive" CHECK ("organizations"."max_call_attempts" >= 1),
	CONSTRAINT "organizations_cooling_down_is_not_negative" CHECK ("organizations"."cooling_down_days" >= 0)
);
--> statement-breakpoint
CREATE TABLE "users" (
	"uuid" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"organization_uuid" uuid,
	CONSTRAINT "users_name_is_said" CHECK ("users"."name" ~ '\S' and char_length("users"."name") <= 255)
);
--> statement-breakpoint
CREATE TABLE "person_organizations" (
	"person_uuid" uuid NOT NULL,
	"organization_uuid" uuid NOT NULL,
	"person_created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "person_organizations_person_uuid_organization_uuid_pk" PRIMARY KEY("person_uuid","organization_uuid")
);
--> statement-breakpoint
CREATE TABLE "persons" (
	"uuid" uuid PRIMARY KEY NOT NULL,
	"owning_organization_uuid" uuid NOT NULL,
	"first_name" text,
	"last_name" text NOT NULL,
	"email" text,
	"phone_number" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "persons_with_owner" UNIQUE("uuid","owning_organization_uuid"),
	CONSTRAINT "persons_last_name_is_said" CHECK ("persons"."last_name" ~ '\S' and char_length("persons"."last_name") <= 255),
	CONSTRAINT "persons_texts_are_bounded" CHECK (char_length("persons"."first_name") <= 255 and char_length("persons"."email") <= 255 and char_length("persons"."phone_number") <= 255)
);
--> statement-breakpoint
CREATE TABLE "pledge_focus_areas" (
	"pledge_uuid" uuid NOT NULL,
	"focus_area_uuid" uuid NOT NULL,
	CONSTRAINT "pledge_focus_areas_pledge_uuid_focus_area_uuid_pk" PRIMARY KEY("pledge_uuid","focus_area_uuid")
);
--> statement-breakpoint
CREATE TABLE "pledges" (
	"uuid" uuid PRIMARY KEY NOT NULL,
	"status" "pledge_status" NOT NULL,
	"type" "recruitment_type" NOT NULL,
	"person_uuid" uuid NOT NULL,
	"owning_organization_uuid" uuid NOT NULL,
	"recruiting_organization_uuid" uuid NOT NULL,
	"recruiter_uuid" uuid,
	"recruiting_location_label" text,
	"initial_donation_amount" numeric(12, 2),
	"initial_donation_interval" "donation_interval",
	"donation_amount" numeric(12, 2),
	"donation_interval" "donation_interval",
	"preferred_payment_day" integer,
	"starts_at" timestamp (3) with time zone,
	"ends_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"released_at" timestamp (3) with time zone,
	"dropped_at" timestamp (3) with time zone,
	"cancelled_at" timestamp (3) with time zone,
	"cancellation_reason" text,
	"origin_metadata" jsonb,
	"external_source_name" text,
	"external_source_id" text,
	"external_properties" jsonb,
	CONSTRAINT "pledges_with_person" UNIQUE("uuid","person_uuid"),
	CONSTRAINT "pledges_external_source" UNIQUE("external_source_name","external_source_id"),
	CONSTRAINT "pledges_external_source_is_whole" CHECK (num_nulls("pledges"."external_source_name", "pledges"."external_source_id") in (0, 2)),
	CONSTRAINT "pledges_amounts_are_in_range" CHECK (("pledges"."initial_donation_amount" > 0 and "pledges"."initial_donation_amount" <= 1000000) is not false and ("pledges"."donation_amount" > 0 and "pledges"."donation_amount" <= 1000000) is not false),
	CONSTRAINT "pledges_payment_day_is_in_every_month" CHECK ("pledges"."preferred_payment_day" between 1 and 28),
	CONSTRAINT "pledges_texts_are_bounded" CHECK (char_length("pledges"."recruiting_location_label") <= 255 and "pledges"."cancellation_reason" ~ '\S' and char_length("pledges"."cancellation_reason") <= 1000 and "pledges"."external_source_name" ~ '\S' and char_length("pledges"."external_source_name") <= 255 and "pledges"."external_source_id" ~ '\S' and char_length("pledges"."external_source_id") <= 255),
	CONSTRAINT "pledges_metadata_are_objects" CHECK (jsonb_typeof("pledges"."origin_metadata") = 'object' and jsonb_typeof("pledges"."external_properties") = 'object'),
	CONSTRAINT "pledges_managed_have_a_donation" CHECK ("pledges"."external_source_name" is not null or (num_nulls("pledges"."initial_donation_amount", "pledges"."initial_donation_interval", "pledges"."donation_amount", "pledges"."donation_interval") = 0)),
	CONSTRAINT "pledges_managed_drops_are_whole" CHECK ("pledges"."external_source_name" is not null or (("pledges"."status" = 'DROPPED') = ("pledges"."dropped_at" is not null))),
	CONSTRAINT "pledges_managed_cancellations_are_whole" CHECK ("pledges"."external_source_name" is not null or (case when "pledges"."status" = 'CANCELLED' then num_nulls("pledges"."cancelled_at", "pledges"."cancellation_reason") = 0 else num_nonnulls("pledges"."cancelled_at", "pledges"."cancellation_reason") = 0 end)),
	CONSTRAINT "pledges_managed_states_are_reached" CHECK ("pledges"."external_source_name" is not null or (case "pledges"."status" when 'ACTIVE' then "pledges"."released_at" is not null when 'FULFILLED' then num_nulls("pledges"."released_at", "pledges"."ends_at") = 0 when 'DROPPED' then "pledges"."released_at" is null else true end)),
	CONSTRAINT "pledges_managed_end_after_start" CHECK ("pledges"."external_source_name" is not null or (("pledges"."ends_at" < "pledges"."starts_at") is not true and ("pledges"."dropped_at" < "pledges"."created_at") is not true and ("pledges"."cancelled_at" < "pledges"."created_at") is not true))
);
--> statement-breakpoint
CREATE TABLE "transactions" (
	"uuid" uuid PRIMARY KEY NOT NULL,
	"pledge_uuid" uuid NOT NULL,
	"type" "transaction_type" NOT NULL,
	"status" "transaction_status" NOT NULL,
	"amount" numeric(12, 2) NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"executed_at" timestamp (3) with time zone,
	CONSTRAINT "transactions_amount_is_in_range" CHECK ("transactions"."amount" > 0 and "transactions"."amount" <= 1000000)
);
--> statement-breakpoint
ALTER TABLE "account_keys" ADD CONSTRAINT "account_keys_email_accounts_email_fk" FOREIGN KEY ("email") REFERENCES "public"."accounts"("email") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_organizations" ADD CONSTRAINT "account_organizations_email_accounts_email_fk" FOREIGN KEY ("email") REFERENCES "public"."accounts"("email") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_organizations" ADD CONSTRAINT "account_organizations_organization_uuid_organizations_uuid_fk" FOREIGN KEY ("organization_uuid") REFERENCES "public"."organizations"("uuid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_attempts" ADD CONSTRAINT "call_attempts_call_uuid_calls_uuid_fk" FOREIGN KEY ("call_uuid") REFERENCES "public"."calls"("uuid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_attempts" ADD CONSTRAINT "call_attempts_attempted_by_uuid_users_uuid_fk" FOREIGN KEY ("attempted_by_uuid") REFERENCES "public"."users"("uuid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_organization_uuid_organizations_uuid_fk" FOREIGN KEY ("organization_uuid") REFERENCES "public"."organizations"("uuid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_requested_by_uuid_users_uuid_fk" FOREIGN KEY ("requested_by_uuid") REFERENCES "public"."users"("uuid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_completed_by_uuid_users_uuid_fk" FOREIGN KEY ("completed_by_uuid") REFERENCES "public"."users"("uuid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_person_has_owner" FOREIGN KEY ("person_uuid","person_organization_uuid") REFERENCES "public"."persons"("uuid","owning_organization_uuid") ON DELETE no action ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_pledge_is_of_person" FOREIGN KEY ("pledge_uuid","person_uuid") REFERENCES "public"."pledges"("uuid","person_uuid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_pledge_uuid_pledges_uuid_fk" FOREIGN KEY ("pledge_uuid") REFERENCES "public"."pledges"("uuid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_call_uuid_calls_uuid_fk" FOREIGN KEY ("call_uuid") REFERENCES "public"."calls"("uuid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "focus_areas" ADD CONSTRAINT "focus_areas_organization_uuid_organizations_uuid_fk" FOREIGN KEY ("organization_uuid") REFERENCES "public"."organizations"("uuid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_organization_uuid_organizations_uuid_fk" FOREIGN KEY ("organization_uuid") REFERENCES "public"."organizations"("uuid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "person_organizations" ADD CONSTRAINT "person_organizations_person_uuid_persons_uuid_fk" FOREIGN KEY ("person_uuid") REFERENCES "public"."persons"("uuid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "person_organizations" ADD CONSTRAINT "person_organizations_organization_uuid_organizations_uuid_fk" FOREIGN KEY ("organization_uuid") REFERENCES "public"."organizations"("uuid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "persons" ADD CONSTRAINT "persons_owning_organization_uuid_organizations_uuid_fk" FOREIGN KEY ("owning_organization_uuid") REFERENCES "public"."organizations"("uuid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pledge_focus_areas" ADD CONSTRAINT "pledge_focus_areas_pledge_uuid_pledges_uuid_fk" FOREIGN KEY ("pledge_uuid") REFERENCES "public"."pledges"("uuid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pledge_focus_areas" ADD CONSTRAINT "pledge_focus_areas_focus_area_uuid_focus_areas_uuid_fk" FOREIGN KEY ("focus_area_uuid") REFERENCES "public"."focus_areas"("uuid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pledges" ADD CONSTRAINT "pledges_owning_organization_uuid_organizations_uuid_fk" FOREIGN KEY ("owning_organization_uuid") REFERENCES "public"."organizations"("uuid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pledges" ADD CONSTRAINT "pledges_recruiting_organization_uuid_organizations_uuid_fk" FOREIGN KEY ("recruiting_organization_uuid") REFERENCES "public"."organizations"("uuid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pledges" ADD CONSTRAINT "pledges_recruiter_uuid_users_uuid_fk" FOREIGN KEY ("recruiter_uuid") REFERENCES "public"."users"("uuid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pledges" ADD CONSTRAINT "pledges_person_belongs_to_owner" FOREIGN KEY ("person_uuid","owning_organization_uuid") REFERENCES "public"."persons"("uuid","owning_organization_uuid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transactions" ADD CONSTRAINT "transactions_pledge_uuid_pledges_uuid_fk" FOREIGN KEY ("pledge_uuid") REFERENCES "public"."pledges"("uuid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "account_keys_of_account" ON "account_keys" USING btree ("email");--> statement-breakpoint
CREATE INDEX "calls_newest" ON "calls" USING btree ("created_at","uuid");--> statement-breakpoint
CREATE INDEX "calls_updated" ON "calls" USING btree ("updated_at","uuid");--> statement-breakpoint
CREATE INDEX "calls_requested" ON "calls" USING btree ("requested_at","uuid");--> statement-breakpoint
CREATE INDEX "calls_newest_of_performer" ON "calls" USING btree ("organization_uuid","created_at","uuid");--> statement-breakpoint
CREATE INDEX "calls_newest_of_owner" ON "calls" USING btree ("person_organization_uuid","created_at","uuid");--> statement-breakpoint
CREATE INDEX "calls_updated_of_performer" ON "calls" USING btree ("organization_uuid","updated_at","uuid");--> statement-breakpoint
CREATE INDEX "calls_updated_of_owner" ON "calls" USING btree ("person_organization_uuid","updated_at","uuid");--> statement-breakpoint
CREATE INDEX "calls_requested_of_performer" ON "calls" USING btree ("organization_uuid","requested_at","uuid");--> statement-breakpoint
CREATE INDEX "calls_requested_of_owner" ON "calls" USING btree ("person_organization_uuid","requested_at","uuid");--> statement-breakpoint
CREATE INDEX "calls_newest_of_person" ON "calls" USING btree ("person_uuid","created_at","uuid");--> statement-breakpoint
CREATE INDEX "calls_newest_of_pledge" ON "calls" USING btree ("pledge_uuid","created_at","uuid");--> statement-breakpoint
CREATE INDEX "calls_newest_of_status" ON "calls" USING btree ("status","created_at","uuid");--> statement-breakpoint
CREATE INDEX "changes_in_order" ON "changes" USING btree ("transaction_id","number");--> statement-breakpoint
CREATE INDEX "changes_of_pledge" ON "changes" USING btree ("pledge_uuid","transaction_id","number");--> statement-breakpoint
CREATE INDEX "changes_of_call" ON "changes" USING btree ("call_uuid","transaction_id","number");--> statement-breakpoint
CREATE INDEX "focus_areas_of_organization" ON "focus_areas" USING btree ("organization_uuid");--> statement-breakpoint
CREATE INDEX "organizations_newest" ON "organizations" USING btree ("created_at","uuid");--> statement-breakpoint
CREATE INDEX "users_of_organization" ON "users" USING btree ("organization_uuid");--> statement-breakpoint
CREATE INDEX "person_organizations_newest" ON "person_organizations" USING btree ("organization_uuid","person_created_at","person_uuid");--> statement-breakpoint
CREATE INDEX "persons_newest" ON "persons" USING btree ("created_at","uuid");--> statement-breakpoint
CREATE INDEX "persons_newest_of_owner" ON "persons" USING btree ("owning_organization_uuid","created_at","uuid");--> statement-breakpoint
CREATE INDEX "pledge_focus_areas_of_focus_area" ON "pledge_focus_areas" USING btree ("focus_area_uuid");--> statement-breakpoint
CREATE INDEX "pledges_newest" ON "pledges" USING btree ("created_at","uuid");--> statement-breakpoint
CREATE INDEX "pledges_updated" ON "pledges" USING btree ("updated_at","uuid");--> statement-breakpoint
CREATE INDEX "pledges_newest_of_owner" ON "pledges" USING btree ("owning_organization_uuid","created_at","uuid");--> statement-breakpoint
CREATE INDEX "pledges_newest_of_recruiter" ON "pledges" USING btree ("recruiting_organization_uuid","created_at","uuid");--> statement-breakpoint
CREATE INDEX "pledges_updated_of_owner" ON "pledges" USING btree ("owning_organization_uuid","updated_at","uuid");--> statement-breakpoint
CREATE INDEX "pledges_updated_of_recruiter" ON "pledges" USING btree ("recruiting_organization_uuid","updated_at","uuid");--> statement-breakpoint
CREATE INDEX "pledges_newest_of_person" ON "pledges" USING btree ("person_uuid","created_at","uuid");--> statement-breakpoint
CREATE INDEX "pledges_newest_of_status" ON "pledges" USING btree ("status","created_at","uuid");--> statement-breakpoint
CREATE INDEX "pledges_released" ON "pledges" USING btree ("released_at");--> statement-breakpoint
CREATE INDEX "transactions_newest_of_pledge" ON "transactions" USING btree ("pledge_uuid","created_at","uuid");--> statement-breakpoint
CREATE INDEX "transactions_ideal_qr" ON "transactions" USING btree ("pledge_uuid") WHERE "transactions"."type" = 'IDEAL_QR';