CREATE TABLE "revocation_downloads" (
	"account_id" uuid NOT NULL,
	"url_hash" text NOT NULL,
	"issuer_key_hash" text NOT NULL,
	"claim" uuid NOT NULL,
	"lease_until" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "revocation_downloads_account_id_url_hash_issuer_key_hash_pk" PRIMARY KEY("account_id","url_hash","issuer_key_hash")
);
--> statement-breakpoint
ALTER TABLE "revocation_downloads" ADD CONSTRAINT "revocation_downloads_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "certificate_contents_ca_subject_idx" ON "certificate_contents" USING btree ("account_id",md5("details" ->> 'subject')) WHERE "certificate_contents"."details" @> '{"isCa": true}';