CREATE TABLE "idempotent_acts" (
	"account" text NOT NULL,
	"key_digest" text NOT NULL,
	"mutation" text NOT NULL,
	"input_digest" text,
	"record_uuid" uuid,
	"outcome" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "idempotent_acts_account_key_digest_pk" PRIMARY KEY("account","key_digest"),
	CONSTRAINT "idempotent_acts_have_digests" CHECK ("idempotent_acts"."key_digest" ~ '^[0-9a-f]{64}$' and "idempotent_acts"."input_digest" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
CREATE INDEX "idempotent_acts_oldest" ON "idempotent_acts" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "idempotent_acts_of_record" ON "idempotent_acts" USING btree ("record_uuid");