CREATE TABLE "authorities" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"issuer_id" uuid NOT NULL,
	"role" text NOT NULL,
	"is_signing" boolean NOT NULL,
	"certificate_pem" text NOT NULL,
	"not_before" timestamp (3) with time zone NOT NULL,
	"not_after" timestamp (3) with time zone NOT NULL,
	"key_box" text,
	"key_key_id" text,
	"crl_number" bigint DEFAULT 0 NOT NULL,
	"crl" "bytea",
	"crl_this_update" timestamp (3) with time zone,
	"crl_next_update" timestamp (3) with time zone,
	CONSTRAINT "authorities_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "authorities_role_known" CHECK ("authorities"."role" in ('root', 'intermediate')),
	CONSTRAINT "authorities_sealed" CHECK (("authorities"."key_box" is null) = ("authorities"."key_key_id" is null)),
	CONSTRAINT "authorities_signing" CHECK (not "authorities"."is_signing" or "authorities"."key_box" is not null),
	CONSTRAINT "authorities_published" CHECK (("authorities"."crl" is null) = ("authorities"."crl_number" = 0) and ("authorities"."crl" is null) = ("authorities"."crl_this_update" is null)
        and ("authorities"."crl" is null) = ("authorities"."crl_next_update" is null)),
	CONSTRAINT "authorities_crl_number" CHECK ("authorities"."crl_number" >= 0)
);
--> statement-breakpoint
CREATE TABLE "issuers" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"added_at" timestamp (3) with time zone NOT NULL,
	"added_by_id" uuid,
	"added_by_label" text NOT NULL,
	"retired_at" timestamp (3) with time zone,
	"renew_automatically" boolean NOT NULL,
	"max_days" integer,
	"directory_url" text,
	"contact" text,
	"ca_bundle" text,
	"account_url" text,
	"account_box" text,
	"account_key_id" text,
	"challenge" text,
	CONSTRAINT "issuers_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "issuers_kind_known" CHECK ("issuers"."kind" in ('acme', 'private_ca')),
	CONSTRAINT "issuers_challenge_known" CHECK ("issuers"."challenge" in ('http-01', 'dns-01')),
	CONSTRAINT "issuers_name_length" CHECK (char_length("issuers"."name") between 1 and 100),
	CONSTRAINT "issuers_max_days" CHECK ("issuers"."max_days" between 1 and 36500),
	CONSTRAINT "issuers_acme" CHECK (("issuers"."kind" = 'acme') = ("issuers"."directory_url" is not null and "issuers"."account_url" is not null
        and "issuers"."account_box" is not null and "issuers"."account_key_id" is not null and "issuers"."challenge" is not null)),
	CONSTRAINT "issuers_private_ca" CHECK ("issuers"."kind" <> 'private_ca' or "issuers"."max_days" is not null)
);
--> statement-breakpoint
CREATE TABLE "acme_challenges" (
	"token" text PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"key_authorization" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "issuances" (
	"account_id" uuid NOT NULL,
	"certificate_id" uuid NOT NULL,
	"issuer_id" uuid NOT NULL,
	"authority_id" uuid,
	"order_id" uuid,
	"serial_hex" text NOT NULL,
	"fingerprint" text NOT NULL,
	"not_before" timestamp (3) with time zone NOT NULL,
	"not_after" timestamp (3) with time zone NOT NULL,
	"renew_at" timestamp (3) with time zone,
	"renewed_by_id" uuid,
	"renewal_problem" text,
	"next_ari_at" timestamp (3) with time zone,
	CONSTRAINT "issuances_account_id_certificate_id_pk" PRIMARY KEY("account_id","certificate_id")
);
--> statement-breakpoint
CREATE TABLE "orders" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"issuer_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"replaces_id" uuid,
	"names" text[] NOT NULL,
	"common_name" text,
	"key_algorithm" text,
	"csr" text,
	"key_box" text,
	"key_key_id" text,
	"days" integer,
	"challenge" text,
	"state" text NOT NULL,
	"steps" jsonb NOT NULL,
	"order_url" text,
	"authorizations" jsonb,
	"problem" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone,
	"claim_number" integer DEFAULT 0 NOT NULL,
	"lease_until" timestamp (3) with time zone,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"requested_by_id" uuid,
	"requested_by_label" text NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"certificate_id" uuid,
	CONSTRAINT "orders_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "orders_kind_known" CHECK ("orders"."kind" in ('issue', 'renew')),
	CONSTRAINT "orders_state_known" CHECK ("orders"."state" in ('queued', 'waiting_for_dns', 'validating', 'finalizing', 'issued', 'failed', 'canceled')),
	CONSTRAINT "orders_key_algorithm_known" CHECK ("orders"."key_algorithm" in ('ec_p256', 'rsa_2048', 'rsa_3072', 'rsa_4096')),
	CONSTRAINT "orders_challenge_known" CHECK ("orders"."challenge" in ('http-01', 'dns-01')),
	CONSTRAINT "orders_ended" CHECK (("orders"."state" in ('issued', 'failed', 'canceled')) = ("orders"."ended_at" is not null)),
	CONSTRAINT "orders_due" CHECK ("orders"."ended_at" is null or "orders"."next_attempt_at" is null),
	CONSTRAINT "orders_issued" CHECK (("orders"."state" = 'issued') = ("orders"."certificate_id" is not null)),
	CONSTRAINT "orders_failed" CHECK ("orders"."state" <> 'failed' or "orders"."problem" is not null),
	CONSTRAINT "orders_sealed" CHECK (("orders"."key_box" is null) = ("orders"."key_key_id" is null)),
	CONSTRAINT "orders_key_gone" CHECK ("orders"."ended_at" is null or "orders"."key_box" is null or "orders"."state" = 'failed'),
	CONSTRAINT "orders_renewal" CHECK (("orders"."kind" = 'renew') = ("orders"."replaces_id" is not null))
);
--> statement-breakpoint
CREATE TABLE "pending_revocations" (
	"account_id" uuid NOT NULL,
	"certificate_id" uuid NOT NULL,
	"issuer_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"asked_at" timestamp (3) with time zone NOT NULL,
	"asked_by_id" uuid,
	"asked_by_label" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"error" text,
	"next_attempt_at" timestamp (3) with time zone,
	"claim_number" integer DEFAULT 0 NOT NULL,
	"lease_until" timestamp (3) with time zone,
	CONSTRAINT "pending_revocations_account_id_certificate_id_pk" PRIMARY KEY("account_id","certificate_id"),
	CONSTRAINT "pending_revocations_reason_known" CHECK ("pending_revocations"."reason" in ('unspecified', 'keyCompromise', 'affiliationChanged', 'superseded', 'cessationOfOperation', 'privilegeWithdrawn')),
	CONSTRAINT "pending_revocations_stuck" CHECK ("pending_revocations"."next_attempt_at" is not null or "pending_revocations"."error" is not null)
);
--> statement-breakpoint
CREATE TABLE "revocation_checks" (
	"account_id" uuid NOT NULL,
	"certificate_id" uuid NOT NULL,
	"answer" text,
	"source" text,
	"checked_at" timestamp (3) with time zone,
	"problem" text,
	"fresh_until" timestamp (3) with time zone,
	"failures" integer DEFAULT 0 NOT NULL,
	"next_check_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "revocation_checks_account_id_certificate_id_pk" PRIMARY KEY("account_id","certificate_id"),
	CONSTRAINT "revocation_checks_answer_known" CHECK ("revocation_checks"."answer" in ('good', 'revoked', 'unknown', 'failed')),
	CONSTRAINT "revocation_checks_source_known" CHECK ("revocation_checks"."source" in ('ocsp', 'crl')),
	CONSTRAINT "revocation_checks_checked" CHECK (("revocation_checks"."answer" is null) = ("revocation_checks"."checked_at" is null)),
	CONSTRAINT "revocation_checks_failed" CHECK ("revocation_checks"."answer" is distinct from 'failed' or "revocation_checks"."problem" is not null)
);
--> statement-breakpoint
CREATE TABLE "revocation_lists" (
	"account_id" uuid NOT NULL,
	"url_hash" text NOT NULL,
	"url" text NOT NULL,
	"issuer_key_hash" text NOT NULL,
	"der" "bytea" NOT NULL,
	"this_update" timestamp (3) with time zone NOT NULL,
	"next_update" timestamp (3) with time zone NOT NULL,
	"fetched_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "revocation_lists_account_id_url_hash_issuer_key_hash_pk" PRIMARY KEY("account_id","url_hash","issuer_key_hash")
);
--> statement-breakpoint
ALTER TABLE "audit_events" DROP CONSTRAINT "audit_events_action_known";--> statement-breakpoint
ALTER TABLE "revocations" ADD COLUMN "origin" text DEFAULT 'here' NOT NULL;--> statement-breakpoint
ALTER TABLE "revocations" ADD COLUMN "authority_id" uuid;--> statement-breakpoint
ALTER TABLE "revocations" ADD COLUMN "serial_hex" text;--> statement-breakpoint
ALTER TABLE "authorities" ADD CONSTRAINT "authorities_issuer_fk" FOREIGN KEY ("account_id","issuer_id") REFERENCES "public"."issuers"("account_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issuers" ADD CONSTRAINT "issuers_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "acme_challenges" ADD CONSTRAINT "acme_challenges_order_fk" FOREIGN KEY ("account_id","order_id") REFERENCES "public"."orders"("account_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issuances" ADD CONSTRAINT "issuances_issuer_fk" FOREIGN KEY ("account_id","issuer_id") REFERENCES "public"."issuers"("account_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issuances" ADD CONSTRAINT "issuances_authority_fk" FOREIGN KEY ("account_id","authority_id") REFERENCES "public"."authorities"("account_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issuances" ADD CONSTRAINT "issuances_order_fk" FOREIGN KEY ("account_id","order_id") REFERENCES "public"."orders"("account_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_issuer_fk" FOREIGN KEY ("account_id","issuer_id") REFERENCES "public"."issuers"("account_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pending_revocations" ADD CONSTRAINT "pending_revocations_certificate_fk" FOREIGN KEY ("account_id","certificate_id") REFERENCES "public"."certificates"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pending_revocations" ADD CONSTRAINT "pending_revocations_issuer_fk" FOREIGN KEY ("account_id","issuer_id") REFERENCES "public"."issuers"("account_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "revocation_checks" ADD CONSTRAINT "revocation_checks_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "revocation_lists" ADD CONSTRAINT "revocation_lists_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "authorities_id_key" ON "authorities" USING btree ("id");--> statement-breakpoint
CREATE INDEX "authorities_issuer_idx" ON "authorities" USING btree ("account_id","issuer_id");--> statement-breakpoint
CREATE UNIQUE INDEX "authorities_signing_key" ON "authorities" USING btree ("account_id","issuer_id") WHERE "authorities"."is_signing";--> statement-breakpoint
CREATE INDEX "authorities_due_idx" ON "authorities" USING btree ("crl_next_update") WHERE "authorities"."key_box" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "issuers_name_key" ON "issuers" USING btree ("account_id","name");--> statement-breakpoint
CREATE INDEX "acme_challenges_expiry_idx" ON "acme_challenges" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "issuances_serial_key" ON "issuances" USING btree ("account_id","authority_id","serial_hex");--> statement-breakpoint
CREATE INDEX "issuances_issuer_idx" ON "issuances" USING btree ("account_id","issuer_id");--> statement-breakpoint
CREATE INDEX "issuances_renewal_idx" ON "issuances" USING btree ("renew_at") WHERE "issuances"."renew_at" is not null;--> statement-breakpoint
CREATE INDEX "issuances_ari_idx" ON "issuances" USING btree ("next_ari_at") WHERE "issuances"."next_ari_at" is not null;--> statement-breakpoint
CREATE INDEX "orders_issuer_idx" ON "orders" USING btree ("account_id","issuer_id","id");--> statement-breakpoint
CREATE INDEX "orders_due_idx" ON "orders" USING btree ("next_attempt_at") WHERE "orders"."next_attempt_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "orders_replaces_key" ON "orders" USING btree ("account_id","replaces_id") WHERE "orders"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "pending_revocations_due_idx" ON "pending_revocations" USING btree ("next_attempt_at") WHERE "pending_revocations"."next_attempt_at" is not null;--> statement-breakpoint
CREATE INDEX "revocation_checks_due_idx" ON "revocation_checks" USING btree ("next_check_at");--> statement-breakpoint
CREATE INDEX "revocation_lists_expiry_idx" ON "revocation_lists" USING btree ("next_update");--> statement-breakpoint
ALTER TABLE "revocations" ADD CONSTRAINT "revocations_authority_fk" FOREIGN KEY ("account_id","authority_id") REFERENCES "public"."authorities"("account_id","id") ON DELETE restrict ON UPDATE no action NOT VALID;--> statement-breakpoint
CREATE INDEX "revocations_authority_idx" ON "revocations" USING btree ("account_id","authority_id","not_after") WHERE "revocations"."authority_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "revocations_serial_key" ON "revocations" USING btree ("account_id","authority_id","serial_hex");--> statement-breakpoint
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_action_known" CHECK ("audit_events"."action" in ('account.created', 'member.joined', 'member.role_changed', 'member.disabled', 'member.enabled', 'member.signed_out', 'invitation.created', 'invitation.revoked', 'deployment.added', 'deployment.removed', 'private_key.added', 'destination.added', 'destination.changed', 'destination.tested', 'destination.deleted', 'sync.added', 'sync.push_requested', 'sync.removal_requested', 'sync.drifted', 'sync.removed', 'sync.left', 'issuer.added', 'issuer.changed', 'issuer.retired', 'issuer.restored', 'order.placed', 'order.retried', 'order.failed', 'order.canceled', 'certificate.issued', 'certificate.renewed', 'revocation.requested', 'revocation.retried', 'revocation.ended', 'certificate.revoked', 'cleanup.settings_changed', 'cleanup.run_requested', 'cleanup.stop_requested', 'cleanup.run_approved', 'webhook.added', 'webhook.enabled', 'webhook.disabled', 'webhook.secret_renewed', 'webhook.deleted', 'webhook.tested', 'webhook.sent_again', 'token.created', 'token.revoked')) NOT VALID;--> statement-breakpoint
ALTER TABLE "revocations" ADD CONSTRAINT "revocations_origin_known" CHECK ("revocations"."origin" in ('here', 'ca')) NOT VALID;--> statement-breakpoint
ALTER TABLE "revocations" ADD CONSTRAINT "revocations_authority" CHECK (("revocations"."authority_id" is null) = ("revocations"."serial_hex" is null)) NOT VALID;