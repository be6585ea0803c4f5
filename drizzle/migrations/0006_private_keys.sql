CREATE TABLE "private_keys" (
	"account_id" uuid NOT NULL,
	"certificate_id" uuid NOT NULL,
	"box" text NOT NULL,
	"key_id" text NOT NULL,
	"added_at" timestamp (3) with time zone NOT NULL,
	"added_by_id" uuid,
	"added_by_label" text NOT NULL,
	CONSTRAINT "private_keys_account_id_certificate_id_pk" PRIMARY KEY("account_id","certificate_id")
);
--> statement-breakpoint
ALTER TABLE "private_keys" ADD CONSTRAINT "private_keys_certificate_fk" FOREIGN KEY ("account_id","certificate_id") REFERENCES "public"."certificates"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificate_contents" ADD COLUMN "as_uploaded" text;
